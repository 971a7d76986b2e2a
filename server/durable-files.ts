import { closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Waits until a file's bytes, or the names in a folder, are on the disk. */
export function syncToDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes a folder, and those above it that are missing, for this account alone. A new name is there only when its folder is synced. */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let above = dirname(resolve(folder)); ; above = dirname(above)) {
    syncToDisk(above);
    if (above === top) return;
  }
}

/**
 * Adds values to a file, a line of JSON each, and returns once they are on the disk. A line that a crash cut off does not
 * swallow the next one. @throws where the disk does not take all of it.
 */
export function appendLines(file: string, values: readonly unknown[], mode = 0o600): void {
  const isNew = !existsSync(file);
  const handle = openSync(file, 'a+', mode);
  try {
    const text = `${endsOpen(handle) ? '\n' : ''}${values.map((value) => `${JSON.stringify(value)}\n`).join('')}`;
    const bytes = Buffer.from(text);
    if (writeSync(handle, bytes) < bytes.length) throw new Error('the disk took a part of it only');
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
