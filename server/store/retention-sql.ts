import { type Kysely, sql } from 'kysely';
import { DATA_KEY } from './columns.ts';
import type { OwnBefore, OwnCounts } from './retention.ts';
import type { DataClass, HoldRow, RetentionRunRow } from './rows.ts';
import type { Tables } from './tables.ts';
import { template } from './template.ts';

/** The statements of this room (`retention.ts`). */

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

export const due = template((db, p: DuePage) =>
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
export const dueOf = template((db, p: { id: string }) =>
  db.selectFrom('retention_due').select(DUE).where('conversation_id', '=', p.id).orderBy('kind'),
);
export const holdOf = template((db, p: { id: string }) =>
  db.selectFrom('legal_hold').select(HOLD).where('conversation_id', '=', p.id),
);
export const holds = template((db, p: { now: number; limit: number }) =>
  db.selectFrom('legal_hold').select(HOLD).where('until', '>', p.now).orderBy('until').orderBy('id').limit(p.limit),
);
export const runs = template((db, p: { limit: number }) =>
  db.selectFrom('retention_run').select(RUN).orderBy('finished_at', 'desc').orderBy('id', 'desc').limit(p.limit),
);
export const state = template((db) =>
  db.selectFrom('retention_state').select(['next_at as nextAt', 'ran_at as ranAt', 'shreds']),
);
export const countMessages = template((db, p: { id: string }) =>
  db
    .selectFrom('message')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('conversation_id', '=', p.id)
    .where('erased_at', 'is', null),
);
export const watch = template((db, p: { id: string; kind: DataClass; since: number; dueAt: number }) =>
  db
    .insertInto('retention_due')
    .values({ conversation_id: p.id, kind: p.kind, since: p.since, due_at: p.dueAt, held: sql.lit(0), done_at: null })
    .onConflict((conflict) =>
      conflict.columns(['conversation_id', 'kind']).doUpdateSet({ due_at: p.dueAt, held: sql.lit(0), done_at: null }),
    ),
);
export const lookAgain = template((db, p: { id: string; now: number }) =>
  db
    .updateTable('retention_due')
    .set({ due_at: p.now, held: sql.lit(0) })
    .where('conversation_id', '=', p.id)
    .where('due_at', 'is not', null),
);
export const postpone = template((db, p: { id: string; kind: DataClass; since: number; dueAt: number; held: number }) =>
  db
    .updateTable('retention_due')
    .set({ since: p.since, due_at: p.dueAt, held: p.held })
    .where('conversation_id', '=', p.id)
    .where('kind', '=', p.kind),
);
export const done = template((db, p: { id: string; kind: DataClass; at: number }) =>
  db
    .updateTable('retention_due')
    .set({ due_at: null, held: sql.lit(0), done_at: p.at })
    .where('conversation_id', '=', p.id)
    .where('kind', '=', p.kind),
);
export const forget = template((db, p: { id: string; kind: DataClass }) =>
  db.deleteFrom('retention_due').where('conversation_id', '=', p.id).where('kind', '=', p.kind),
);
export const deleteMessages = template((db, p: { id: string }) => db.deleteFrom('message').where('conversation_id', '=', p.id));
export const redactMessages = template((db, p: { id: string; at: number; empty: Uint8Array }) =>
  db
    .updateTable('message')
    .set({ body_sealed: p.empty, erased_at: p.at })
    .where('conversation_id', '=', p.id)
    .where('erased_at', 'is', null),
);
export const redactMessage = template((db, p: { id: string; messageId: string; at: number; empty: Uint8Array }) =>
  db
    .updateTable('message')
    .set({ body_sealed: p.empty, erased_at: p.at })
    .where('conversation_id', '=', p.id)
    .where('id', '=', p.messageId)
    .where('erased_at', 'is', null),
);
export const deleteEvidence = template((db, p: { actId: string; kind: 'ip' | 'ua' }) =>
  db.deleteFrom('evidence').where('act_id', '=', p.actId).where('kind', '=', p.kind),
);
export const keyOf = template((db, p: { visitorId: string; class: DataClass }) =>
  db.selectFrom('data_key').select(DATA_KEY).where('visitor_id', '=', p.visitorId).where('class', '=', p.class),
);
export const deleteKey = template((db, p: { id: string }) => db.deleteFrom('data_key').where('id', '=', p.id));
export const countShred = template((db) =>
  db.updateTable('retention_state').set((eb) => ({ shreds: eb('shreds', '+', sql.lit(1)) })),
);
export const deleteSessions = template((db, p: { before: number }) =>
  db.deleteFrom('agent_session').where('expires_at', '<', p.before),
);
export const deleteLinks = template((db, p: { before: number }) => db.deleteFrom('link').where('expires_at', '<', p.before));
export const upsertHold = template((db, p: HoldRow) => {
  const row = { id: p.id, reason_sealed: p.reasonSealed, agent_id: p.agentId, set_at: p.setAt, until: p.until };
  return db
    .insertInto('legal_hold')
    .values({ ...row, conversation_id: p.conversationId })
    .onConflict((conflict) => conflict.column('conversation_id').doUpdateSet(row));
});
export const deleteHold = template((db, p: { id: string }) => db.deleteFrom('legal_hold').where('conversation_id', '=', p.id));
/** A claim far ahead of the clock was made by a clock that was wrong. */
export const claim = template((db, p: { now: number; until: number; wrong: number }) =>
  db
    .updateTable('retention_state')
    .set({ next_at: p.until })
    .where(({ or, eb }) => or([eb('next_at', '<=', p.now), eb('next_at', '>', p.wrong)])),
);
export const renew = template((db, p: { until: number }) => db.updateTable('retention_state').set({ next_at: p.until }));
export const finish = template((db, p: { ranAt: number; nextAt: number }) =>
  db.updateTable('retention_state').set({ ran_at: p.ranAt, next_at: p.nextAt }),
);
export const insertRun = template(
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
export const deleteRuns = template((db, p: { at: number }) => db.deleteFrom('retention_run').where('finished_at', '<', p.at));

/** What is no conversation's and from before its moment, in one look. */
export function countOwn(db: Kysely<Tables>, p: OwnBefore) {
  return sql<OwnCounts>`select
    (select count(*) from agent_session where expires_at < ${p.security})
      + (select count(*) from link where expires_at < ${p.security}) as "security",
    (select count(*) from access_log where due_at <= ${p.access}) as "access",
    (select count(*) from request where status = 'answered' and answered_at < ${p.requests}) as "requests",
    (select count(*) from breach where coalesce(decided_at, recorded_at) < ${p.breaches}) as "breaches",
    (select count(*) from audit where at < ${p.audit}) as "audit"`.compile(db);
}

/** Of one kind, by two indexes: each gives its first row alone. */
export function oldestOf(db: Kysely<Tables>, kind: DataClass) {
  const running = sql`kind = ${kind} and due_at is not null and held = 0`;
  return sql<{ since: number | null; dueAt: number | null }>`select
    (select since from retention_due where ${running} order by kind, since limit 1) as "since",
    (select due_at from retention_due where ${running} order by kind, due_at limit 1) as "dueAt"`.compile(db);
}
