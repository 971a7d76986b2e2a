import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
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
