import { erasureWords } from '../../shared/i18n/erasure.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import { loadSigningKey } from '../ledger/signing.ts';
import { eraseVisitor, previewErasure } from '../privacy/erase.ts';
import { eraserBeside, openBeside, openVault } from './open.ts';

/**
 * Forgets the visitor of a conversation and prints the certificate; with `isDry` only what would go. 1 when there is no such
 * conversation. The relay may be running: it notices.
 */
export async function eraseCommand(config: Config, conversationId: string, isDry: boolean): Promise<number> {
  const store = await openBeside(config);
  try {
    const vault = await openVault(config, store);
    if (isDry) {
      const { counts, entries } = await previewErasure(store.read, { conversationId });
      console.log(fill(erasureWords['dry.begin'], { id: conversationId }));
      for (const [table, count] of Object.entries(counts)) console.log(`  ${fill(erasureWords.row, { count, table })}`);
      console.log(fill(erasureWords['dry.entries'], { entries }));
      return 0;
    }
    const signing = await loadSigningKey(store, vault, Date.now());
    const ctx = eraserBeside(config, { store, vault, signing });
    const { certificate, told, scrubbed, logged } = await eraseVisitor(
      ctx,
      { conversationId },
      { actor: { kind: 'operator' }, reason: 'request' },
    );
    // The certificate alone goes where it can be kept; what is said of it, to whoever looks on.
    console.log(JSON.stringify(certificate, null, 2));
    console.error(erasureWords.done);
    console.error(scrubbed ? erasureWords[config.databaseUrl ? 'postgres' : 'scrubbed'] : erasureWords['not.scrubbed']);
    if (!logged) console.error(fill(erasureWords['not.logged'], { file: config.erasuresFile }));
    if (told.length > 0) console.error(fill(erasureWords.told, { names: told.join(', ') }));
    console.error(erasureWords.running);
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(fill(erasureWords.unknown, { id: conversationId }));
    return 1;
  } finally {
    await store.close();
  }
}
