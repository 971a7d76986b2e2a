import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HOUR } from '../../shared/limits.ts';
import { syncToDisk } from '../durable-files.ts';
import { UNFINISHED } from './backup.ts';
import { backupsIn, manifestFile, partFile } from './manifest.ts';

/** How long backups live, in milliseconds: keys never longer than data (PR-56). */
export interface Lives {
  keys: number;
  data: number;
}

/** What lies about without a manifest for so long belongs to a backup that will not be finished. */
const LEFT_ALONE = HOUR;

/**
 * Takes away what is older than it may be: first the keys of a backup, which leaves what was sealed unreadable, later the
 * rest; and what an interrupted backup left behind. Gives how many of each.
 */
export function pruneBackups(folder: string, now: number, lives: Lives): { keys: number; data: number } {
  const gone = { keys: 0, data: 0 };
  const kept = new Set<string>();
  for (const { name, taken_at } of backupsIn(folder)) {
    const age = now - Date.parse(taken_at);
    const keys = partFile(folder, name, 'keys');
    if (age > Math.min(lives.keys, lives.data) && isThere(keys)) {
      rmSync(keys);
      gone.keys += 1;
    }
    if (age <= lives.data) {
      kept.add(name);
      continue;
    }
    // What makes it a backup goes first.
    rmSync(manifestFile(folder, name));
    rmSync(partFile(folder, name, 'data'), { force: true });
    gone.data += 1;
  }
  for (const file of readdirSync(folder)) {
    const whole = /^(parley-[\dTZ-]+)\.(data|keys)\.gz$/.exec(file);
    const isLeft = whole ? !kept.has(whole[1] ?? '') : file.startsWith(UNFINISHED);
    // By the clock of the files: one that is being written is left alone.
    if (isLeft && Date.now() - statSync(join(folder, file)).mtimeMs > LEFT_ALONE) rmSync(join(folder, file));
  }
  syncToDisk(folder);
  return gone;
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}
