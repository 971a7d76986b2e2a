import { type Kysely, sql } from 'kysely';
import type { Execute } from './backend.ts';
import type { Tables } from './tables.ts';

/** The relay as a whole: who works on it, and all that is one site's. */
export interface EstateReads {
  /** Accounts that can sign in, by role. */
  staff(): Promise<{ role: string; count: number }[]>;
  /** Those of a site in the order of their ids, after the cursor, at most `limit`. */
  visitorsOf(siteId: string, after: string, limit: number): Promise<string[]>;
}

export interface EstateWrites extends EstateReads {
  /**
   * Deletes what an owner wrote for a site: notices, drafts, pinned loaders. Refused by the database while a record names
   * one of the notices.
   */
  deleteWords(siteId: string, loaderPrefix: string): Promise<void>;
}

export class SqlEstate implements EstateWrites {
  readonly #db: Kysely<Tables>;
  readonly #execute: Execute;

  constructor(db: Kysely<Tables>, execute: Execute) {
    this.#db = db;
    this.#execute = execute;
  }

  async staff(): Promise<{ role: string; count: number }[]> {
    const query = this.#db
      .selectFrom('agent')
      .select(['role', sql<number>`count(*)`.as('count')])
      .where('disabled_at', 'is', null)
      .groupBy('role')
      .orderBy('role');
    const { rows } = await this.#execute<{ role: string; count: number }>(query.compile());
    return rows.map(({ role, count }) => ({ role, count: Number(count) }));
  }

  async visitorsOf(siteId: string, after: string, limit: number): Promise<string[]> {
    const query = this.#db
      .selectFrom('visitor')
      .select('id')
      .where('site_id', '=', siteId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit);
    const { rows } = await this.#execute<{ id: string }>(query.compile());
    return rows.map(({ id }) => id);
  }

  async deleteWords(siteId: string, loaderPrefix: string): Promise<void> {
    await this.#execute(this.#db.deleteFrom('notice_draft').where('site_id', '=', siteId).compile());
    await this.#execute(this.#db.deleteFrom('notice').where('site_id', '=', siteId).compile());
    const isPinned = sql<boolean>`substr(name, 1, ${loaderPrefix.length}) = ${loaderPrefix}`;
    await this.#execute(this.#db.deleteFrom('release_file').where(isPinned).compile());
  }
}
