import { join } from 'node:path';
import type { Config } from '../config.ts';
import { storeTarget } from '../context.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { createVault } from '../vault/aes-vault.ts';
import { loadMasterKey } from '../vault/master-key.ts';
import type { Vault } from '../vault/vault.ts';

/** The store and the vault for a command, beside a relay that may be running on them. */
export async function openBeside(config: Config): Promise<{ store: Store; vault: Vault }> {
  const vault = createVault(loadMasterKey({ value: config.masterKey, file: join(config.dataDir, 'master.key') }));
  const target = storeTarget(config);
  return { store: await openStore(target.kind === 'sqlite' ? { ...target, beside: true } : target), vault };
}
