import type { OwnKind } from '../../shared/retention.ts';
import { insertDataKey } from './inserts.ts';
import type { Queries } from './queries.ts';
import {
  claim,
  countMessages,
  countOwn,
  countShred,
  deleteEvidence,
  deleteHold,
  deleteKey,
  deleteLinks,
  deleteMessages,
  deleteRuns,
  deleteSessions,
  done,
  due,
  dueOf,
  finish,
  forget,
  holdOf,
  holds,
  insertRun,
  keyOf,
  lookAgain,
  oldestOf,
  postpone,
  redactMessage,
  redactMessages,
  renew,
  runs,
  state,
  upsertHold,
  watch,
} from './retention-sql.ts';
import type { DataClass, DataKeyRow, EvidenceRow, HoldRow, RetentionDueRow, RetentionRunRow } from './rows.ts';

/** How long things are kept: what is due, what is held, what was done: a room of the store. */

export interface RetentionReads {
  /** What may be due at `now`, the longest ago first, after the row `after`. What is done, or not yet due, is not touched. */
  due(now: number, after: RetentionDueRow | null, limit: number): Promise<RetentionDueRow[]>;
  dueOf(conversationId: string): Promise<RetentionDueRow[]>;
  /** Of each kind the clock that has run longest and the time that is due first, among what is not held. */
  oldest(): Promise<{ kind: DataClass; since: number; dueAt: number }[]>;
  hold(conversationId: string): Promise<HoldRow | null>;
  /** Those that stand at `now`, the first to end first. */
  holds(now: number, limit: number): Promise<HoldRow[]>;
  /** The newest first. */
  runs(limit: number): Promise<RetentionRunRow[]>;
  state(): Promise<RetentionState>;
  countMessages(conversationId: string): Promise<number>;
  /** Those of `ids` whose messages went after this. */
  silencedAmong(ids: readonly string[], since: number): Promise<string[]>;
  /** Messages whose text is still there. */
  countBodies(conversationIds: readonly string[]): Promise<number>;
  /** Of the relay's own records, how many are from before the moment of their kind. */
  countOwn(before: OwnBefore): Promise<OwnCounts>;
}

/** What the relay keeps of its own, by kind: how many rows. */
export type OwnCounts = Record<OwnKind | 'access', number>;
/** The same by kind: from before which moment they go, epoch milliseconds. */
export type OwnBefore = Record<OwnKind | 'access', number>;

export interface RetentionState {
  nextAt: number;
  /** When a look last came to its end; 0 for never. */
  ranAt: number;
  /** How often a key was shredded: who keeps keys in memory goes by it. */
  shreds: number;
}

export interface RetentionWrites {
  /** From `dueAt` on these are looked at; what was noted before of them gives way. */
  watch(conversationId: string, kinds: readonly DataClass[], since: number, dueAt: number): Promise<void>;
  /** Every clock of this conversation that still runs is looked at from `now` on. */
  lookAgain(conversationId: string, now: number): Promise<void>;
  postpone(row: Pick<RetentionDueRow, 'conversationId' | 'kind' | 'since' | 'held'> & { dueAt: number }): Promise<void>;
  /** It is gone: nothing is due of it any more. */
  done(conversationId: string, kind: DataClass, at: number): Promise<void>;
  /** There is nothing of it: no note stays. */
  forget(conversationId: string, kind: DataClass): Promise<void>;
  /** Give how many rows it were. */
  deleteMessages(conversationId: string): Promise<number>;
  redactMessages(conversationId: string, at: number): Promise<number>;
  /** The same of one; 0 where there is none, or no text of it any more. */
  redactMessage(conversationId: string, messageId: string, at: number): Promise<number>;
  deleteEvidence(rows: readonly Pick<EvidenceRow, 'actId' | 'kind'>[]): Promise<number>;
  /** Puts `next` in the place of a visitor's key, or nothing; counted in `shreds`. False where there was none. */
  shred(visitorId: string, dataClass: DataClass, next: DataKeyRow | null): Promise<boolean>;
  /** Sessions of agents and one-time links that ended before this. */
  deleteSecurityLogs(before: number): Promise<number>;
  upsertHold(hold: HoldRow): Promise<void>;
  deleteHold(conversationId: string): Promise<boolean>;
  /** True for the one who may look now: `until` is when another may, unless it is renewed. */
  claim(now: number, until: number): Promise<boolean>;
  renewClaim(until: number): Promise<void>;
  finish(ranAt: number, nextAt: number): Promise<void>;
  insertRun(run: RetentionRunRow): Promise<void>;
  deleteRunsBefore(at: number): Promise<void>;
}

/** Between two looks at most, and longer than any clock of several relays is off. */
const CLAIM_MOST = 2 * 3_600_000;
/** Far below the limits on parameters of both databases. */
const IDS_AT_ONCE = 500;
const KINDS: readonly DataClass[] = ['messages', 'form', 'evidence', 'consent'];
export class SqlRetentionReads implements RetentionReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  due(now: number, after: RetentionDueRow | null, limit: number): Promise<RetentionDueRow[]> {
    const { dueAt, conversationId: id, kind } = after ?? { dueAt: null, conversationId: '', kind: '' };
    return this.queries.all(due, { now, at: dueAt ?? -1, id, kind, limit });
  }

  dueOf(conversationId: string): Promise<RetentionDueRow[]> {
    return this.queries.all(dueOf, { id: conversationId });
  }

  async oldest(): Promise<{ kind: DataClass; since: number; dueAt: number }[]> {
    const found = await Promise.all(
      KINDS.map(async (kind) => {
        const { rows } = await this.queries.runBuilt({ compile: () => oldestOf(this.queries.db, kind) });
        const { since = null, dueAt = null } = (rows[0] ?? {}) as { since?: number | null; dueAt?: number | null };
        return since === null || dueAt === null ? null : { kind, since, dueAt };
      }),
    );
    return found.filter((one) => one !== null);
  }

  hold(conversationId: string): Promise<HoldRow | null> {
    return this.queries.one(holdOf, { id: conversationId });
  }

  holds(now: number, limit: number): Promise<HoldRow[]> {
    return this.queries.all(holds, { now, limit });
  }

  async runs(limit: number): Promise<RetentionRunRow[]> {
    return (await this.queries.all(runs, { limit })).map(({ by_relay, counts, oldest, ...row }) => ({
      ...row,
      byRelay: by_relay === 1,
      counts: JSON.parse(counts) as RetentionRunRow['counts'],
      oldest: JSON.parse(oldest) as RetentionRunRow['oldest'],
    }));
  }

  async state(): Promise<RetentionState> {
    return (await this.queries.one(state, {})) ?? { nextAt: 0, ranAt: 0, shreds: 0 };
  }

  async countMessages(conversationId: string): Promise<number> {
    return Number((await this.queries.one(countMessages, { id: conversationId }))?.count ?? 0);
  }

  async silencedAmong(ids: readonly string[], since: number): Promise<string[]> {
    const found: string[] = [];
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const some = ids.slice(at, at + IDS_AT_ONCE);
      const query = this.queries.db
        .selectFrom('retention_due')
        .select('conversation_id as id')
        .where('conversation_id', 'in', some)
        .where('kind', '=', 'messages')
        .where('done_at', '>', since);
      found.push(...((await this.queries.runBuilt(query)).rows as { id: string }[]).map(({ id }) => id));
    }
    return found;
  }

  async countBodies(conversationIds: readonly string[]): Promise<number> {
    const counts = await Promise.all(conversationIds.map((id) => this.countMessages(id)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async countOwn(before: OwnBefore): Promise<OwnCounts> {
    const { rows } = await this.queries.runBuilt({ compile: () => countOwn(this.queries.db, before) });
    return rows[0] as OwnCounts;
  }
}

export class SqlRetention extends SqlRetentionReads implements RetentionWrites {
  async watch(conversationId: string, kinds: readonly DataClass[], since: number, dueAt: number): Promise<void> {
    await Promise.all(kinds.map((kind) => this.queries.run(watch, { id: conversationId, kind, since, dueAt })));
  }

  async lookAgain(conversationId: string, now: number): Promise<void> {
    await this.queries.run(lookAgain, { id: conversationId, now });
  }

  async postpone(row: Parameters<RetentionWrites['postpone']>[0]): Promise<void> {
    const { conversationId: id, kind, since, dueAt, held } = row;
    await this.queries.run(postpone, { id, kind, since, dueAt, held });
  }

  async done(conversationId: string, kind: DataClass, at: number): Promise<void> {
    await this.queries.run(done, { id: conversationId, kind, at });
  }

  async forget(conversationId: string, kind: DataClass): Promise<void> {
    await this.queries.run(forget, { id: conversationId, kind });
  }

  async deleteMessages(conversationId: string): Promise<number> {
    return (await this.queries.run(deleteMessages, { id: conversationId })).changed;
  }

  async redactMessages(conversationId: string, at: number): Promise<number> {
    return (await this.queries.run(redactMessages, { id: conversationId, at, empty: Buffer.alloc(0) })).changed;
  }

  async redactMessage(conversationId: string, messageId: string, at: number): Promise<number> {
    const empty = Buffer.alloc(0);
    return (await this.queries.run(redactMessage, { id: conversationId, messageId, at, empty })).changed;
  }

  async deleteEvidence(rows: readonly Pick<EvidenceRow, 'actId' | 'kind'>[]): Promise<number> {
    let gone = 0;
    for (const { actId, kind } of rows) gone += (await this.queries.run(deleteEvidence, { actId, kind })).changed;
    return gone;
  }

  async shred(visitorId: string, dataClass: DataClass, next: DataKeyRow | null): Promise<boolean> {
    const key = await this.queries.one(keyOf, { visitorId, class: dataClass });
    if (!key) return false;
    await this.queries.run(deleteKey, { id: key.id });
    if (next) await this.queries.run(insertDataKey, next);
    await this.queries.run(countShred, {});
    return true;
  }

  async deleteSecurityLogs(before: number): Promise<number> {
    const gone = [await this.queries.run(deleteSessions, { before }), await this.queries.run(deleteLinks, { before })];
    return gone.reduce((sum, { changed }) => sum + changed, 0);
  }

  async upsertHold(hold: HoldRow): Promise<void> {
    await this.queries.run(upsertHold, hold);
  }

  async deleteHold(conversationId: string): Promise<boolean> {
    return (await this.queries.run(deleteHold, { id: conversationId })).changed > 0;
  }

  async claim(now: number, until: number): Promise<boolean> {
    return (await this.queries.run(claim, { now, until, wrong: now + CLAIM_MOST })).changed === 1;
  }

  async renewClaim(until: number): Promise<void> {
    await this.queries.run(renew, { until });
  }

  async finish(ranAt: number, nextAt: number): Promise<void> {
    await this.queries.run(finish, { ranAt, nextAt });
  }

  async insertRun(run: RetentionRunRow): Promise<void> {
    const { counts, oldest, byRelay, ...row } = run;
    const stored = { counts: JSON.stringify(counts), oldest: JSON.stringify(oldest), byRelay: byRelay ? 1 : 0 };
    await this.queries.run(insertRun, { ...row, ...stored });
  }

  async deleteRunsBefore(at: number): Promise<void> {
    await this.queries.run(deleteRuns, { at });
  }
}
