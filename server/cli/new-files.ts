import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { exportWords } from '../../shared/i18n/export.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { makeFolder, syncToDisk } from '../durable-files.ts';
import { CannotOpen } from '../store/cannot-open.ts';

/** A new file, for its owner’s eyes only. @throws CannotOpen where it is there already, or cannot be made. */
export function newFile(file: string): number {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    throw cannot(file, error);
  }
}

/** Writes a file that is not there yet, with the folders above it, and waits until it is on the disk. @throws CannotOpen as `newFile`. */
export function writeNew(folder: string, name: string, body: string | Uint8Array): string {
  const file = resolve(folder, name);
  try {
    makeFolder(dirname(file));
  } catch (error) {
    throw cannot(file, error);
  }
  const target = newFile(file);
  try {
    writeFileSync(target, body);
    fsyncSync(target);
  } catch (error) {
    throw cannot(file, error);
  } finally {
    closeSync(target);
  }
  syncToDisk(dirname(file));
  return file;
}

function cannot(file: string, error: unknown): CannotOpen {
  const why = (error as NodeJS.ErrnoException).code ?? '';
  return new CannotOpen(fill(exportWords[why === 'EEXIST' ? 'command.exists' : 'command.unwritable'], { file, why }));
}
