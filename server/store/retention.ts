import { type Kysely, sql } from 'kysely';
import { DATA_KEY } from './columns.ts';
import { insertDataKey } from './inserts.ts';
import type { Queries } from './queries.ts';
import type { DataClass, DataKeyRow, EvidenceRow, HoldRow, RetentionDueRow, RetentionRunRow } from './rows.ts';
import type { Tables } from './tables.ts';
import { template } from './template.ts';

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
}

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

const DUE = ['conversation_id as conversationId', 'kind', 'since', 'due_at as dueAt', 'held', 'done_at as doneAt'] as const;
const HOLD = [
  'conversation_id as conversationId',
  'id',
  'reason_sealed as reasonSealed',
  'agent_id as agentId',
  'set_at as setAt',
  'until',
] as const;
const RUN = ['id', 'started_at as startedAt', 'finished_at as finishedAt', 'by_relay', 'counts', 'oldest', 'failed'] as const;

interface DuePage {
  now: number;
  at: number;
  id: string;
  kind: string;
  limit: number;
}

const due = template((db, p: DuePage) =>
  db
    .selectFrom('retention_due')
    .select(DUE)
    .where('due_at', 'is not', null)
    .where('due_at', '<=', p.now)
    .where(sql<boolean>`(due_at, conversation_id, kind) > (${p.at}, ${p.id}, ${p.kind})`)
    .orderBy('due_at')
    .orderBy('conversation_id')
    .orderBy('kind')
    .limit(p.limit),
);
const dueOf = template((db, p: { id: string }) =>
  db.selectFrom('retention_due').select(DUE).where('conversation_id', '=', p.id).orderBy('kind'),
);
const holdOf = template((db, p: { id: string }) => db.selectFrom('legal_hold').select(HOLD).where('conversation_id', '=', p.id));
const holds = template((db, p: { now: number; limit: number }) =>
  db.selectFrom('legal_hold').select(HOLD).where('until', '>', p.now).orderBy('until').orderBy('id').limit(p.limit),
);
const runs = template((db, p: { limit: number }) =>
  db.selectFrom('retention_run').select(RUN).orderBy('finished_at', 'desc').orderBy('id', 'desc').limit(p.limit),
);
const state = template((db) => db.selectFrom('retention_state').select(['next_at as nextAt', 'ran_at as ranAt', 'shreds']));
const countMessages = template((db, p: { id: string }) =>
  db
    .selectFrom('message')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('conversation_id', '=', p.id)
    .where('erased_at', 'is', null),
);
const watch = template((db, p: { id: string; kind: DataClass; since: number; dueAt: number }) =>
  db
    .insertInto('retention_due')
    .values({ conversation_id: p.id, kind: p.kind, since: p.since, due_at: p.dueAt, held: sql.lit(0), done_at: null })
    .onConflict((conflict) =>
      conflict.columns(['conversation_id', 'kind']).doUpdateSet({ due_at: p.dueAt, held: sql.lit(0), done_at: null }),
    ),
);
const lookAgain = template((db, p: { id: string; now: number }) =>
  db
    .updateTable('retention_due')
    .set({ due_at: p.now, held: sql.lit(0) })
    .where('conversation_id', '=', p.id)
    .where('due_at', 'is not', null),
);
const postpone = template((db, p: { id: string; kind: DataClass; since: number; dueAt: number; held: number }) =>
  db
    .updateTable('retention_due')
    .set({ since: p.since, due_at: p.dueAt, held: p.held })
    .where('conversation_id', '=', p.id)
    .where('kind', '=', p.kind),
);
const done = template((db, p: { id: string; kind: DataClass; at: number }) =>
  db
    .updateTable('retention_due')
    .set({ due_at: null, held: sql.lit(0), done_at: p.at })
    .where('conversation_id', '=', p.id)
    .where('kind', '=', p.kind),
);
const forget = template((db, p: { id: string; kind: DataClass }) =>
  db.deleteFrom('retention_due').where('conversation_id', '=', p.id).where('kind', '=', p.kind),
);
const deleteMessages = template((db, p: { id: string }) => db.deleteFrom('message').where('conversation_id', '=', p.id));
const redactMessages = template((db, p: { id: string; at: number; empty: Uint8Array }) =>
  db
    .updateTable('message')
    .set({ body_sealed: p.empty, erased_at: p.at })
    .where('conversation_id', '=', p.id)
    .where('erased_at', 'is', null),
);
const redactMessage = template((db, p: { id: string; messageId: string; at: number; empty: Uint8Array }) =>
  db
    .updateTable('message')
    .set({ body_sealed: p.empty, erased_at: p.at })
    .where('conversation_id', '=', p.id)
    .where('id', '=', p.messageId)
    .where('erased_at', 'is', null),
);
const deleteEvidence = template((db, p: { actId: string; kind: 'ip' | 'ua' }) =>
  db.deleteFrom('evidence').where('act_id', '=', p.actId).where('kind', '=', p.kind),
);
const keyOf = template((db, p: { visitorId: string; class: DataClass }) =>
  db.selectFrom('data_key').select(DATA_KEY).where('visitor_id', '=', p.visitorId).where('class', '=', p.class),
);
const deleteKey = template((db, p: { id: string }) => db.deleteFrom('data_key').where('id', '=', p.id));
const countShred = template((db) => db.updateTable('retention_state').set((eb) => ({ shreds: eb('shreds', '+', sql.lit(1)) })));
const deleteSessions = template((db, p: { before: number }) => db.deleteFrom('agent_session').where('expires_at', '<', p.before));
const deleteLinks = template((db, p: { before: number }) => db.deleteFrom('link').where('expires_at', '<', p.before));
const upsertHold = template((db, p: HoldRow) => {
  const row = { id: p.id, reason_sealed: p.reasonSealed, agent_id: p.agentId, set_at: p.setAt, until: p.until };
  return db
    .insertInto('legal_hold')
    .values({ ...row, conversation_id: p.conversationId })
    .onConflict((conflict) => conflict.column('conversation_id').doUpdateSet(row));
});
const deleteHold = template((db, p: { id: string }) => db.deleteFrom('legal_hold').where('conversation_id', '=', p.id));
/** A claim far ahead of the clock was made by a clock that was wrong. */
const claim = template((db, p: { now: number; until: number; wrong: number }) =>
  db
    .updateTable('retention_state')
    .set({ next_at: p.until })
    .where(({ or, eb }) => or([eb('next_at', '<=', p.now), eb('next_at', '>', p.wrong)])),
);
const renew = template((db, p: { until: number }) => db.updateTable('retention_state').set({ next_at: p.until }));
const finish = template((db, p: { ranAt: number; nextAt: number }) =>
  db.updateTable('retention_state').set({ ran_at: p.ranAt, next_at: p.nextAt }),
);
const insertRun = template(
  (db, p: Omit<RetentionRunRow, 'counts' | 'oldest' | 'byRelay'> & { byRelay: number; counts: string; oldest: string }) =>
    db.insertInto('retention_run').values({
      id: p.id,
      started_at: p.startedAt,
      finished_at: p.finishedAt,
      by_relay: p.byRelay,
      counts: p.counts,
      oldest: p.oldest,
      failed: p.failed,
    }),
);
const deleteRuns = template((db, p: { at: number }) => db.deleteFrom('retention_run').where('finished_at', '<', p.at));

/** Of one kind, by two indexes: each gives its first row alone. */
function oldestOf(db: Kysely<Tables>, kind: DataClass) {
  const running = sql`kind = ${kind} and due_at is not null and held = 0`;
  return sql<{ since: number | null; dueAt: number | null }>`select
    (select since from retention_due where ${running} order by kind, since limit 1) as "since",
    (select due_at from retention_due where ${running} order by kind, due_at limit 1) as "dueAt"`.compile(db);
}

const KINDS: readonly DataClass[] = ['messages', 'form', 'evidence', 'consent'];
/** Far below the limits on parameters of both databases. */
const IDS_AT_ONCE = 500;
/** Between two looks at most, and longer than any clock of several relays is off. */
const CLAIM_MOST = 2 * 3_600_000;

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
