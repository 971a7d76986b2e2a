import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncToDisk } from '../durable-files.ts';
import type { CopiedEntry } from './copy.ts';

/** A file to which lines are added and nothing else: on a mounted disk of another host, or read by a shipper of logs. */

/** Longer than any line of ours, a purge's among them. */
const TAIL = 1024 * 1024;

export interface LastCopied {
  seq: number;
  hash: string;
}

/** What the file's last whole line holds; null for an empty file, or none. A line that a crash cut off does not count. */
export function lastInFile(file: string): LastCopied | null {
  if (!existsSync(file)) return null;
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(size, TAIL));
    readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    for (const line of bytes.toString('utf8').split('\n').reverse()) {
      const found = copied(line);
      if (found) return found;
    }
    return null;
  } finally {
    closeSync(handle);
  }
}

function copied(line: string): LastCopied | null {
  try {
    const { entry } = JSON.parse(line) as CopiedEntry;
    return { seq: entry.seq, hash: entry.hash };
  } catch {
    return null;
  }
}

/** Adds lines, and returns once they are on the disk. @throws where the disk does not take all of it. */
export function addToFile(file: string, entries: readonly CopiedEntry[]): void {
  const isNew = !existsSync(file);
  const handle = openSync(file, 'a+', 0o600);
  try {
    // A line that was cut off must not swallow the next one.
    const lines = Buffer.from(`${endsOpen(handle) ? '\n' : ''}${entries.map((one) => `${JSON.stringify(one)}\n`).join('')}`);
    if (writeSync(handle, lines) < lines.length) throw new Error('the disk took a part of it only');
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (isNew) syncToDisk(dirname(file));
}

function endsOpen(handle: number): boolean {
  const { size } = fstatSync(handle);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last[0] !== 10;
}
