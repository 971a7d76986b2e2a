import { sql } from 'kysely';
import type { Queries } from './queries.ts';
import type { SiteEndRow } from './rows.ts';
import { template } from './template.ts';

/** The relay as a whole, and the end of a site's service: a room of the store. */

export interface EstateReads {
  /** Accounts that can sign in, by role. */
  staff(): Promise<{ role: string; count: number }[]>;
  /** Those of a site in the order of their ids, after the cursor, at most `limit`. */
  visitorsOf(siteId: string, after: string, limit: number): Promise<string[]>;
  /** When a site's data was handed over, and what became of it. */
  siteEnd(siteId: string): Promise<SiteEndRow | null>;
}

export interface EstateWrites {
  upsertSiteEnd(row: SiteEndRow): Promise<void>;
  /**
   * Deletes what an owner wrote for a site: notices, drafts, what was written about requests, and files whose name begins
   * with `filePrefix`. The database
   * refuses it while a record names one of the notices.
   */
  deleteWords(siteId: string, filePrefix: string): Promise<void>;
  /** Deletes the recipients of a site who have nothing more to be told, and gives how many are left. */
  deleteRecipients(siteId: string): Promise<number>;
}

const staff = template((db) =>
  db
    .selectFrom('agent')
    .select(['role', 'privacy', sql<number>`count(*)`.as('count')])
    .where('disabled_at', 'is', null)
    .groupBy(['role', 'privacy'])
    .orderBy('role')
    .orderBy('privacy'),
);
const visitorsOf = template((db, p: { siteId: string; after: string; limit: number }) =>
  db.selectFrom('visitor').select('id').where('site_id', '=', p.siteId).where('id', '>', p.after).orderBy('id').limit(p.limit),
);
const siteEnd = template((db, p: { siteId: string }) =>
  db
    .selectFrom('site_end')
    .select([
      'site_id as siteId',
      'handed_over_at as handedOverAt',
      'due_at as dueAt',
      'ended_at as endedAt',
      'report',
      'kid',
      'signature',
    ])
    .where('site_id', '=', p.siteId),
);
const upsertSiteEnd = template((db, row: SiteEndRow) =>
  db
    .insertInto('site_end')
    .values({
      site_id: row.siteId,
      handed_over_at: row.handedOverAt,
      due_at: row.dueAt,
      ended_at: row.endedAt,
      report: row.report,
      kid: row.kid,
      signature: row.signature,
    })
    .onConflict((conflict) =>
      conflict.column('site_id').doUpdateSet((eb) => ({
        handed_over_at: eb.ref('excluded.handed_over_at'),
        due_at: eb.ref('excluded.due_at'),
        ended_at: eb.ref('excluded.ended_at'),
        report: eb.ref('excluded.report'),
        kid: eb.ref('excluded.kid'),
        signature: eb.ref('excluded.signature'),
      })),
    ),
);
/** What was written about people who asked and were found in no conversation. */
const deleteRequestWords = template((db, p: { siteId: string }) =>
  db
    .deleteFrom('request_person')
    .where('request_id', 'in', db.selectFrom('request').select('id').where('site_id', '=', p.siteId)),
);
const deleteRequestKeys = template((db, p: { siteId: string }) =>
  db.deleteFrom('data_key').where('visitor_id', 'in', db.selectFrom('request').select('id').where('site_id', '=', p.siteId)),
);
const deleteToldOf = template((db, p: { siteId: string }) =>
  db
    .deleteFrom('webhook_delivery')
    .where('payload_sealed', 'is', null)
    .where('webhook_id', 'in', db.selectFrom('webhook').select('id').where('site_id', '=', p.siteId)),
);
const deleteRecipients = template((db, p: { siteId: string }) =>
  db
    .deleteFrom('webhook')
    .where('site_id', '=', p.siteId)
    .where('id', 'not in', db.selectFrom('webhook_delivery').select('webhook_id')),
);
const countRecipients = template((db, p: { siteId: string }) =>
  db.selectFrom('webhook').select(sql<number>`count(*)`.as('count')).where('site_id', '=', p.siteId),
);
const deleteDrafts = template((db, p: { siteId: string }) => db.deleteFrom('notice_draft').where('site_id', '=', p.siteId));
const deleteNotices = template((db, p: { siteId: string }) => db.deleteFrom('notice').where('site_id', '=', p.siteId));

export class SqlEstateReads implements EstateReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  async staff(): Promise<{ role: string; count: number }[]> {
    const rows = await this.queries.all(staff, {});
    return rows.map(({ role, privacy, count }) => ({ role: privacy === 1 ? 'privacy' : role, count: Number(count) }));
  }

  async visitorsOf(siteId: string, after: string, limit: number): Promise<string[]> {
    return (await this.queries.all(visitorsOf, { siteId, after, limit })).map(({ id }) => id);
  }

  siteEnd(siteId: string): Promise<SiteEndRow | null> {
    return this.queries.one(siteEnd, { siteId });
  }
}

export class SqlEstate extends SqlEstateReads implements EstateWrites {
  async upsertSiteEnd(row: SiteEndRow): Promise<void> {
    await this.queries.run(upsertSiteEnd, row);
  }

  async deleteWords(siteId: string, filePrefix: string): Promise<void> {
    await this.queries.run(deleteRequestWords, { siteId });
    await this.queries.run(deleteRequestKeys, { siteId });
    await this.queries.run(deleteDrafts, { siteId });
    await this.queries.run(deleteNotices, { siteId });
    const isNamed = sql<boolean>`substr(name, 1, ${sql.lit(filePrefix.length)}) = ${filePrefix}`;
    await this.queries.runBuilt(this.queries.db.deleteFrom('release_file').where(isNamed));
  }
  async deleteRecipients(siteId: string): Promise<number> {
    await this.queries.run(deleteToldOf, { siteId });
    await this.queries.run(deleteRecipients, { siteId });
    return Number((await this.queries.one(countRecipients, { siteId }))?.count ?? 0);
  }
}
