import { durationMs } from '../../shared/durations.ts';
import type { AuditRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';

/** How long backups live, ISO 8601: keys never longer than data (PR-56). */
export interface LifeWords {
  keys: string;
  data: string;
}

/** What the ready-made notices say about backups (PR-57), and keys shorter than that (PR-56). */
export const USUAL_LIVES: LifeWords = { keys: 'P7D', data: 'P35D' };

/** A backup that was made, as the audit tells of it. */
export interface MadeBackup {
  /** Epoch milliseconds. */
  at: number;
  /** Null where it was made before lives were written down with it. */
  lives: LifeWords | null;
}

/** The newest that the audit knows of; null for none within the time that it keeps its lines. */
export async function newestBackup(read: Reads): Promise<MadeBackup | null> {
  const made = { action: 'backup.made', agentId: null, object: null, from: null, until: null };
  const [line] = await read.audit.search(made, null, 1);
  return line ? { at: line.at, lives: livesIn(line) } : null;
}

function livesIn({ detail }: Pick<AuditRow, 'detail'>): LifeWords | null {
  const { keep_keys: keys, keep_data: data } = detail ?? {};
  return typeof keys === 'string' && typeof data === 'string' ? { keys, data } : null;
}

/** As a line of the audit tells them. */
export const livesDetail = ({ keys, data }: LifeWords): { keep_keys: string; keep_data: string } => ({
  keep_keys: keys,
  keep_data: data,
});

/** Longer than the other, in keys or in data. */
export function liveLonger(one: LifeWords, other: LifeWords): boolean {
  return durationMs(one.keys) > durationMs(other.keys) || durationMs(one.data) > durationMs(other.data);
}
