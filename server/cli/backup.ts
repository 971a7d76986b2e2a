import { statSync } from 'node:fs';
import { durationMs } from '../../shared/durations.ts';
import { backupWords } from '../../shared/i18n/backup.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { recordAlone } from '../audit/look.ts';
import { takeBackup } from '../backup/backup.ts';
import { type LifeWords, livesDetail, USUAL_LIVES } from '../backup/lives.ts';
import type { Manifest } from '../backup/manifest.ts';
import { type Lives, pruneBackups } from '../backup/prune.ts';
import { type Config, ConfigError } from '../config.ts';
import { openBeside } from './open.ts';

/** Copies everything into a folder while the relay runs, and takes away there what is too old. */
export async function backupCommand(config: Config, folder: string, keep: Partial<LifeWords>): Promise<number> {
  const words = { ...USUAL_LIVES, ...keep };
  const lives = livesOf(words);
  const store = await openBeside(config);
  const now = Date.now();
  try {
    const manifest = await takeBackup(store, folder, now);
    await recordAlone(
      { store, clock: Date.now },
      { actor: { kind: 'operator' }, action: 'backup.made', object: manifest.name, detail: livesDetail(words) },
    );
    console.log(fill(backupWords.done, { ...countsOf(manifest), folder, name: manifest.name, time: manifest.taken_at }));
    console.log(backupWords['no.master']);
  } finally {
    // Also where no new one could be made: what is too old must go.
    sayGone(pruneBackups(folder, now, lives), words);
    await store.close();
  }
  return 0;
}

/**
 * Takes away what is too old, and makes none: where backups lie on another host than the relay, and where no new one is
 * made any more (PR-56). It needs no database.
 */
export function pruneCommand(folder: string, keep: Partial<LifeWords>): number {
  const words = { ...USUAL_LIVES, ...keep };
  const lives = livesOf(words);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ConfigError(fill(backupWords['no.folder'], { folder }));
  const gone = pruneBackups(folder, Date.now(), lives);
  sayGone(gone, words);
  if (gone.keys + gone.data === 0) console.log(fill(backupWords['pruned.none'], { folder }));
  return 0;
}

function sayGone(gone: { keys: number; data: number }, { keys, data }: LifeWords): void {
  if (gone.keys > 0) console.log(fill(backupWords['pruned.keys'], { count: gone.keys, life: keys }));
  if (gone.data > 0) console.log(fill(backupWords['pruned.data'], { count: gone.data, life: data }));
}

export function countsOf({ data, keys }: Manifest): { rows: number; keys: number } {
  const sum = (rows: Record<string, number>): number => Object.values(rows).reduce((all, one) => all + one, 0);
  return { rows: sum(data.rows), keys: sum(keys.rows) };
}

/** @throws ConfigError when they are no durations, or keys would outlive data. */
function livesOf({ keys, data }: LifeWords): Lives {
  try {
    const lives = { keys: durationMs(keys), data: durationMs(data) };
    if (lives.keys <= lives.data) return lives;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new ConfigError(backupWords.lives);
}
