import { recordAlone } from '../audit/look.ts';
import type { Config } from '../config.ts';
import { rotateSigningKey } from '../ledger/signing.ts';
import { openBeside, openVault } from './open.ts';

/** Puts a new signing key in the place of the newest. A running relay takes it up within ten minutes. */
export async function rotateKeyCommand(config: Config): Promise<number> {
  const store = await openBeside(config);
  try {
    const vault = await openVault(config, store);
    const kid = await rotateSigningKey(store, vault, Date.now());
    await recordAlone({ store, clock: Date.now }, { actor: { kind: 'operator' }, action: 'key.rotated', object: kid });
    console.log(`Signed with key ${kid} from now on; a running relay takes it up within ten minutes. Old keys stay published.`);
    return 0;
  } finally {
    await store.close();
  }
}
