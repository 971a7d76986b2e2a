import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

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

/** The operator's line where a database stands and its key does not. */
export function lostMasterKey({ file }: KeySource): BadMasterKey {
  return new BadMasterKey(
    `The database was sealed under a master key that is not here: put ${file} back, or give the key in PARLEY_MASTER_KEY.`,
  );
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}

function explained(error: unknown, file: string): unknown {
  const code = codeOf(error);
  if (!code) return error;
  return new BadMasterKey(
    `${file} cannot be used (${code}): PARLEY_DATA must be a folder that the relay may write, and master.key a file in it.`,
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

/** Null when the file is there already: two first starts at once agree on the first one's key. */
function createIn(file: string): Uint8Array | null {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let handle: number;
  try {
    handle = openSync(file, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  }
  const bytes = randomBytes(LENGTH);
  try {
    writeSync(handle, `${bytes.toString('base64')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  syncFolder(dirname(file));
  return bytes;
}

/** The new name is on the disk only when its folder is. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
