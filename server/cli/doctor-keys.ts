import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { doctorWords } from '../../shared/i18n/doctor.en.ts';
import type { Config } from '../config.ts';
import { keySource } from '../context.ts';
import { KEY_LIFE } from '../ledger/signing.ts';
import type { KeyCount } from '../store/keys.ts';
import type { RecoveryRow } from '../store/recovery.ts';
import type { Reads, Store } from '../store/store.ts';
import { findMasterKey, oldFile } from '../vault/master-key.ts';
import { ageWords, type Finding, say } from './finding.ts';
import { openVault } from './open.ts';

/** The inventory of keys (PR-71), and what the store came through: without a master key, what that means. */
export async function keyFindings(config: Config, store: Store, now: number): Promise<Finding[]> {
  return [
    ...(await masterKey(config, store)),
    ...(await wrapped(config, store.read)),
    ...(await signingKeys(store.read, now)),
    ...(await recoveries(store.read)),
    erasureLog(config),
  ];
}

async function masterKey(config: Config, store: Store): Promise<Finding[]> {
  try {
    await openVault(config, store);
    return [say('ok', 'key.opens')];
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'BadMasterKey') throw error;
    const wrong: Finding = { level: 'wrong', text: error.message };
    if (findMasterKey(keySource(config))) return [wrong];
    return [wrong, say('note', 'key.gone', { visitors: await visitorsWithKeys(store.read) })];
  }
}

/** A visitor has one key of each kind. */
async function visitorsWithKeys(read: Reads): Promise<number> {
  const counts = (await read.keys.inventory()).filter(({ class: kind }) => kind === 'messages');
  return counts.reduce((all, { count }) => all + count, 0);
}

async function wrapped(config: Config, read: Reads): Promise<Finding[]> {
  const source = keySource(config);
  const inUse = findMasterKey(source)?.id;
  const all = await read.keys.inventory();
  const found = [...new Set(all.map(({ masterKeyId }) => masterKeyId))].map((id) => {
    const counts = all.filter(({ masterKeyId }) => masterKeyId === id);
    const count = counts.reduce((all, one) => all + one.count, 0);
    if (inUse !== undefined && id !== inUse) return say('wrong', 'keys.other', { id, count });
    return say('ok', 'keys.under', { id, count, classes: classWords(counts) });
  });
  const { visitors, messages, events } = await read.keys.unreadable();
  if (visitors > 0) found.push(say('note', 'keys.unreadable', { visitors, messages, events }));
  if (source.value === null && existsSync(oldFile(source.file))) found.push(say('wrong', 'keys.old'));
  return found;
}

const classWords = (counts: KeyCount[]): string => counts.map(({ class: kind, count }) => `${count} ${kind}`).join(', ');

async function signingKeys(read: Reads, now: number): Promise<Finding[]> {
  const keys = (await read.signingKeys()).toReversed();
  const newest = keys.find(({ privateSealed }) => privateSealed.length > 0);
  if (!newest) return [say('wrong', 'signing.none')];
  const { kid, createdAt } = newest;
  const values = { kid, age: ageWords(now - createdAt) };
  const former = keys.filter((key) => key !== newest);
  return [
    now - createdAt < KEY_LIFE ? say('ok', 'signing.age', values) : say('wrong', 'signing.old', values),
    ...former.map((key) => {
      const use = doctorWords[key.privateSealed.length > 0 ? 'signing.sealed' : 'signing.checks'];
      return say('ok', 'signing.former', { kid: key.kid, age: ageWords(now - key.createdAt), use });
    }),
  ];
}

async function recoveries(read: Reads): Promise<Finding[]> {
  return (await read.recovery.all()).map((row) => recovery(row));
}

function recovery({ kind, at, asOf, replayedAt, replay, erased }: RecoveryRow): Finding {
  const values = { at: new Date(at).toISOString(), time: new Date(asOf).toISOString(), erased: erased ?? 0 };
  if (kind === 'keys_lost') return say('note', 'recovery.keys_lost', values);
  if (replayedAt === null) return say('wrong', 'recovery.owed', values);
  return say(replay === 'whole' ? 'ok' : 'note', `recovery.${replay ?? 'none'}`, values);
}

function erasureLog({ erasuresFile: file }: Config): Finding {
  try {
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    else {
      accessSync(dirname(file), constants.W_OK);
      return say('note', 'erasures.missing', { file });
    }
    return say('ok', 'erasures.kept', { file });
  } catch (error) {
    return say('wrong', 'erasures.unread', { file, why: error instanceof Error ? error.message : String(error) });
  }
}
