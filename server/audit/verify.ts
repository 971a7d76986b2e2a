import type { KeyObject } from 'node:crypto';
import { type AuditPurge, commitAct, commitObject, commitPurge, purgeBytes } from '../../shared/audit-entry.ts';
import { type ChainFault, checkLink, GENESIS, type Head, timeBucket } from '../../shared/ledger.ts';
import type { TreeHead } from '../../shared/tree-head.ts';
import { auditChain } from '../ledger/chains.ts';
import { headsAfter } from '../ledger/heads.ts';
import { nodeHash, plainEntry } from '../ledger/ledger.ts';
import { isSigned, publicKeys } from '../ledger/signing.ts';
import { type HeadFault, HeadsCheck } from '../ledger/verify-heads.ts';
import type { AuditEntryRow } from '../store/audit-chain.ts';
import type { AuditRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { statementOf } from './act.ts';
import { readPurge } from './purge.ts';

const PAGE = 1000;

type LineFault =
  | 'missing_line' // neither a line nor a purge that covers it
  | 'altered_line' // does not open the entry's commitment
  | 'altered_object' // says another object than was committed to, and no erasure that took it
  | 'not_purged' // a purge covers a line that is there
  | 'altered_purge'
  | 'forged_purge' // nobody signed for it, or it covers what was not old enough
  | 'unchained_line'; // a line without an entry, and not from before there were any

export interface AuditReport {
  entries: number;
  lines: number;
  /** Deleted when their time was over. */
  purged: number;
  /** Lines from before there were entries. */
  unchained: number;
  heads: number;
  head: Head;
  /** The Merkle tree hash of all entries; empty where the walk did not come to the end. */
  root: string;
  /** The first entry at fault; null when everything holds. */
  fault: { seq: number; kind: ChainFault | LineFault | HeadFault | 'head_mismatch' } | null;
}

/**
 * Walks the audit's chain from its first entry (PR-82): links, hashes, the signed heads that it has and those that were
 * `kept` elsewhere, each line against its commitment, each purge against its signature.
 */
export async function verifyAudit(reads: Reads, kept: readonly TreeHead[] = []): Promise<AuditReport> {
  const keys = await publicKeys(reads);
  const heads = new HeadsCheck(keys, auditChain.id, [...(await headsAfter(reads, auditChain, 0)), ...kept]);
  const purges = await purgesIn(reads);
  const covered = new Covered(reads);
  const { count: unchained, salted, newestAt } = await reads.auditChain.unchained();
  const report: AuditReport = {
    entries: 0,
    lines: 0,
    purged: 0,
    unchained,
    heads: heads.count,
    head: GENESIS,
    root: '',
    fault: null,
  };
  let oldestAt = Number.POSITIVE_INFINITY;
  for (
    let page = await reads.auditChain.entries(0, PAGE);
    page.length > 0;
    page = await reads.auditChain.entries(report.head.seq, PAGE)
  ) {
    const [first, last] = [page[0]?.seq ?? 0, page.at(-1)?.seq ?? 0];
    const lines = new Map((await reads.auditChain.lines(first, last)).map((line) => [line.id, line]));
    for (const row of page) {
      const line = lines.get(row.line ?? '');
      const kind = checkLink(nodeHash, report.head, plainEntry(row), row.hash) ?? (await contentFault(row, line));
      if (kind) return { ...report, fault: { seq: row.seq, kind } };
      report.entries += 1;
      if (line) report.lines += 1;
      else if (row.kind === 'event') report.purged += 1;
      if (line) oldestAt = Math.min(oldestAt, line.at);
      report.head = { seq: row.seq, hash: row.hash };
      const headFault = heads.passed(row.hash);
      if (headFault) return { ...report, fault: { seq: row.seq, kind: headFault } };
    }
  }
  report.root = heads.root();
  const seq = report.head.seq + 1;
  const end = await reads.auditChain.head();
  const beyond = heads.end();
  if (beyond) report.fault = { seq, kind: beyond };
  else if (end.seq !== report.head.seq || end.hash !== report.head.hash) report.fault = { seq, kind: 'head_mismatch' };
  else if (salted > 0 || (newestAt ?? 0) > oldestAt) report.fault = { seq, kind: 'unchained_line' };
  return report;

  async function contentFault(row: AuditEntryRow, line: AuditRow | undefined): Promise<LineFault | null> {
    if (row.kind === 'tombstone') return purgeFault(row, keys);
    const isPurged = purges.some(({ covers, before }) => isIn(covers, row.seq) && row.timeBucket <= timeBucket(before));
    if (!line) return isPurged ? null : 'missing_line';
    if (isPurged) return 'not_purged';
    const { salt, objectSalt, objectHash, object } = line;
    const isOpen = salt !== null && line.actor !== null && objectHash !== null;
    if (!isOpen || commitAct(nodeHash, Buffer.from(salt, 'hex'), statementOf(line)) !== row.commitment) return 'altered_line';
    if (objectSalt === null) return (await covered.isErasure(object)) ? null : 'altered_object';
    return commitObject(nodeHash, Buffer.from(objectSalt, 'hex'), object) === objectHash ? null : 'altered_object';
  }
}

const isIn = (covers: AuditPurge['covers'], seq: number): boolean => covers.some(([from, to]) => from <= seq && seq <= to);

function purgeFault(row: AuditEntryRow, keys: ReadonlyMap<string, KeyObject>): LineFault | null {
  const purge = readPurge(row.body);
  if (!purge || commitPurge(nodeHash, purge) !== row.commitment) return 'altered_purge';
  const key = keys.get(purge.signature.kid);
  // A purge can only cover what was there before it.
  const isOfBefore = purge.covers.every(([from, to]) => from <= to && to < row.seq);
  return isOfBefore && key && isSigned(purgeBytes(purge), purge.signature, key) ? null : 'forged_purge';
}

/** What the purges say, whoever wrote them: each is held against its signature when the walk comes to it. */
async function purgesIn(reads: Reads): Promise<{ covers: AuditPurge['covers']; before: number }[]> {
  const purges: { covers: AuditPurge['covers']; before: number }[] = [];
  for (let after = 0; ; ) {
    const page = await reads.auditChain.entries(after, PAGE);
    for (const { body } of page) {
      const purge = readPurge(body);
      if (purge) purges.push({ covers: purge.covers, before: Date.parse(purge.before) });
    }
    const last = page.at(-1);
    if (!last) return purges;
    after = last.seq;
  }
}

/** Lines whose object an erasure took: each erasure's certificate says of how many. */
class Covered {
  readonly #reads: Reads;
  #allowed: Map<string, number> | null = null;

  constructor(reads: Reads) {
    this.#reads = reads;
  }

  /** True as often as the certificate of an erasure says so. */
  async isErasure(object: string): Promise<boolean> {
    this.#allowed ??= await this.#counts();
    const left = this.#allowed.get(object) ?? 0;
    this.#allowed.set(object, left - 1);
    return left > 0;
  }

  async #counts(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const { id: siteId } of await this.#reads.sites()) {
      for (let after = 0; ; ) {
        const page = await this.#reads.erasures(siteId, after, PAGE);
        for (const { id, counts: rows } of page) counts.set(id, rows.audit ?? 0);
        const last = page.at(-1);
        if (!last) break;
        after = last.seq;
      }
    }
    return counts;
  }
}
