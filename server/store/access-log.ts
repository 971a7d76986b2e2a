import type { Queries } from './queries.ts';
import { template } from './template.ts';

/** What a law makes a provider keep of each access, of nobody that could be found by it: a room of the store. */

export interface AccessRow {
  /** Says nothing: neither who nor when. */
  id: string;
  siteId: string;
  /** Sealed JSON `{ ip, time }`. */
  valueSealed: Uint8Array;
  /** The day on which it goes. */
  dueAt: number;
}

export interface AccessLogReads {
  /** By id, after `afterId`. */
  page(afterId: string, limit: number): Promise<AccessRow[]>;
}

export interface AccessLogWrites {
  insert(row: AccessRow): Promise<void>;
  /** Gives how many there were. */
  deleteDue(now: number): Promise<number>;
}

const page = template((db, p: { afterId: string; limit: number }) =>
  db
    .selectFrom('access_log')
    .select(['id', 'site_id as siteId', 'value_sealed as valueSealed', 'due_at as dueAt'])
    .where('id', '>', p.afterId)
    .orderBy('id')
    .limit(p.limit),
);
const insert = template((db, p: AccessRow) =>
  db.insertInto('access_log').values({ id: p.id, site_id: p.siteId, value_sealed: p.valueSealed, due_at: p.dueAt }),
);
const deleteDue = template((db, p: { now: number }) => db.deleteFrom('access_log').where('due_at', '<=', p.now));

export class SqlAccessLogReads implements AccessLogReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  page(afterId: string, limit: number): Promise<AccessRow[]> {
    return this.queries.all(page, { afterId, limit });
  }
}

export class SqlAccessLog extends SqlAccessLogReads implements AccessLogWrites {
  async insert(row: AccessRow): Promise<void> {
    await this.queries.run(insert, row);
  }

  async deleteDue(now: number): Promise<number> {
    return (await this.queries.run(deleteDue, { now })).changed;
  }
}
