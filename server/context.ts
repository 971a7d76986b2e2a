import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Assets, loadAssets } from './assets.ts';
import type { Config } from './config.ts';
import { RecentConversations } from './conversations/recent.ts';
import { isSealed, loadSigningKey, type SigningKey } from './ledger/signing.ts';
import { createLog, type Logger } from './log.ts';
import { ErasureLog } from './privacy/erasure-log.ts';
import { createLimits, type RateLimits } from './rate-limits.ts';
import { RulesInForce } from './redaction/rules.ts';
import { type BlindIndex, loadBlindIndex } from './requests/email-index.ts';
import { RestrictedConversations } from './restriction/restricted.ts';
import { openStore } from './store/index.ts';
import type { Store } from './store/store.ts';
import { createVault } from './vault/aes-vault.ts';
import {
  findMasterKey,
  halfRotated,
  type KeySource,
  loadMasterKey,
  lostMasterKey,
  type MasterKey,
  nextFile,
} from './vault/master-key.ts';
import type { Vault } from './vault/vault.ts';
import { silentWorld, type World } from './world.ts';

/** Epoch milliseconds; tests pass their own. */
export type Clock = () => number;

export interface Context {
  config: Config;
  clock: Clock;
  log: Logger;
  store: Store;
  vault: Vault;
  signing: SigningKey;
  /** Finds people by their address without keeping it. */
  emails: BlindIndex;
  limits: RateLimits;
  recent: RecentConversations;
  /** What outlives the database of the erasures. */
  erasureLog: ErasureLog;
  /** Conversations that this relay's agents are told nothing of. */
  restricted: RestrictedConversations;
  redaction: RulesInForce;
  assets: Assets;
  /** Set by the sockets once they listen. */
  world: World;
  /** The relay's public origin, known once the port is. */
  origin: string;
}

export interface Overrides {
  clock?: Clock;
  log?: Logger;
  store?: Store;
  assets?: Assets;
}

/** The only place that names concrete parts. Whoever creates a context closes its store. */
export async function createContext(config: Config, overrides: Overrides = {}): Promise<Context> {
  const clock = overrides.clock ?? Date.now;
  const log = overrides.log ?? createLog(config);
  const assets = overrides.assets ?? loadAssets();
  // A key that cannot be used stops the start before a database is made or touched.
  const key = findMasterKey(keySource(config));
  const store = overrides.store ?? (await openStore(storeTarget(config)));
  try {
    await requireReplayed(store);
    if (config.masterKey === null && existsSync(nextFile(keySource(config).file))) throw halfRotated();
    const vault = createVault(key ?? (await firstMasterKey(config, store)));
    const signing = await loadSigningKey(store, vault, clock());
    if (await store.read.keys.hasOther(vault.masterKeyId)) throw halfRotated();
    return {
      config,
      clock,
      log,
      store,
      vault,
      signing,
      emails: await loadBlindIndex(store, vault, clock()),
      limits: createLimits(config.limits, { clock }),
      recent: new RecentConversations(),
      erasureLog: new ErasureLog(config.erasuresFile),
      restricted: new RestrictedConversations(),
      redaction: new RulesInForce(store),
      assets,
      world: silentWorld(),
      origin: config.publicUrl ?? `http://localhost:${config.port}`,
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A key is made for a database in which nothing is sealed yet, and for no other. */
async function firstMasterKey(config: Config, store: Store): Promise<MasterKey> {
  if (await isSealed(store.read)) throw lostMasterKey(keySource(config));
  return loadMasterKey(keySource(config));
}

/** A restored database serves nobody until the erasures since its backup were done again (PR-57). */
export class NotReplayed extends Error {
  override readonly name = 'NotReplayed';
}

async function requireReplayed({ read }: Store): Promise<void> {
  const owed = await read.recovery.owed();
  if (owed)
    throw new NotReplayed(
      `This database was restored as of ${new Date(owed.asOf).toISOString()}, and whoever was erased since is in it again: run parley restore FOLDER --erasures FILE first.`,
    );
}

export function keySource(config: Config): KeySource {
  return { value: config.masterKey, file: join(config.dataDir, 'master.key') };
}

export function storeTarget(config: Config): Parameters<typeof openStore>[0] {
  return config.databaseUrl
    ? { kind: 'postgres', url: config.databaseUrl }
    : { kind: 'sqlite', file: join(config.dataDir, 'parley.sqlite') };
}
