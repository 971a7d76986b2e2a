import { existsSync } from 'node:fs';
import type { Config } from '../config.ts';
import { keySource, storeTarget } from '../context.ts';
import { RecentConversations } from '../conversations/recent.ts';
import { requireSameMasterKey } from '../ledger/signing.ts';
import type { Eraser } from '../privacy/erase.ts';
import { ErasureLog } from '../privacy/erasure-log.ts';
import { CannotOpen } from '../store/cannot-open.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { createVault } from '../vault/aes-vault.ts';
import { findMasterKey, lostMasterKey } from '../vault/master-key.ts';
import type { Vault } from '../vault/vault.ts';
import { silentWorld } from '../world.ts';

/**
 * The store for a command, beside a relay that may be running on it. A command looks at what is there; it makes nothing.
 * @throws CannotOpen when there is no database.
 */
export async function openBeside(config: Config): Promise<Store> {
  const target = storeTarget(config);
  if (target.kind === 'postgres') return openStore(target);
  if (!existsSync(target.file))
    throw new CannotOpen(`There is no database ${target.file}: PARLEY_DATA must name the folder of a relay that has run.`);
  return openStore({ ...target, beside: true });
}

/** What erasing needs of a command: nobody is connected here, and the relay notices by itself. */
export function eraserBeside(config: Config, parts: Pick<Eraser, 'store' | 'vault' | 'signing'>): Eraser {
  return {
    ...parts,
    recent: new RecentConversations(),
    world: silentWorld(),
    clock: Date.now,
    erasureLog: new ErasureLog(config.erasuresFile),
  };
}

/** The vault that the store was sealed by. @throws BadMasterKey when its key is not here, or is another. */
export async function openVault(config: Config, store: Store): Promise<Vault> {
  const key = findMasterKey(keySource(config));
  if (!key) throw lostMasterKey(keySource(config));
  const vault = createVault(key);
  await requireSameMasterKey(store.read, vault);
  return vault;
}
