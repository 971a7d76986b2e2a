import { closeSync, rmSync, writeFileSync } from 'node:fs';
import { exportWords } from '../../shared/i18n/export.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import { lastOrigin } from '../last-origin.ts';
import { loadSigningKey } from '../ledger/signing.ts';
import { exportOf } from '../privacy/export.ts';
import { zipOf } from '../privacy/zip.ts';
import { newFile } from './new-files.ts';
import { openBeside, openVault } from './open.ts';

/** Writes everything about the visitor of a conversation into a new ZIP; 1 when there is no such conversation. */
export async function exportCommand(config: Config, conversation: string, file: string): Promise<number> {
  const store = await openBeside(config);
  try {
    const vault = await openVault(config, store);
    const signing = await loadSigningKey(store, vault, Date.now());
    const ctx = { store, vault, signing, origin: lastOrigin(config), clock: Date.now };
    // Before anything is read: that a copy was made stands in the trail only where one could be.
    const target = newFile(file);
    try {
      const files = await exportOf(ctx, { conversationId: conversation }, 'operator');
      writeFileSync(target, await zipOf(files, Date.now()));
      console.log(fill(exportWords['command.wrote'], { file, conversation, count: files.length }));
      return 0;
    } catch (error) {
      rmSync(file, { force: true });
      if (!(error instanceof Refusal)) throw error;
      console.error(fill(exportWords['command.none'], { conversation }));
      return 1;
    } finally {
      closeSync(target);
    }
  } finally {
    await store.close();
  }
}
