import { existsSync } from 'node:fs';
import { backupWords } from '../../shared/i18n/backup.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { recordAct } from '../audit/act.ts';
import { backupsIn, type FoundBackup, findBackup } from '../backup/manifest.ts';
import { checkBackup, hasKeys, isOwedHere, notOver, putBack } from '../backup/restore.ts';
import type { Config } from '../config.ts';
import { keySource, storeTarget } from '../context.ts';
import { isSealed, loadSigningKey, requireSameMasterKey } from '../ledger/signing.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { readHeads } from '../ledger/witness.ts';
import { type Judged, judgeLog, type LogFault } from '../privacy/judge-log.ts';
import { readLog } from '../privacy/log-line.ts';
import { replayErasures } from '../privacy/replay.ts';
import { CannotOpen } from '../store/cannot-open.ts';
import { filledTables } from '../store/copy.ts';
import { openBackend, openStore } from '../store/index.ts';
import type { RecoveryRow, Replay } from '../store/recovery.ts';
import type { Store, Tx } from '../store/store.ts';
import { createVault } from '../vault/aes-vault.ts';
import { BadMasterKey, findMasterKey, loadMasterKey, lostMasterKey } from '../vault/master-key.ts';
import type { Vault } from '../vault/vault.ts';
import { countsOf } from './backup.ts';
import { eraserBeside } from './open.ts';

export interface RestoreOptions {
  /** The erasure log of the relay that was lost. */
  erasures?: string | undefined;
  /** There is none any more. */
  noErasures?: boolean | undefined;
  /** It does not hold, and what it has is done again all the same. */
  incomplete?: boolean | undefined;
  withoutKeys?: boolean | undefined;
}

/**
 * Puts a backup into an empty database, and does the erasures since again (PR-57). Each step can be begun again: what is done
 * already is left. 1 while erasures are owed, when the log does not hold, or a ledger is broken.
 */
export async function restoreCommand(config: Config, place: string, options: RestoreOptions): Promise<number> {
  const backup = findBackup(place);
  await fillOnce(config, backup, options);
  const store = await openStore(storeTarget(config));
  try {
    const row = await store.read.recovery.owed();
    if (!row) throw new Error('the restored database has no mark of it');
    const vault = await vaultOf(config, store);
    if (!row.keys) {
      console.log(fill(backupWords.unreadable, { ...(await store.read.keys.unreadable()) }));
      console.log(backupWords['still.works']);
    }
    const isServing = await replayed(config, store, vault, row, place, options);
    return (await ledgersHold(store, vault)) && isServing ? 0 : 1;
  } finally {
    await store.close();
  }
}

async function fillOnce(config: Config, backup: FoundBackup, { withoutKeys = false }: RestoreOptions): Promise<void> {
  const { manifest } = backup;
  const withKeys = !withoutKeys && hasKeys(backup);
  await checkBackup(backup, withKeys ? ['data', 'keys'] : ['data']);
  const backend = await openBackend(storeTarget(config));
  try {
    const filled = await filledTables(backend);
    if (filled.length > 0) {
      if (!filled.includes('recovery') || !(await isOwedHere(backend, manifest.name))) notOver(filled);
      console.log(fill(backupWords['again.begun'], { name: manifest.name }));
      return;
    }
    if (withKeys) requireMasterKey(config, manifest.master_keys);
    else console.log(withoutKeys ? backupWords['keys.left'] : backupWords['keys.expired']);
    await putBack(backend, backup, withKeys, Date.now());
    console.log(fill(backupWords.restored, { name: manifest.name, rows: countsOf(manifest).rows, time: manifest.taken_at }));
  } finally {
    await backend.release();
  }
}

/** Before anything is written: under another key the restored database would only look damaged. */
function requireMasterKey(config: Config, needed: string[]): void {
  const ours = findMasterKey(keySource(config))?.id ?? null;
  const theirs = needed.filter((id) => id !== ours);
  if (theirs.length > 0)
    throw new BadMasterKey(
      fill(backupWords['keys.other'], { theirs: theirs.join(', '), ours: ours ?? backupWords['keys.none'] }),
    );
}

/** The key that opens what was restored; made where nothing is sealed under any. */
async function vaultOf(config: Config, store: Store): Promise<Vault> {
  const source = keySource(config);
  const found = findMasterKey(source);
  if (!found && (await isSealed(store.read))) throw lostMasterKey(source);
  const vault = createVault(found ?? loadMasterKey(source));
  await requireSameMasterKey(store.read, vault);
  return vault;
}

/** Does the erasures since the backup again and marks it; false while they are owed. */
async function replayed(
  config: Config,
  store: Store,
  vault: Vault,
  row: RecoveryRow,
  place: string,
  options: RestoreOptions,
): Promise<boolean> {
  if (options.noErasures) {
    await store.write((tx) => settle(tx, row, 'none', 0));
    console.log(backupWords['replayed.none']);
    console.log(backupWords.ready);
    return true;
  }
  if (options.erasures === undefined) {
    console.log(fill(backupWords.next, { time: new Date(row.asOf).toISOString(), place }));
    return false;
  }
  const judged = await judge(config, store, options.erasures, place);
  for (const fault of judged.faults) console.log(faultWords(fault));
  if (judged.faults.length > 0 && !options.incomplete) {
    console.log(backupWords.refused);
    return false;
  }
  const replay: Replay = judged.faults.length > 0 ? 'incomplete' : 'whole';
  // Keys that came after the backup stay published: what they signed is in people's hands.
  const publicKeys = new Set((await store.read.signingKeys()).map(({ kid }) => kid));
  await store.write(async (tx) => {
    for (const { kid, public_key: publicKey, created_at: createdAt } of judged.keys)
      if (!publicKeys.has(kid)) await tx.insertSigningKey({ kid, publicKey, privateSealed: new Uint8Array(), createdAt });
  });
  const signing = await loadSigningKey(store, vault, Date.now());
  const { erased, nothingLeft } = await replayErasures(eraserBeside(config, { store, vault, signing }), judged.erasures);
  await store.scrub();
  await store.write((tx) => settle(tx, row, replay, erased));
  console.log(fill(backupWords.replayed, { erased, nothing: nothingLeft }));
  console.log(backupWords.ready);
  return true;
}

/** From now on nothing is owed, and the trail says how that came about. */
async function settle(tx: Tx, { id, backup }: RecoveryRow, replay: Replay, erased: number): Promise<void> {
  const now = Date.now();
  await tx.recovery.replayed(id, now, replay, erased);
  const act = { actor: { kind: 'operator' }, action: 'backup.restored', object: backup ?? id } as const;
  await recordAct(tx, { ...act, detail: { replay, erased } }, now);
}

async function judge({ heads }: Config, store: Store, file: string, place: string): Promise<Judged> {
  if (!existsSync(file)) throw new CannotOpen(`There is no erasure log ${file}.`);
  const kept = heads.file !== null && existsSync(heads.file) ? readHeads(heads.file) : [];
  // Backups that are newer than this one know of erasures that came after it.
  const mentioned = backupsIn(findBackup(place).folder).flatMap(({ ledgers }) =>
    ledgers.flatMap(({ newest_erasure: id }) => (id === null ? [] : [id])),
  );
  const judged = await judgeLog(readLog(file), store.read, kept, mentioned);
  console.log(judged.newest === null ? backupWords['reach.none'] : fill(backupWords.reach, { time: judged.newest }));
  if (kept.length === 0) console.log(backupWords.unwitnessed);
  return judged;
}

function faultWords(fault: LogFault): string {
  switch (fault.kind) {
    case 'forged':
      return fill(backupWords['fault.forged'], { line: fault.line });
    case 'gap':
      return fill(backupWords['fault.gap'], { erasure: fault.erasure });
    case 'short':
      return fill(backupWords['fault.short'], { site: fault.site, time: fault.time });
  }
}

async function ledgersHold(store: Store, vault: Vault): Promise<boolean> {
  let hold = true;
  for (const { id, key: site } of await store.read.sites()) {
    const { fault, entries } = await verifyLedger(store.read, vault, id);
    if (fault) hold = false;
    console.log(fault ? fill(backupWords['ledger.broken'], { site, ...fault }) : fill(backupWords.ledger, { site, entries }));
  }
  return hold;
}
