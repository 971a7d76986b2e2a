import { durationMs } from '../../shared/durations.ts';
import { backupWords } from '../../shared/i18n/backup.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { recordAlone } from '../audit/look.ts';
import { takeBackup } from '../backup/backup.ts';
import type { Manifest } from '../backup/manifest.ts';
import { BACKUP_LIVES, type Lives, pruneBackups } from '../backup/prune.ts';
import { type Config, ConfigError } from '../config.ts';
import { openBeside } from './open.ts';

/** Copies everything into a folder while the relay runs, and takes away there what is too old. */
export async function backupCommand(config: Config, folder: string, keep: Partial<typeof BACKUP_LIVES>): Promise<number> {
  const words = { ...BACKUP_LIVES, ...keep };
  const lives = livesOf(words);
  const store = await openBeside(config);
  const now = Date.now();
  try {
    const manifest = await takeBackup(store, folder, now);
    await recordAlone({ store, clock: Date.now }, { actor: { kind: 'operator' }, action: 'backup.made', object: manifest.name });
    console.log(fill(backupWords.done, { ...countsOf(manifest), folder, name: manifest.name, time: manifest.taken_at }));
    console.log(backupWords['no.master']);
  } finally {
    // Also where no new one could be made: what is too old must go.
    const gone = pruneBackups(folder, now, lives);
    if (gone.keys > 0) console.log(fill(backupWords['pruned.keys'], { count: gone.keys, life: words.keys }));
    if (gone.data > 0) console.log(fill(backupWords['pruned.data'], { count: gone.data, life: words.data }));
    await store.close();
  }
  return 0;
}

export function countsOf({ data, keys }: Manifest): { rows: number; keys: number } {
  const sum = (rows: Record<string, number>): number => Object.values(rows).reduce((all, one) => all + one, 0);
  return { rows: sum(data.rows), keys: sum(keys.rows) };
}

/** @throws ConfigError when they are no durations, or keys would outlive data. */
function livesOf({ keys, data }: typeof BACKUP_LIVES): Lives {
  try {
    const lives = { keys: durationMs(keys), data: durationMs(data) };
    if (lives.keys <= lives.data) return lives;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new ConfigError(backupWords.lives);
}
