import type { Act } from './strace.ts';
import type { Asked, History } from './workload.ts';

/** When the relay first let something out about what was asked under an id. */
export interface Told {
  asked: Asked;
  /** The act that says so to a connection. */
  at: number;
}

export interface OrderReport {
  /** What was told and had been written and synced before, in that order. */
  kept: number;
  /** One line for each that was told too early. */
  violations: string[];
}

/** Every id that left the relay, with the moment of its first leaving: an acknowledgement, or the news to others. */
export function toldIn(acts: readonly Act[], history: History): Told[] {
  const told: Told[] = [];
  const waiting = new Map(history);
  for (const [at, act] of acts.entries()) {
    if (act.kind !== 'say') continue;
    for (const [id] of act.bytes
      .toString('latin1')
      .matchAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b/g)) {
      const asked = waiting.get(id);
      if (asked) told.push({ asked, at });
      waiting.delete(id);
    }
  }
  return told;
}

/**
 * The order of disk: the frames of a message or consent are written to the log, the log is synced, and only then
 * does anything about it leave the relay.
 */
export function checkOrder(acts: readonly Act[], told: readonly Told[]): OrderReport {
  const log = new LogWalk(acts);
  const violations = told.flatMap(({ asked, at }) => {
    const written = log.committed(asked.id);
    const name = `${asked.kind} ${asked.id}`;
    if (written === null || written > at) return [`${name} was told at act ${at}, and its commit is not in the log before`];
    const synced = log.syncAfter(written);
    if (synced === null || synced > at) return [`${name} was told at act ${at}, and the log was not synced since act ${written}`];
    return [];
  });
  return { kept: told.length - violations.length, violations };
}

/** Length of a frame's header in SQLite's write-ahead log; the page follows in a write of its own. */
const FRAME_HEADER = 24;

class LogWalk {
  readonly #writes: { at: number; page: string; ends: boolean }[] = [];
  readonly #syncs: number[] = [];
  readonly #lost: number[] = [];

  constructor(acts: readonly Act[]) {
    let ends = false;
    for (const [at, act] of acts.entries()) {
      if (act.kind === 'sync' && act.path.endsWith('-wal')) this.#syncs.push(at);
      if (act.kind === 'lost' && act.path.endsWith('-wal')) this.#lost.push(at);
      if (act.kind !== 'write' || !act.file.endsWith('-wal')) continue;
      // A header that names the size of the database ends a transaction, with the page behind it.
      if (act.bytes.length === FRAME_HEADER) ends = act.bytes.readUInt32BE(4) > 0;
      else if (act.bytes.length > 32) this.#writes.push({ at, page: act.bytes.toString('latin1'), ends });
    }
  }

  /** The write that ends the transaction in which the id first stood, or null. */
  committed(id: string): number | null {
    const first = this.#writes.findIndex(({ page }) => page.includes(id));
    if (first < 0) return null;
    return this.#writes.slice(first).find(({ ends }) => ends)?.at ?? null;
  }

  /** The first sync after an act, or null. After one that failed the next one lies: the kernel has forgotten. */
  syncAfter(at: number): number | null {
    const sync = this.#syncs.find((one) => one > at) ?? null;
    return sync !== null && this.#lost.some((lost) => lost > at && lost < sync) ? null : sync;
  }
}
