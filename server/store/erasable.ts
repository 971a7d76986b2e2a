import { sql } from 'kysely';
import type { Queries } from './queries.ts';

/** Visitors whose conversations are all of a kind: whom an erasure by filter would take. A room of the store. */

/** Times are epoch milliseconds; `to` is exclusive. */
export interface ErasableFilter {
  siteId: string;
  status: 'any' | 'ended' | 'withdrawn';
  lastBefore?: number | undefined;
  beganFrom?: number | undefined;
  beganTo?: number | undefined;
}

/** `held`: conversations that a legal hold stands on. */
export interface Erasable {
  visitors: number;
  conversations: number;
  open: number;
  held: number;
}

export interface ErasableReads {
  /** Of those who fit, some, by their pseudonyms. */
  visitors(filter: ErasableFilter, limit: number): Promise<string[]>;
  count(filter: ErasableFilter): Promise<Erasable>;
}

export class SqlErasable implements ErasableReads {
  readonly #queries: Queries;

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  async visitors(filter: ErasableFilter, limit: number): Promise<string[]> {
    const { rows } = await this.#queries.runBuilt(this.#fitting(filter).orderBy('visitor_id').limit(limit));
    return rows.map(({ visitorId }) => visitorId);
  }

  async count(filter: ErasableFilter): Promise<Erasable> {
    const query = this.#queries.db
      .selectFrom(this.#fitting(filter).as('fitting'))
      .select([
        sql<number>`count(*)`.as('visitors'),
        sql<number>`coalesce(sum(conversations), 0)`.as('conversations'),
        sql<number>`coalesce(sum(open), 0)`.as('open'),
        sql<number>`coalesce(sum(held), 0)`.as('held'),
      ]);
    const row = (await this.#queries.runBuilt(query)).rows[0];
    const { visitors = 0, conversations = 0, open = 0, held = 0 } = row ?? {};
    return { visitors: Number(visitors), conversations: Number(conversations), open: Number(open), held: Number(held) };
  }

  /** One conversation that does not fit keeps its visitor: nobody loses what was not meant. */
  #fitting({ siteId, status, lastBefore, beganFrom, beganTo }: ErasableFilter) {
    const all = [sql<boolean>`1 = 1`];
    if (status === 'ended') all.push(sql`status = 'closed'`);
    if (status === 'withdrawn') all.push(sql`withdrawn_at is not null`);
    if (lastBefore !== undefined) all.push(sql`last_at < ${lastBefore}`);
    if (beganFrom !== undefined) all.push(sql`created_at >= ${beganFrom}`);
    if (beganTo !== undefined) all.push(sql`created_at < ${beganTo}`);
    const fits = sql.join(all, sql` and `);
    return this.#queries.db
      .selectFrom('conversation')
      .select([
        'visitor_id as visitorId',
        sql<number>`count(*)`.as('conversations'),
        sql<number>`sum(case when status = 'open' then 1 else 0 end)`.as('open'),
        sql<number>`count(legal_hold.id)`.as('held'),
      ])
      .leftJoin('legal_hold', 'legal_hold.conversation_id', 'conversation.id')
      .where('site_id', '=', siteId)
      .groupBy('visitor_id')
      .having(sql<number>`sum(case when ${fits} then 0 else 1 end)`, '=', 0);
  }
}
