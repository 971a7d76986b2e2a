import { type RawBuilder, sql } from 'kysely';
import { KINDS, type Kind } from './held.ts';
import type { Queries } from './queries.ts';
import type { BreachRow } from './rows.ts';
import { template } from './template.ts';

/** Whom a breach concerns, and the register of breaches: a room of the store (PR-72). */

/** A span of time, and where: `siteId` null is every site. The end is exclusive. */
export interface BreachScope {
  since: number;
  until: number;
  siteId: string | null;
}

/** What lay in the store in that time. Nothing is opened for it. */
export interface Reach {
  persons: number;
  conversations: number;
  /** Conversations that began or went on within the time. */
  active: number;
  /** Erased since it began: they cannot be named any more. */
  erasedSince: number;
  kinds: Record<Kind, { rows: number; persons: number }>;
}

/** One conversation within reach, without anything that was said. */
export interface ReachedConversation {
  id: string;
  visitorId: string;
  siteId: string;
  createdAt: number;
  lastAt: number;
}

export interface BreachReads {
  reach(scope: BreachScope): Promise<Reach>;
  /** By id, after the cursor, at most `limit`. */
  reached(scope: BreachScope, after: string, limit: number): Promise<ReachedConversation[]>;
  /** What was done with people’s data in that time, by kind of act. */
  acts(scope: Pick<BreachScope, 'since' | 'until'>): Promise<{ action: string; count: number }[]>;
  breach(id: string): Promise<BreachRow | null>;
  /** The newest first. */
  register(): Promise<BreachRow[]>;
}

export interface BreachWrites {
  insert(row: BreachRow): Promise<void>;
  decide(id: string, decision: Pick<BreachRow, 'state' | 'decidedAt' | 'notesSealed'>): Promise<void>;
  /** Those decided before this, and those that nobody decided and that were recorded before it. Gives how many. */
  deleteBefore(before: number): Promise<number>;
}

const BREACH = [
  'id',
  'recorded_at as recordedAt',
  'recorded_by as recordedBy',
  'detected_at as detectedAt',
  'since',
  'until',
  'site_id as siteId',
  'report',
  'state',
  'decided_at as decidedAt',
  'notes_sealed as notesSealed',
] as const;

const breachById = template((db, p: { id: string }) => db.selectFrom('breach').select(BREACH).where('id', '=', p.id));
const register = template((db) => db.selectFrom('breach').select(BREACH).orderBy('recorded_at', 'desc').orderBy('id', 'desc'));
const acts = template((db, p: { since: number; until: number }) =>
  db
    .selectFrom('audit')
    .select(['action', sql<number>`count(*)`.as('count')])
    .where('at', '>=', p.since)
    .where('at', '<', p.until)
    .groupBy('action')
    .orderBy('action'),
);
const insertBreach = template((db, row: BreachRow) =>
  db.insertInto('breach').values({
    id: row.id,
    recorded_at: row.recordedAt,
    recorded_by: row.recordedBy,
    detected_at: row.detectedAt,
    since: row.since,
    until: row.until,
    site_id: row.siteId,
    report: row.report,
    state: row.state,
    decided_at: row.decidedAt,
    notes_sealed: row.notesSealed,
  }),
);
const decideBreach = template((db, p: { id: string } & Pick<BreachRow, 'state' | 'decidedAt' | 'notesSealed'>) =>
  db.updateTable('breach').set({ state: p.state, decided_at: p.decidedAt, notes_sealed: p.notesSealed }).where('id', '=', p.id),
);

const deleteBefore = template((db, p: { before: number }) =>
  db.deleteFrom('breach').where(({ eb, fn }) => eb(fn.coalesce('decided_at', 'recorded_at'), '<', p.before)),
);

/** Rows of a kind that lay there in that time, with the visitor that each is of. */
function rowsOf(kind: Kind, { since, until }: BreachScope): RawBuilder<unknown> {
  const byConversation = (table: string, condition: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`${sql.table(table)} as t join conversation c on c.id = t.conversation_id join visitor v on v.id = c.visitor_id where ${condition}`;
  const byVisitor = (table: string, condition: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`${sql.table(table)} as t join visitor v on v.id = t.visitor_id where ${condition}`;
  switch (kind) {
    case 'messages':
      return byConversation('message', sql`t.at < ${until}`);
    case 'form':
      return sql`visitor as v where v.form_sealed is not null and v.created_at < ${until}`;
    case 'address':
      return byVisitor('evidence', sql`t.kind = 'ip' and t.created_at < ${until}`);
    case 'browser':
      return byVisitor('evidence', sql`t.kind = 'ua' and t.created_at < ${until}`);
    case 'consents':
      return byVisitor('consent_event', sql`t.at < ${until}`);
    case 'lookup':
      return byVisitor('email_index', sql`t.digest is not null and v.created_at < ${until}`);
    case 'requests':
      // Somebody who asks need not have been found in a conversation.
      return sql`(select coalesce(p.visitor_id, p.request_id) as id, r.site_id from request_person p
        join request r on r.id = p.request_id where r.received_at < ${until}) as v where 1 = 1`;
    case 'holds':
      return byConversation('legal_hold', sql`t.set_at < ${until}`);
    case 'sessions':
      return byVisitor(
        'session',
        sql`t.created_at < ${until} and t.expires_at > ${since} and (t.revoked_at is null or t.revoked_at > ${since})`,
      );
    case 'links':
      return byVisitor('receipt_link', sql`t.created_at < ${until} and t.expires_at > ${since}`);
    case 'activity':
      return byVisitor('conversation', sql`t.created_at < ${until}`);
    default:
      return byVisitor('data_key', sql`t.created_at < ${until}`);
  }
}

export class SqlBreachReads implements BreachReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  async reach(scope: BreachScope): Promise<Reach> {
    const { since, until, siteId } = scope;
    const inSite = (column: string): RawBuilder<unknown> => (siteId === null ? sql`` : sql` and ${sql.ref(column)} = ${siteId}`);
    const parts: RawBuilder<unknown>[] = [
      sql`(select count(*) from visitor v where v.created_at < ${until}${inSite('v.site_id')}) as persons`,
      sql`(select count(*) from conversation c where c.created_at < ${until}${inSite('c.site_id')}) as conversations`,
      sql`(select count(*) from conversation c where c.created_at < ${until} and c.last_at >= ${since}${inSite('c.site_id')}) as active`,
      sql`(select count(*) from erasure e where e.at >= ${since}${inSite('e.site_id')}) as erased`,
      ...KINDS.flatMap((kind) => {
        const rows = sql`from ${rowsOf(kind, scope)}${inSite('v.site_id')}`;
        return [
          sql`(select count(*) ${rows}) as ${sql.ref(`${kind}_rows`)}`,
          sql`(select count(distinct v.id) ${rows}) as ${sql.ref(`${kind}_persons`)}`,
        ];
      }),
    ];
    const { db } = this.queries;
    const query = sql<Record<string, number | string>>`select ${sql.join(parts)}`;
    const { rows } = await this.queries.runBuilt({ compile: () => query.compile(db) });
    const count = (name: string): number => Number(rows[0]?.[name] ?? 0);
    return {
      persons: count('persons'),
      conversations: count('conversations'),
      active: count('active'),
      erasedSince: count('erased'),
      kinds: Object.fromEntries(
        KINDS.map((kind) => [kind, { rows: count(`${kind}_rows`), persons: count(`${kind}_persons`) }]),
      ) as Reach['kinds'],
    };
  }

  async reached({ until, siteId }: BreachScope, after: string, limit: number): Promise<ReachedConversation[]> {
    let query = this.queries.db
      .selectFrom('conversation')
      .select(['id', 'visitor_id as visitorId', 'site_id as siteId', 'created_at as createdAt', 'last_at as lastAt'])
      .where('created_at', '<', until)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit);
    if (siteId !== null) query = query.where('site_id', '=', siteId);
    return (await this.queries.runBuilt(query)).rows;
  }

  async acts(scope: Pick<BreachScope, 'since' | 'until'>): Promise<{ action: string; count: number }[]> {
    const rows = await this.queries.all(acts, { since: scope.since, until: scope.until });
    return rows.map(({ action, count }) => ({ action, count: Number(count) }));
  }

  breach(id: string): Promise<BreachRow | null> {
    return this.queries.one(breachById, { id });
  }

  register(): Promise<BreachRow[]> {
    return this.queries.all(register, {});
  }
}

export class SqlBreaches extends SqlBreachReads implements BreachWrites {
  async insert(row: BreachRow): Promise<void> {
    await this.queries.run(insertBreach, row);
  }

  async decide(id: string, decision: Pick<BreachRow, 'state' | 'decidedAt' | 'notesSealed'>): Promise<void> {
    await this.queries.run(decideBreach, { id, ...decision });
  }

  async deleteBefore(before: number): Promise<number> {
    return (await this.queries.run(deleteBefore, { before })).changed;
  }
}
