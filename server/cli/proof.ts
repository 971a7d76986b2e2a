import { recordLook } from '../audit/look.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import { lastOrigin } from '../last-origin.ts';
import { loadSigningKey } from '../ledger/signing.ts';
import { proofOf } from '../receipts/proof.ts';
import { openBeside, openVault } from './open.ts';

/** Prints all that proves what was agreed in one conversation, as one JSON file; 1 when there is no such conversation. */
export async function proofCommand(config: Config, conversationId: string): Promise<number> {
  const store = await openBeside(config);
  try {
    const vault = await openVault(config, store);
    const signing = await loadSigningKey(store, vault, Date.now());
    await recordLook({ store, clock: Date.now }, { kind: 'operator' }, 'proof.made', conversationId);
    const proof = await proofOf({ store, vault, signing, origin: lastOrigin(config), clock: Date.now }, conversationId);
    console.log(JSON.stringify(proof, null, 2));
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(`There is no conversation "${conversationId}" in which anything was agreed.`);
    return 1;
  } finally {
    await store.close();
  }
}
