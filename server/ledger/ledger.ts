import { createHash, randomBytes } from 'node:crypto';
import { type ConsentEvent, consentEvent, inForce, type UnsignedConsentEvent } from '../../shared/consent.ts';
import { durationMs } from '../../shared/durations.ts';
import {
  canonicalBytes,
  commitEvent,
  commitTombstone,
  entryHash,
  type Hash,
  type Head,
  type LedgerEntry,
  nextEntry,
  type Tombstone,
} from '../../shared/ledger.ts';
import type { Context } from '../context.ts';
import type { ConsentEventRow, LedgerEntryRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';
import { signEvent } from './signing.ts';

export const nodeHash: Hash = (bytes) => createHash('sha256').update(bytes).digest();

export const eventPlace = (recordId: string, column: 'payload' | 'salt') => ({ table: 'consent_event', column, row: recordId });

/**
 * Appends consent events, one entry each, under the site's locked head, in the caller's transaction.
 * Each event is checked against its field set first: what does not fit is a defect of ours and stops the act.
 */
export async function appendEvents(
  ctx: Context,
  tx: Tx,
  keys: VisitorKeys,
  events: UnsignedConsentEvent[],
  now: number,
): Promise<void> {
  const first = events[0];
  if (!first) return;
  let head = await tx.lockLedgerHead(first.site_id);
  const entries: LedgerEntryRow[] = [];
  const rows: ConsentEventRow[] = [];
  for (const unsigned of events) {
    const event = consentEvent.parse(signEvent(ctx.signing, unsigned));
    const salt = randomBytes(32);
    const entry = nextEntry(head, event.site_id, 'event', commitEvent(nodeHash, salt, event), now);
    const hash = entryHash(nodeHash, entry);
    entries.push(entryRow(entry, hash, null));
    rows.push(eventRow(event, entry.seq, salt, keys, now));
    head = { seq: entry.seq, hash };
  }
  await Promise.all([tx.appendEntries(entries), tx.insertConsentEvents(rows), ...events.map((event) => noteDue(tx, event, now))]);
}

/** Appends the entry that says which events went, under the site's locked head, in the caller's transaction. */
export async function appendTombstone(tx: Tx, siteId: string, tombstone: Tombstone, now: number): Promise<Head> {
  const head = await tx.lockLedgerHead(siteId);
  const entry = nextEntry(head, siteId, 'tombstone', commitTombstone(nodeHash, tombstone), now);
  const hash = entryHash(nodeHash, entry);
  await tx.appendEntries([entryRow(entry, hash, Buffer.from(canonicalBytes(tombstone)).toString('utf8'))]);
  return { seq: entry.seq, hash };
}

function entryRow(entry: LedgerEntry, hash: string, body: string | null): LedgerEntryRow {
  return {
    siteId: entry.site_id,
    seq: entry.seq,
    prevHash: entry.prev_hash,
    kind: entry.kind,
    commitment: entry.commitment,
    timeBucket: entry.time_bucket,
    hash,
    body,
  };
}

/** Notes when a consent runs out (PR-42), and strikes the note of one that is not in force any more. */
async function noteDue(tx: Tx, event: UnsignedConsentEvent, now: number): Promise<void> {
  const { conversation_id: conversationId, record_id: recordId, validity_duration: validity, prev_record_id: before } = event;
  const purpose = event.purposes[0]?.id ?? '';
  if (inForce(event.event_state))
    await tx.upsertConsentDue({ conversationId, purpose, recordId, dueAt: now + durationMs(validity) });
  else if (before !== null) {
    await tx.deleteConsentDue(conversationId, purpose);
    // What was kept by it may go sooner now.
    await tx.retention.lookAgain(conversationId, now);
  }
}

function eventRow(event: ConsentEvent, seq: number, salt: Uint8Array, keys: VisitorKeys, now: number): ConsentEventRow {
  return {
    recordId: event.record_id,
    siteId: event.site_id,
    seq,
    actId: event.act_id,
    visitorId: event.subject_id,
    conversationId: event.conversation_id,
    purpose: event.purposes[0]?.id ?? '',
    state: event.event_state,
    at: now,
    noticeHash: event.notice_hash,
    payloadSealed: keys.seal('consent', eventPlace(event.record_id, 'payload'), JSON.stringify(event)),
    saltSealed: keys.seal('consent', eventPlace(event.record_id, 'salt'), salt),
  };
}

export function openEvent(keys: VisitorKeys, row: ConsentEventRow): { event: ConsentEvent; salt: Uint8Array } {
  return {
    event: consentEvent.parse(JSON.parse(keys.openText('consent', eventPlace(row.recordId, 'payload'), row.payloadSealed))),
    salt: keys.open('consent', eventPlace(row.recordId, 'salt'), row.saltSealed),
  };
}

/** Null when the entry is none, or its text was damaged: verify then names it. */
export function readTombstone(row: LedgerEntryRow): Tombstone | null {
  if (row.body === null) return null;
  try {
    const { covers, reason } = JSON.parse(row.body) as Tombstone;
    return Array.isArray(covers) ? { covers, reason } : null;
  } catch {
    return null;
  }
}

/** A stored entry in the form that is hashed. */
export function plainEntry(row: LedgerEntryRow): LedgerEntry {
  return {
    site_id: row.siteId,
    seq: row.seq,
    prev_hash: row.prevHash,
    kind: row.kind,
    commitment: row.commitment,
    time_bucket: row.timeBucket,
  };
}
