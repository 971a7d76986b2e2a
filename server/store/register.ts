import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { EventState } from '../../shared/consent.ts';
import type { CertifiedBy, CertifiedReason, ErasedWhat } from '../../shared/erasure.ts';
import type { Queries } from './queries.ts';
import type { Tables } from './tables.ts';

/** The consent register, as it is read from above: acts of every site, the newest first. A room of the store. */

/** What an act must be like to be listed; times are epoch milliseconds, `to` exclusive. */
export interface RegisterFilter {
  siteId?: string | undefined;
  purpose?: string | undefined;
  states?: readonly EventState[] | undefined;
  noticeHashes?: readonly string[] | undefined;
  from?: number | undefined;
  to?: number | undefined;
  seq?: number | undefined;
  /** The beginning of an act's id, or the whole. */
  actPrefix?: string | undefined;
  conversationId?: string | undefined;
  visitorIds?: readonly string[] | undefined;
}

/** The place of a row in the register: its time, and its id where several share one. */
export interface RegisterCursor {
  at: number;
  id: string;
}

export interface RegisterEvent {
  actId: string;
  siteId: string;
  seq: number;
  conversationId: string;
  purpose: string;
  state: EventState;
  at: number;
  noticeHash: string;
  hash: string;
  prevHash: string;
}

export interface RegisterErasure {
  id: string;
  siteId: string;
  seq: number;
  at: number;
  by: CertifiedBy;
  reason: CertifiedReason;
  of: ErasedWhat;
  hash: string;
}

export interface RegisterReads {
  /** Acts with an event that fits, newest first, after the cursor. */
  acts(filter: RegisterFilter, before: RegisterCursor | null, limit: number): Promise<{ id: string; at: number }[]>;
  /** How many there are; counting stops at `most`. */
  countActs(filter: RegisterFilter, most: number): Promise<number>;
  /** All events of these acts with the entries that commit to them, ascending by seq. */
  eventsOf(actIds: readonly string[]): Promise<RegisterEvent[]>;
  /** Newest first, after the cursor. */
  erasures(
    filter: Pick<RegisterFilter, 'siteId' | 'from' | 'to' | 'seq'>,
    before: RegisterCursor | null,
    limit: number,
  ): Promise<RegisterErasure[]>;
}

/** What went: a whole visitor, one conversation of several, one message. */
function whatOf(counts: string, messageId: string | null): ErasedWhat {
  if (messageId !== null) return 'message';
  return (JSON.parse(counts) as Record<string, number>).visitor === 0 ? 'conversation' : 'visitor';
}

type Where = ExpressionBuilder<Tables, 'consent_event'>;

function fits(eb: Where, filter: RegisterFilter): Expression<SqlBool> {
  const { siteId, purpose, states, noticeHashes, from, to, seq, actPrefix, conversationId, visitorIds } = filter;
  const all: Expression<SqlBool>[] = [];
  if (siteId !== undefined) all.push(eb('site_id', '=', siteId));
  if (purpose !== undefined) all.push(eb('purpose', '=', purpose));
  if (states !== undefined) all.push(eb('state', 'in', states.length > 0 ? states : [sql<EventState>`null`]));
  if (noticeHashes !== undefined) all.push(eb('notice_hash', 'in', noticeHashes.length > 0 ? noticeHashes : [sql<string>`null`]));
  if (visitorIds !== undefined) all.push(eb('visitor_id', 'in', visitorIds.length > 0 ? visitorIds : [sql<string>`null`]));
  if (from !== undefined) all.push(eb('at', '>=', from));
  if (to !== undefined) all.push(eb('at', '<', to));
  if (seq !== undefined) all.push(eb('seq', '=', seq));
  if (actPrefix !== undefined) all.push(eb('act_id', '>=', actPrefix), eb('act_id', '<=', `${actPrefix}g`));
  if (conversationId !== undefined) all.push(eb('conversation_id', '=', conversationId));
  return eb.and(all);
}

const after = ({ at, id }: RegisterCursor, column: string) => sql<SqlBool>`(at, ${sql.ref(column)}) < (${at}, ${id})`;

export class SqlRegister implements RegisterReads {
  readonly #queries: Queries;

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  async acts(filter: RegisterFilter, before: RegisterCursor | null, limit: number): Promise<{ id: string; at: number }[]> {
    let query = this.#queries.db
      .selectFrom('consent_event')
      .select(['act_id as id', 'at'])
      .distinct()
      .where((eb) => fits(eb, filter));
    if (before) query = query.where(after(before, 'act_id'));
    return (await this.#queries.runBuilt(query.orderBy('at', 'desc').orderBy('act_id', 'desc').limit(limit))).rows;
  }

  async countActs(filter: RegisterFilter, most: number): Promise<number> {
    const some = this.#queries.db
      .selectFrom('consent_event')
      .select(['act_id', 'at'])
      .distinct()
      .where((eb) => fits(eb, filter))
      .limit(most)
      .as('some');
    const { rows } = await this.#queries.runBuilt(this.#queries.db.selectFrom(some).select(sql<number>`count(*)`.as('count')));
    return Number(rows[0]?.count ?? 0);
  }

  async eventsOf(actIds: readonly string[]): Promise<RegisterEvent[]> {
    if (actIds.length === 0) return [];
    const query = this.#queries.db
      .selectFrom('consent_event')
      .innerJoin('ledger_entry', (join) =>
        join.onRef('ledger_entry.site_id', '=', 'consent_event.site_id').onRef('ledger_entry.seq', '=', 'consent_event.seq'),
      )
      .select([
        'consent_event.act_id as actId',
        'consent_event.site_id as siteId',
        'consent_event.seq',
        'consent_event.conversation_id as conversationId',
        'consent_event.purpose',
        'consent_event.state',
        'consent_event.at',
        'consent_event.notice_hash as noticeHash',
        'ledger_entry.hash',
        'ledger_entry.prev_hash as prevHash',
      ])
      .where('consent_event.act_id', 'in', actIds)
      .orderBy('consent_event.seq');
    return (await this.#queries.runBuilt(query)).rows;
  }

  async erasures(
    { siteId, from, to, seq }: Pick<RegisterFilter, 'siteId' | 'from' | 'to' | 'seq'>,
    before: RegisterCursor | null,
    limit: number,
  ): Promise<RegisterErasure[]> {
    let query = this.#queries.db
      .selectFrom('erasure')
      .innerJoin('ledger_entry', (join) =>
        join.onRef('ledger_entry.site_id', '=', 'erasure.site_id').onRef('ledger_entry.seq', '=', 'erasure.seq'),
      )
      .select([
        'erasure.id',
        'erasure.site_id as siteId',
        'erasure.seq',
        'erasure.at',
        sql<CertifiedBy>`case when erasure.by_relay = 1 then 'relay' else erasure.asked_by end`.as('by'),
        'erasure.reason',
        'erasure.counts',
        'erasure.message_id as messageId',
        'ledger_entry.hash',
      ]);
    if (siteId !== undefined) query = query.where('erasure.site_id', '=', siteId);
    if (from !== undefined) query = query.where('erasure.at', '>=', from);
    if (to !== undefined) query = query.where('erasure.at', '<', to);
    if (seq !== undefined) query = query.where('erasure.seq', '=', seq);
    if (before) query = query.where(after(before, 'id'));
    const { rows } = await this.#queries.runBuilt(query.orderBy('erasure.at', 'desc').orderBy('erasure.id', 'desc').limit(limit));
    return rows.map(({ counts, messageId, ...row }) => ({ ...row, of: whatOf(counts, messageId) }));
  }
}
