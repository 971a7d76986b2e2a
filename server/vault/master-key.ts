import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder, syncToDisk } from '../durable-files.ts';

/** The key that wraps all others. It is kept apart from the database and never stored in it. */
export interface MasterKey {
  /** Names the key without telling it: the first 16 hex digits of its tagged SHA-256. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The master key cannot be used. The message is one line for the operator and never holds the key. */
export class BadMasterKey extends Error {
  override readonly name = 'BadMasterKey';
}

const LENGTH = 32;

/** The file of the key that a rotation goes on to, and of the old one until it is destroyed. */
export const nextFile = (file: string): string => `${file}.next`;
export const oldFile = (file: string): string => `${file}.old`;

export interface KeySource {
  value: string | null;
  file: string;
}

/**
 * The key that was given, else the one in the file; null when there is neither.
 * @throws BadMasterKey when the value or the file does not hold 32 bytes in base64 or hex.
 */
export function findMasterKey({ value, file }: KeySource): MasterKey | null {
  if (value !== null) return masterKey(parse(value, 'PARLEY_MASTER_KEY'));
  try {
    return masterKey(parse(readFileSync(file, 'utf8'), file));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw explained(error, file);
  }
}

/**
 * The key that is there; where there is none the file is made, readable by its owner alone and on the disk before this
 * returns. For a first start only: what was sealed under a key that is lost stays closed under every other.
 * @throws BadMasterKey as `findMasterKey`, or when the file cannot be made.
 */
export function loadMasterKey(source: KeySource): MasterKey {
  const there = findMasterKey(source);
  if (there) return there;
  try {
    return masterKey(createIn(source.file) ?? parse(readFileSync(source.file, 'utf8'), source.file));
  } catch (error) {
    throw explained(error, source.file);
  }
}

/** A key that a variable gives. @throws BadMasterKey when it is no key. */
export function masterKeyIn(value: string, name: string): MasterKey {
  return masterKey(parse(value, name));
}

/**
 * Puts the next key into the place of the old one, whose bytes are overwritten and whose file is removed. What is left to
 * do after a crash is done by the next call.
 */
export function replaceKeyFile(file: string): void {
  const [next, old] = [nextFile(file), oldFile(file)];
  if (existsSync(next)) {
    // The old one keeps a name of its own, so that its bytes can be found and overwritten after the new one has its place.
    if (existsSync(file) && !existsSync(old)) linkSync(file, old);
    syncToDisk(dirname(file));
    renameSync(next, file);
    syncToDisk(dirname(file));
  }
  destroyKeyFile(old);
}

/** Overwrites a file where it stands and removes it. What a disk or a file system keeps of it elsewhere is beyond a program. */
export function destroyKeyFile(file: string): void {
  if (!existsSync(file)) return;
  const handle = openSync(file, 'r+');
  try {
    writeSync(handle, randomBytes(fstatSync(handle).size), 0, null, 0);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  rmSync(file);
  syncToDisk(dirname(file));
}

/** The operator's line where a database stands and its key does not. */
export function lostMasterKey({ file }: KeySource): BadMasterKey {
  return new BadMasterKey(
    `The database was sealed under a master key that is not here: put ${file} back, or give the key in PARLEY_MASTER_KEY. If it is lost, every sealed text is; parley doctor says what still works.`,
  );
}

/** The operator's line where the key is here and is another. */
export function otherMasterKey(): BadMasterKey {
  return new BadMasterKey(
    'The database was sealed under another master key. Give the one that was in use, in PARLEY_MASTER_KEY or master.key.',
  );
}

/** The operator's line where keys are under two master keys. */
export function halfRotated(): BadMasterKey {
  return new BadMasterKey(
    'A rotation of the master key was begun and not ended: run parley rotate-master-key again with the same keys, which goes on.',
  );
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}

function explained(error: unknown, file: string): unknown {
  const code = codeOf(error);
  if (!code) return error;
  return new BadMasterKey(
    `${file} cannot be used (${code}): PARLEY_DATA must be a folder that the relay may write, on a disk with space, and master.key a file in it.`,
    { cause: error },
  );
}

function masterKey(bytes: Uint8Array): MasterKey {
  const digest = createHash('sha256').update('parley-master-key/1\0').update(bytes).digest('hex');
  return { id: digest.slice(0, 16), bytes };
}

function parse(text: string, place: string): Uint8Array {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : fromBase64(trimmed);
  if (bytes?.length !== LENGTH) {
    throw new BadMasterKey(`${place} must be ${LENGTH} bytes in base64 or hex: openssl rand -base64 ${LENGTH} makes one.`);
  }
  return bytes;
}

function fromBase64(text: string): Buffer | null {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
}

/**
 * Null when the file is there already: two first starts at once agree on the first one's key. The name is given to a
 * key that is whole and on the disk, so that a power cut never leaves half of one.
 */
function createIn(file: string): Uint8Array | null {
  if (existsSync(file)) return null;
  const folder = dirname(file);
  const bytes = randomBytes(LENGTH);
  const unnamed = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    makeFolder(folder);
    writeFileSync(unnamed, `${bytes.toString('base64')}\n`, { flag: 'wx', mode: 0o600, flush: true });
    // A rename would take the place of another start's key; a link gives way to it.
    linkSync(unnamed, file);
    syncToDisk(folder);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  } finally {
    rmSync(unnamed, { force: true });
  }
  return bytes;
}
