import { createHash } from 'node:crypto';
import type { AuditStatement } from '../../shared/audit-entry.ts';
import type { LedgerEntry } from '../../shared/ledger.ts';
import { MINUTE } from '../../shared/limits.ts';
import { plainEntry } from '../ledger/ledger.ts';
import type { Reads } from '../store/store.ts';
import { statementOf } from './act.ts';

/** What leaves this host of the audit, and how late it may be (PR-82). */
export const COPIED_WITHIN = 5 * MINUTE;

/**
 * One entry with what it commits to. The object stands in it as its salted commitment alone: a copy is no place that an
 * erasure would have to reach.
 */
export interface CopiedEntry {
  schema: 'parley-audit-copy/1';
  entry: LedgerEntry & { hash: string };
  /** A purge's own text. */
  body: string | null;
  /** Null where the line was deleted before it was copied. */
  act: AuditStatement | null;
  /** Hex: opens the entry's commitment to the act. */
  salt: string | null;
}

/** In the store, for an address: nobody reads it back. */
export const urlTarget = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 16);

/** The entries after a number, with what they commit to. */
export async function entriesToCopy(reads: Reads, afterSeq: number, limit: number): Promise<CopiedEntry[]> {
  const rows = await reads.auditChain.entries(afterSeq, limit);
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return [];
  const lines = new Map((await reads.auditChain.lines(first.seq, last.seq)).map((line) => [line.id, line]));
  return rows.map((row) => {
    const line = lines.get(row.line ?? '');
    const entry = { ...plainEntry(row), hash: row.hash };
    const act = line ? statementOf(line) : null;
    return { schema: 'parley-audit-copy/1', entry, body: row.body, act, salt: line?.salt ?? null };
  });
}

/** Since when the first entry after `seq` waits, epoch milliseconds; null when there is none. */
export async function waitsSince(reads: Reads, seq: number): Promise<number | null> {
  const [entry] = await reads.auditChain.entries(seq, 1);
  if (!entry) return null;
  const [line] = await reads.auditChain.lines(entry.seq, entry.seq);
  // Without its line only the hour is known.
  return line?.at ?? Date.parse(entry.timeBucket.replace('Z', ':00:00.000Z'));
}
