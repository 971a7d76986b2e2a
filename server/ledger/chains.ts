import { AUDIT_CHAIN } from '../../shared/audit-entry.ts';
import type { LedgerEntryRow, TreeHeadRow } from '../store/rows.ts';
import type { Reads, Tx } from '../store/store.ts';

/** A chain of entries whose heads are signed: the ledger of a site, or that of the audit. */
export interface Chain {
  /** In its heads. */
  readonly id: string;
  head(reads: Reads): Promise<{ seq: number; hash: string }>;
  entries(reads: Reads, afterSeq: number, limit: number): Promise<LedgerEntryRow[]>;
  entry(reads: Reads, seq: number): Promise<LedgerEntryRow | null>;
  newestHead(reads: Reads): Promise<TreeHeadRow | null>;
  heads(reads: Reads, afterAt: number, limit: number): Promise<TreeHeadRow[]>;
  insertHead(tx: Tx, row: TreeHeadRow): Promise<void>;
}

export function siteChain(siteId: string): Chain {
  return {
    id: siteId,
    head: (reads) => reads.ledgerHead(siteId),
    entries: (reads, afterSeq, limit) => reads.ledgerEntries(siteId, afterSeq, limit),
    entry: (reads, seq) => reads.ledgerEntry(siteId, seq),
    newestHead: (reads) => reads.newestTreeHead(siteId),
    heads: (reads, afterAt, limit) => reads.treeHeads(siteId, afterAt, limit),
    insertHead: (tx, row) => tx.insertTreeHead(row),
  };
}

export const auditChain: Chain = {
  id: AUDIT_CHAIN,
  head: (reads) => reads.auditChain.head(),
  entries: (reads, afterSeq, limit) => reads.auditChain.entries(afterSeq, limit),
  entry: (reads, seq) => reads.auditChain.entry(seq),
  newestHead: (reads) => reads.auditChain.newestHead(),
  heads: (reads, afterAt, limit) => reads.auditChain.heads(afterAt, limit),
  insertHead: (tx, row) => tx.auditChain.insertHead(row),
};

/** Every chain of this relay: the sites', and the audit's last. */
export async function chainsOf(reads: Reads): Promise<Chain[]> {
  return [...(await reads.sites()).map(({ id }) => siteChain(id)), auditChain];
}
