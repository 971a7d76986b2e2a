import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { AUDIT_CHAIN } from '../../shared/audit-entry.ts';
import { entryHash, GENESIS, type Hash, type Head, nextEntry } from '../../shared/ledger.ts';
import { type PendingEntry, toLine } from './audit.ts';
import { AUDIT, toTreeHead } from './columns.ts';
import type { Queries } from './queries.ts';
import type { AuditRow, LedgerEntryRow, TreeHeadRow } from './rows.ts';
import { template } from './template.ts';

/**
 * The chain over the audit (PR-82): a room of the store. Entries are appended when a transaction ends, for all that share
 * it, so its head is always the last lock that is taken, and is held for the commit alone.
 */

export type AuditEntryRow = LedgerEntryRow & { line: string | null };

export interface AuditChainReads {
  head(): Promise<Head>;
  /** Ascending by seq, after the cursor, at most `limit`. */
  entries(afterSeq: number, limit: number): Promise<AuditEntryRow[]>;
  entry(seq: number): Promise<AuditEntryRow | null>;
  /** The lines of these entries, those that are there. Both ends included. */
  lines(fromSeq: number, toSeq: number): Promise<AuditRow[]>;
  /** Lines without an entry: how many, how many of them pretend to have one, and the time of the newest. */
  unchained(): Promise<{ count: number; salted: number; newestAt: number | null }>;
  newestHead(): Promise<TreeHeadRow | null>;
  /** Ascending by the time when they were made, those after `afterAt`, at most `limit`. */
  heads(afterAt: number, limit: number): Promise<TreeHeadRow[]>;
  /** How far a place off this host has come; 0 for one that has nothing yet. */
  copiedUntil(target: string): Promise<number>;
}

export interface AuditChainWrites {
  /** At the end of the transaction, as all entries. */
  append(entry: PendingEntry): void;
  insertHead(head: TreeHeadRow): Promise<void>;
  /** How far the place has come, for one relay at a time; null while another brings it more. */
  claimCopy(target: string, now: number, until: number): Promise<number | null>;
  /** Notes how far it has come, and lets go of it. */
  noteCopied(target: string, seq: number, at: number): Promise<void>;
}

const ENTRY = [
  sql<string>`'audit'`.as('siteId'),
  'seq',
  'prev_hash as prevHash',
  'kind',
  'commitment',
  'time_bucket as timeBucket',
  'hash',
  'body',
  'line',
] as const;
const TREE_HEAD = [sql<string>`'audit'`.as('siteId'), 'size', 'at', 'root', 'peaks', 'kid', 'signature'] as const;

const head = template((db, _p: object) => db.selectFrom('audit_head').select(['seq', 'hash']).where('chain', '=', AUDIT_CHAIN));
const headForUpdate = template((db, _p: object) =>
  db.selectFrom('audit_head').select(['seq', 'hash']).where('chain', '=', AUDIT_CHAIN).forUpdate(),
);
const moveHead = template((db, p: { fromHash: string; seq: number; hash: string }) =>
  db.updateTable('audit_head').set({ seq: p.seq, hash: p.hash }).where('chain', '=', AUDIT_CHAIN).where('hash', '=', p.fromHash),
);
const entries = template((db, p: { afterSeq: number; limit: number }) =>
  db.selectFrom('audit_entry').select(ENTRY).where('seq', '>', p.afterSeq).orderBy('seq').limit(p.limit),
);
const entry = template((db, p: { seq: number }) => db.selectFrom('audit_entry').select(ENTRY).where('seq', '=', p.seq));
const lines = template((db, p: { fromSeq: number; toSeq: number }) =>
  db
    .selectFrom('audit_entry')
    .innerJoin('audit', 'audit.id', 'audit_entry.line')
    .select(AUDIT)
    .where('audit_entry.seq', '>=', p.fromSeq)
    .where('audit_entry.seq', '<=', p.toSeq),
);
const unchained = template((db, _p: object) =>
  db
    .selectFrom('audit')
    .leftJoin('audit_entry', 'audit_entry.line', 'audit.id')
    .select([
      (eb) => eb.fn.countAll<number>().as('count'),
      (eb) => eb.fn.count<number>('audit.salt').as('salted'),
      (eb) => eb.fn.max<number | null>('audit.at').as('newestAt'),
    ])
    .where('audit_entry.line', 'is', null),
);
const newestHead = template((db, _p: object) =>
  db.selectFrom('audit_tree_head').select(TREE_HEAD).orderBy('size', 'desc').orderBy('at', 'desc').limit(1),
);
const heads = template((db, p: { afterAt: number; limit: number }) =>
  db.selectFrom('audit_tree_head').select(TREE_HEAD).where('at', '>', p.afterAt).orderBy('at').orderBy('size').limit(p.limit),
);
const insertHead = template((db, row: Omit<TreeHeadRow, 'peaks'> & { peaks: string }) =>
  db.insertInto('audit_tree_head').values({
    size: row.size,
    at: row.at,
    root: row.root,
    peaks: row.peaks,
    kid: row.kid,
    signature: row.signature,
  }),
);
const copiedUntil = template((db, p: { target: string }) =>
  db.selectFrom('audit_copy').select('seq').where('target', '=', p.target),
);
const makeCopy = template((db, p: { target: string }) =>
  db
    .insertInto('audit_copy')
    .values({ target: p.target, seq: 0, at: 0, busy_until: 0 })
    .onConflict((conflict) => conflict.column('target').doNothing()),
);
const claimCopy = template((db, p: { target: string; now: number; until: number }) =>
  db
    .updateTable('audit_copy')
    .set({ busy_until: p.until })
    .where('target', '=', p.target)
    .where('busy_until', '<=', p.now)
    .returning('seq'),
);
const noteCopied = template((db, p: { target: string; seq: number; at: number }) =>
  db.updateTable('audit_copy').set({ seq: p.seq, at: p.at, busy_until: 0 }).where('target', '=', p.target),
);

export class SqlAuditChainReads implements AuditChainReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  async head(): Promise<Head> {
    return (await this.queries.one(head, {})) ?? { ...GENESIS };
  }

  entries(afterSeq: number, limit: number): Promise<AuditEntryRow[]> {
    return this.queries.all(entries, { afterSeq, limit });
  }

  entry(seq: number): Promise<AuditEntryRow | null> {
    return this.queries.one(entry, { seq });
  }

  async lines(fromSeq: number, toSeq: number): Promise<AuditRow[]> {
    return (await this.queries.all(lines, { fromSeq, toSeq })).map(toLine);
  }

  async unchained(): Promise<{ count: number; salted: number; newestAt: number | null }> {
    const found = await this.queries.one(unchained, {});
    return { count: Number(found?.count ?? 0), salted: Number(found?.salted ?? 0), newestAt: found?.newestAt ?? null };
  }

  async newestHead(): Promise<TreeHeadRow | null> {
    const stored = await this.queries.one(newestHead, {});
    return stored && toTreeHead(stored);
  }

  async heads(afterAt: number, limit: number): Promise<TreeHeadRow[]> {
    return (await this.queries.all(heads, { afterAt, limit })).map(toTreeHead);
  }

  async copiedUntil(target: string): Promise<number> {
    return (await this.queries.one(copiedUntil, { target }))?.seq ?? 0;
  }
}

export class SqlAuditChain extends SqlAuditChainReads implements AuditChainWrites {
  readonly #pending: PendingEntry[];

  constructor(queries: Queries, pending: PendingEntry[]) {
    super(queries);
    this.#pending = pending;
  }

  append(one: PendingEntry): void {
    this.#pending.push(one);
  }

  async insertHead(row: TreeHeadRow): Promise<void> {
    await this.queries.run(insertHead, { ...row, peaks: JSON.stringify(row.peaks) });
  }

  async claimCopy(target: string, now: number, until: number): Promise<number | null> {
    await this.queries.run(makeCopy, { target });
    return (await this.queries.one(claimCopy, { target, now, until }))?.seq ?? null;
  }

  async noteCopied(target: string, seq: number, at: number): Promise<void> {
    await this.queries.run(noteCopied, { target, seq, at });
  }
}

const nodeHash: Hash = (bytes) => createHash('sha256').update(bytes).digest();
/** Rows in one INSERT: far below the limits on parameters of both databases. */
const CHUNK = 500;

/** Appends what a transaction's members have left for its end, under the locked head. */
export async function appendPending(queries: Queries, pending: readonly PendingEntry[]): Promise<void> {
  const from = (await queries.one(queries.abilities.lockRow ? headForUpdate : head, {})) ?? { ...GENESIS };
  let last: Head = from;
  const rows = pending.map(({ kind, commitment, at, body, line }) => {
    const next = nextEntry(last, AUDIT_CHAIN, kind, commitment, at);
    last = { seq: next.seq, hash: entryHash(nodeHash, next) };
    const { seq, prev_hash, time_bucket } = next;
    return { seq, prev_hash, kind, commitment, time_bucket, hash: last.hash, body, line };
  });
  const { changed } = await queries.run(moveHead, { fromHash: from.hash, ...last });
  if (changed !== 1) throw new Error('audit entries must follow the locked head');
  for (let at = 0; at < rows.length; at += CHUNK)
    await queries.runBuilt(queries.db.insertInto('audit_entry').values(rows.slice(at, at + CHUNK)));
}
