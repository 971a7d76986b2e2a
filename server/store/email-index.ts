import type { Queries } from './queries.ts';
import type { VisitorRow } from './rows.ts';
import { template } from './template.ts';

/**
 * A way from an address to whom it was given by, without the address: a room of the store. Derived from the forms, so it
 * is never in a backup; a row goes with its visitor, and with the form that it was made from.
 */

export interface EmailIndexReads {
  /** Who gave the address that this is the digest of, the oldest first. */
  withDigest(digest: string): Promise<VisitorRow[]>;
  /** Visitors with a form that is not in the index yet. */
  missing(limit: number): Promise<VisitorRow[]>;
  key(id: string): Promise<Uint8Array | null>;
}

export interface EmailIndexWrites {
  /** Null where the form has no address. */
  put(visitorId: string, digest: string | null): Promise<void>;
  drop(visitorId: string): Promise<void>;
  /** The key goes, with what it is sealed under and all that was made by it. */
  forgetKey(id: string): Promise<void>;
  insertKey(id: string, keySealed: Uint8Array, now: number): Promise<void>;
}

const VISITOR = [
  'visitor.id',
  'visitor.site_id as siteId',
  'visitor.form_sealed as formSealed',
  'visitor.created_at as createdAt',
] as const;

const withDigest = template((db, p: { digest: string }) =>
  db
    .selectFrom('email_index')
    .innerJoin('visitor', 'visitor.id', 'email_index.visitor_id')
    .select(VISITOR)
    .where('email_index.digest', '=', p.digest)
    .orderBy('visitor.created_at')
    .orderBy('visitor.id'),
);
const missing = template((db, p: { limit: number }) =>
  db
    .selectFrom('visitor')
    .leftJoin('email_index', 'email_index.visitor_id', 'visitor.id')
    .select(VISITOR)
    .where('email_index.visitor_id', 'is', null)
    .where('visitor.form_sealed', 'is not', null)
    .orderBy('visitor.id')
    .limit(p.limit),
);
const key = template((db, p: { id: string }) =>
  db.selectFrom('email_index_key').select('key_sealed as keySealed').where('id', '=', p.id),
);
const put = template((db, p: { visitorId: string; digest: string | null }) =>
  db
    .insertInto('email_index')
    .values({ visitor_id: p.visitorId, digest: p.digest })
    .onConflict((conflict) => conflict.column('visitor_id').doUpdateSet({ digest: p.digest })),
);
const drop = template((db, p: { visitorId: string }) => db.deleteFrom('email_index').where('visitor_id', '=', p.visitorId));
const clear = template((db) => db.deleteFrom('email_index'));
const dropKey = template((db, p: { id: string }) => db.deleteFrom('email_index_key').where('id', '=', p.id));
const insertKey = template((db, p: { id: string; keySealed: Uint8Array; now: number }) =>
  db.insertInto('email_index_key').values({ id: p.id, key_sealed: p.keySealed, created_at: p.now }),
);
const dropDataKeys = template((db, p: { id: string }) => db.deleteFrom('data_key').where('visitor_id', '=', p.id));

export class SqlEmailIndexReads implements EmailIndexReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  withDigest(digest: string): Promise<VisitorRow[]> {
    return this.queries.all(withDigest, { digest });
  }

  missing(limit: number): Promise<VisitorRow[]> {
    return this.queries.all(missing, { limit });
  }

  async key(id: string): Promise<Uint8Array | null> {
    return (await this.queries.one(key, { id }))?.keySealed ?? null;
  }
}

export class SqlEmailIndex extends SqlEmailIndexReads implements EmailIndexWrites {
  async put(visitorId: string, digest: string | null): Promise<void> {
    await this.queries.run(put, { visitorId, digest });
  }

  async drop(visitorId: string): Promise<void> {
    await this.queries.run(drop, { visitorId });
  }

  async forgetKey(id: string): Promise<void> {
    await this.queries.run(clear, {});
    await this.queries.run(dropKey, { id });
    await this.queries.run(dropDataKeys, { id });
  }

  async insertKey(id: string, keySealed: Uint8Array, now: number): Promise<void> {
    await this.queries.run(insertKey, { id, keySealed, now });
  }
}
