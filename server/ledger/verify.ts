import type { KeyObject } from 'node:crypto';
import type { ConsentEvent } from '../../shared/consent.ts';
import { type ChainFault, checkLink, commitEvent, commitTombstone, GENESIS, type Head } from '../../shared/ledger.ts';
import { noticeHash } from '../../shared/notice.ts';
import type { TreeHead } from '../../shared/tree-head.ts';
import type { ConsentEventRow, LedgerEntryRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { siteChain } from './chains.ts';
import { headsAfter } from './heads.ts';
import { nodeHash, openEvent, plainEntry, readTombstone } from './ledger.ts';
import { publicKeys, signatureHolds } from './signing.ts';
import { type ErasureFault, ErasuresCheck } from './verify-erasures.ts';
import { type HeadFault, HeadsCheck } from './verify-heads.ts';

const PAGE = 1000;

export type EventFault =
  | 'missing_event' // neither an event nor a tombstone that covers it
  | 'unreadable_event' // sealed value altered or moved, or its key gone
  | 'altered_event' // does not open the entry's commitment
  | 'altered_row' // the columns beside the sealed event say something else than the event
  | 'bad_signature'
  | 'unknown_notice' // the words that were agreed are not in the store
  | 'altered_notice' // they are, but they are not those of the hash
  | 'not_erased' // an erasure covers an event that is there
  | 'altered_tombstone';

type NoticeFaults = Map<string, EventFault | null>;

export interface LedgerReport {
  siteId: string;
  entries: number;
  events: number;
  erased: number;
  /** Of the events, those that nobody can open: without the master key, or their keys did not come out of a backup. */
  unopened: number;
  /** Erasures, each with its signed certificate. */
  erasures: number;
  /** The last entry's hash. */
  head: Head;
  /** The Merkle tree hash of all entries; empty where the walk did not come to the end. */
  root: string;
  /** Signed heads that were held against the entries. */
  heads: number;
  /** The first entry at fault; null when everything holds. */
  fault: { seq: number; kind: ChainFault | EventFault | ErasureFault | HeadFault | 'head_mismatch' } | null;
}

/**
 * Walks one site's ledger from its first entry: links, hashes, the signed heads that it has and those that were `kept`
 * elsewhere, each event against its commitment, signature and notice, and each erasure against its certificate. Without
 * a vault events stay closed, and all the rest is walked. Memory does not grow with the ledger, but for the seqs of what was
 * erased.
 */
export async function verifyLedger(
  reads: Reads,
  vault: Vault | null,
  siteId: string,
  kept: readonly TreeHead[] = [],
): Promise<LedgerReport> {
  // Read once: a ledger has many events and few keys.
  const keys = await publicKeys(reads);
  const heads = new HeadsCheck(keys, siteId, [...(await headsAfter(reads, siteChain(siteId), 0)), ...kept]);
  const notices: NoticeFaults = new Map();
  const covered = await coveredSeqs(reads, siteId);
  const thereStill = new Set<number>();
  const erasures = new ErasuresCheck(reads, keys, siteId);
  const report: LedgerReport = {
    siteId,
    entries: 0,
    events: 0,
    erased: 0,
    unopened: 0,
    erasures: 0,
    head: GENESIS,
    root: '',
    heads: heads.count,
    fault: null,
  };
  for (
    let page = await reads.ledgerEntries(siteId, 0, PAGE);
    page.length > 0;
    page = await reads.ledgerEntries(siteId, report.head.seq, PAGE)
  ) {
    const first = page[0] as LedgerEntryRow;
    const last = page.at(-1) as LedgerEntryRow;
    const events = new Map((await reads.consentEventsBySeq(siteId, first.seq, last.seq)).map((row) => [row.seq, row]));
    for (const row of page) {
      const kind = checkLink(nodeHash, report.head, plainEntry(row), row.hash) ?? (await contentFault(row, events.get(row.seq)));
      if (kind) return { ...report, fault: { seq: row.seq, kind } };
      report.entries += 1;
      if (row.kind === 'tombstone') report.erasures += 1;
      if (row.kind === 'event' && events.has(row.seq)) report.events += 1;
      if (row.kind === 'event' && !events.has(row.seq)) report.erased += 1;
      report.head = { seq: row.seq, hash: row.hash };
      const headFault = heads.passed(row.hash);
      if (headFault) return { ...report, fault: { seq: row.seq, kind: headFault } };
    }
  }
  report.root = heads.root();
  const next = report.head.seq + 1;
  const last = await reads.ledgerHead(siteId);
  const beyond = heads.end();
  if (beyond) report.fault = { seq: next, kind: beyond };
  else if (last.seq !== report.head.seq || last.hash !== report.head.hash) report.fault = { seq: next, kind: 'head_mismatch' };
  return report;

  async function contentFault(
    row: LedgerEntryRow,
    event: ConsentEventRow | undefined,
  ): Promise<EventFault | ErasureFault | null> {
    if (row.kind === 'tombstone') {
      const tombstone = readTombstone(row);
      if (!tombstone || commitTombstone(nodeHash, tombstone) !== row.commitment) return 'altered_tombstone';
      return tombstone.covers.some((seq) => thereStill.has(seq)) ? 'not_erased' : erasures.fault(row, tombstone);
    }
    if (event && covered.has(row.seq)) thereStill.add(row.seq);
    if (!event) return covered.has(row.seq) ? null : 'missing_event';
    if (vault === null || (vault.cached(event.visitorId) === null && (await isLost(reads, event)))) {
      report.unopened += 1;
      return noticeFault(reads, notices, event.noticeHash);
    }
    return eventFault(reads, vault, keys, notices, row, event);
  }
}

/** True for an event from before a loss of keys that is written down, and whose visitor has none. */
async function isLost(reads: Reads, { visitorId, at }: ConsentEventRow): Promise<boolean> {
  if ((await reads.dataKeysOf(visitorId)).length > 0) return false;
  return at <= (await reads.recovery.keysLostUntil());
}

/**
 * The entries of one act by themselves: each follows the one before it, and opens to its event. Whether all before them
 * holds, the whole walk alone can say.
 */
export async function verifyAct(reads: Reads, vault: Vault, events: readonly ConsentEventRow[]): Promise<LedgerReport['fault']> {
  const keys = await publicKeys(reads);
  const notices: NoticeFaults = new Map();
  for (const event of events) {
    const { siteId, seq } = event;
    const [entry, before] = await Promise.all([reads.ledgerEntry(siteId, seq), reads.ledgerEntry(siteId, seq - 1)]);
    if (!entry || (!before && seq > 1)) return { seq, kind: 'gap' };
    const kind =
      checkLink(nodeHash, before ?? GENESIS, plainEntry(entry), entry.hash) ??
      (await eventFault(reads, vault, keys, notices, entry, event));
    if (kind) return { seq, kind };
  }
  return null;
}

async function eventFault(
  reads: Reads,
  vault: Vault,
  keys: Map<string, KeyObject>,
  notices: NoticeFaults,
  entry: LedgerEntryRow,
  row: ConsentEventRow,
): Promise<EventFault | null> {
  const opened = await open(reads, vault, row);
  if (!opened) return 'unreadable_event';
  const { event, salt } = opened;
  if (commitEvent(nodeHash, salt, event) !== entry.commitment) return 'altered_event';
  const publicKey = keys.get(event.signature.kid);
  if (!publicKey || !signatureHolds(event, publicKey)) return 'bad_signature';
  const same =
    event.record_id === row.recordId &&
    event.act_id === row.actId &&
    event.event_state === row.state &&
    event.purposes[0]?.id === row.purpose &&
    event.conversation_id === row.conversationId &&
    event.subject_id === row.visitorId &&
    event.notice_hash === row.noticeHash &&
    Date.parse(event.event_time) === row.at;
  if (!same) return 'altered_row';
  return noticeFault(reads, notices, row.noticeHash);
}

/** Many events rest on few notices: each is hashed once. */
async function noticeFault(reads: Reads, known: NoticeFaults, hash: string): Promise<EventFault | null> {
  const before = known.get(hash);
  if (before !== undefined) return before;
  const notice = await reads.noticeByHash(hash);
  const fault = !notice ? 'unknown_notice' : noticeHash(notice.doc) === hash ? null : 'altered_notice';
  known.set(hash, fault);
  return fault;
}

async function open(reads: Reads, vault: Vault, row: ConsentEventRow): Promise<{ event: ConsentEvent; salt: Uint8Array } | null> {
  try {
    const keys = vault.cached(row.visitorId) ?? vault.keysOf(row.visitorId, await reads.dataKeysOf(row.visitorId));
    return openEvent(keys, row);
  } catch {
    return null;
  }
}

/** Which events were erased, as the tombstones say. */
async function coveredSeqs(reads: Reads, siteId: string): Promise<Set<number>> {
  const covered = new Set<number>();
  for (let after = 0; ; ) {
    const page = await reads.ledgerEntries(siteId, after, PAGE);
    for (const row of page) {
      for (const seq of readTombstone(row)?.covers ?? []) covered.add(seq);
    }
    const last = page.at(-1);
    if (!last) return covered;
    after = last.seq;
  }
}
