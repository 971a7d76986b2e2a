import { existsSync } from 'node:fs';
import { keyWords } from '../../shared/i18n/keys.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { newId } from '../../shared/ids.ts';
import { recordAct } from '../audit/act.ts';
import { recordAlone } from '../audit/look.ts';
import type { Config } from '../config.ts';
import { keySource, storeTarget } from '../context.ts';
import { isSealed, onlyCheck, requireSameMasterKey, rewrapOwn } from '../ledger/signing.ts';
import { CannotOpen } from '../store/cannot-open.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { createVault } from '../vault/aes-vault.ts';
import {
  BadMasterKey,
  destroyKeyFile,
  findMasterKey,
  loadMasterKey,
  lostMasterKey,
  type MasterKey,
  masterKeyIn,
  nextFile,
  oldFile,
  otherMasterKey,
  replaceKeyFile,
} from '../vault/master-key.ts';
import { rotateMasterKey, tryAllKeys } from '../vault/rotate.ts';
import { SealBroken } from '../vault/vault.ts';

/**
 * Brings every key under a new master key and destroys the old one in its file (PR-71); what was sealed stays as it is. Killed
 * at any point, it goes on when it is run again. `isLost` says that the old one is gone: what it wrapped goes with it.
 */
export async function rotateMasterKeyCommand(config: Config, isLost: boolean): Promise<number> {
  const target = storeTarget(config);
  if (target.kind === 'sqlite' && !existsSync(target.file)) throw new CannotOpen(`There is no database ${target.file}.`);
  // Not beside a relay: it would wrap keys under the old one meanwhile, and could not open the others.
  const store = await openStore(target);
  try {
    if (await store.isShared()) throw new CannotOpen(keyWords['need.stop']);
    return isLost ? await writeOff(config, store) : await rotate(config, store);
  } finally {
    await store.close();
  }
}

async function rotate(config: Config, store: Store): Promise<number> {
  const { value, file } = keySource(config);
  // The last step was begun: the new key has its place, and the old one is still to be destroyed.
  if (value === null && !existsSync(nextFile(file)) && existsSync(oldFile(file)))
    return finish(config, store, findMasterKey({ value, file }));
  if (value !== null && config.nextMasterKey === null) throw new BadMasterKey(keyWords['need.next']);
  const from = findMasterKey({ value, file });
  if (from === null && config.nextMasterKey === null) throw lostMasterKey({ value, file });
  const to =
    config.nextMasterKey === null
      ? loadMasterKey({ value: null, file: nextFile(file) })
      : masterKeyIn(config.nextMasterKey, 'PARLEY_NEXT_MASTER_KEY');
  try {
    // Where the old one is gone already, everything is under the new one, or this says so.
    const { dataKeys, own } = await rotateMasterKey(store, from ?? to, to, rewrapOwn);
    console.log(fill(keyWords.rotated, { to: to.id, from: (from ?? to).id, keys: dataKeys, own }));
  } catch (error) {
    if (error instanceof SealBroken) throw otherMasterKey();
    throw error;
  }
  return finish(config, store, to);
}

/** The old key goes only when the new one was seen to open every key. */
async function finish(config: Config, store: Store, to: MasterKey | null): Promise<number> {
  const { value, file } = keySource(config);
  if (!to) throw lostMasterKey({ value, file });
  await requireSameMasterKey(store.read, createVault(to));
  await tryAllKeys(store, to);
  if (config.nextMasterKey === null) replaceKeyFile(file);
  else if (value === null) destroyKeyFile(file);
  await recordAlone({ store, clock: Date.now }, { actor: { kind: 'operator' }, action: 'master_key.rotated', object: to.id });
  await store.scrub();
  console.log(fill(keyWords.already, { to: to.id }));
  if (value === null) console.log(keyWords.destroyed);
  if (config.nextMasterKey !== null) console.log(keyWords['now.give']);
  console.log(keyWords.backups);
  return 0;
}

/** After the loss of a master key: keys that nobody can unwrap go, signatures stay checkable, and a relay can start again. */
async function writeOff(config: Config, store: Store): Promise<number> {
  const source = keySource(config);
  const found = findMasterKey(source);
  if (found && (await opens(store, found))) {
    console.error(keyWords['not.lost']);
    return 1;
  }
  const to = found ?? loadMasterKey(source);
  if (await isSealed(store.read)) {
    await store.write(async (tx) => {
      const at = Date.now();
      await onlyCheck(tx);
      await tx.keys.shredAll();
      const none = { backup: null, replayedAt: at, replay: null, erased: null };
      await recordAct(tx, { actor: { kind: 'operator' }, action: 'master_key.lost', object: to.id }, at);
      await tx.recovery.insert({ id: newId(at), kind: 'keys_lost', at, asOf: at, keys: false, ...none });
    });
  }
  console.log(fill(keyWords.lost, { to: to.id, ...(await store.read.keys.unreadable()) }));
  console.log(keyWords.backups);
  return 0;
}

async function opens(store: Store, key: MasterKey): Promise<boolean> {
  try {
    await requireSameMasterKey(store.read, createVault(key));
    return await isSealed(store.read);
  } catch (error) {
    if (error instanceof BadMasterKey) return false;
    throw error;
  }
}
