import canonicalize from 'canonicalize';
import { toHex } from './sha256.ts';

/**
 * The consent ledger's rules: pure, and final in their first version, because a hash chain cannot be migrated.
 * Entries hold no personal data: only a commitment to the event under a salt of its own (PR-43, PR-44).
 */

export type Hash = (bytes: Uint8Array) => Uint8Array;

export type EntryKind = 'event' | 'tombstone';

export interface LedgerEntry {
  site_id: string;
  /** From 1, without gaps. */
  seq: number;
  /** `entryHash` of the entry before, or 64 zeros for the first. */
  prev_hash: string;
  kind: EntryKind;
  /** Hex SHA-256: of the salted event, or of a tombstone's own text. */
  commitment: string;
  /** The UTC hour of the append, `2026-11-24T03Z`: enough to order, too coarse to point at a person. */
  time_bucket: string;
}

/** Names the entries whose events were erased or purged, so that an erased event and a deleted row are told apart. */
export interface Tombstone {
  covers: number[];
  reason: 'erasure' | 'retention';
}

export interface Head {
  seq: number;
  hash: string;
}

export const GENESIS: Head = { seq: 0, hash: '0'.repeat(64) };

const utf8 = new TextEncoder();

/** UTF-8 bytes of the canonical JSON (RFC 8785). */
export function canonicalBytes(value: unknown): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return utf8.encode(text);
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Binds an event to its entry and tells nothing without the salt: SHA-256(tag ‖ 0x00 ‖ salt ‖ canonical event). */
export function commitEvent(hash: Hash, salt: Uint8Array, event: unknown): string {
  if (salt.length !== 32) throw new RangeError('a salt has 32 bytes');
  return toHex(hash(joined(utf8.encode('parley-event/1'), Uint8Array.of(0), salt, canonicalBytes(event))));
}

/** The same for one evidence value (the IP, the browser string), which goes at a period of its own. */
export function commitEvidence(hash: Hash, salt: Uint8Array, value: string): string {
  if (salt.length !== 32) throw new RangeError('a salt has 32 bytes');
  return toHex(hash(joined(utf8.encode('parley-evidence/1'), Uint8Array.of(0), salt, utf8.encode(value))));
}

export function commitTombstone(hash: Hash, tombstone: Tombstone): string {
  return toHex(hash(joined(utf8.encode('parley-tombstone/1'), Uint8Array.of(0), canonicalBytes(tombstone))));
}

/** The leaf hash of RFC 6962 §2.1, SHA-256(0x00 ‖ leaf), so that Merkle heads can stand on these entries. */
export function entryHash(hash: Hash, entry: LedgerEntry): string {
  const { site_id, seq, prev_hash, kind, commitment, time_bucket } = entry;
  const leaf = canonicalBytes({ v: 1, site_id, seq, prev_hash, kind, commitment, time_bucket });
  return toHex(hash(joined(Uint8Array.of(0), leaf)));
}

export function timeBucket(now: number): string {
  return `${new Date(now).toISOString().slice(0, 13)}Z`;
}

/** The entry that follows `head`. */
export function nextEntry(head: Head, site: string, kind: EntryKind, commitment: string, now: number): LedgerEntry {
  return { site_id: site, seq: head.seq + 1, prev_hash: head.hash, kind, commitment, time_bucket: timeBucket(now) };
}

export type ChainFault = 'gap' | 'broken_link' | 'altered_entry';

/** Checks one stored entry against the head before it: `null` when it follows, else what is wrong. */
export function checkLink(hash: Hash, head: Head, entry: LedgerEntry, storedHash: string): ChainFault | null {
  if (entry.seq !== head.seq + 1) return 'gap';
  if (entry.prev_hash !== head.hash) return 'broken_link';
  return entryHash(hash, entry) === storedHash ? null : 'altered_entry';
}
