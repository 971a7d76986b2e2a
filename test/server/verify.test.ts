import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signedErasure } from '../../server/ledger/certificate.ts';
import { readTombstone } from '../../server/ledger/ledger.ts';
import { keyId, type SigningKey } from '../../server/ledger/signing.ts';
import { verifyLedger } from '../../server/ledger/verify.ts';
import type { ConsentEventRow, ErasureRow, LedgerEntryRow, NoticeRow } from '../../server/store/rows.ts';
import type { Reads } from '../../server/store/store.ts';
import type { Vault, VisitorKeys } from '../../server/vault/vault.ts';
import { type LedgerVector, ledgerVectors } from '../support/vectors.ts';

/** The walk asks for a handful of reads; anything else is a defect of the test. */
function readsOf(vector: LedgerVector): Reads {
  const entries = vector.entries.map((entry) => entryRow(entry));
  const events = vector.events.map(eventRow);
  // The vectors are older than certificates, which stand beside the ledger: each erasure has its own here.
  const erasures = entries.flatMap(erasureRow);
  const reads: Partial<Reads> = {
    signingKeys: async () =>
      Object.entries({ ...vector.public_keys, [SIGNER.kid]: SIGNER.publicKey }).map(([kid, publicKey]) => ({
        kid,
        publicKey,
        privateSealed: new Uint8Array(),
        createdAt: 0,
      })),
    ledgerEntries: async (_site, after, limit) => entries.filter((entry) => entry.seq > after).slice(0, limit),
    consentEventsBySeq: async (_site, from, to) => events.filter(({ seq }) => seq >= from && seq <= to),
    treeHeads: async () => [],
    erasures: async (_site, after, limit) => erasures.filter(({ seq }) => seq > after).slice(0, limit),
    ledgerHead: async () => vector.head,
    noticeByHash: async (hash) =>
      Object.hasOwn(vector.notices, hash) ? ({ hash, doc: vector.notices[hash] } as NoticeRow) : null,
    dataKeysOf: async () => [],
  };
  return reads as Reads;
}

function signer(): SigningKey & { publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const kid = keyId(publicKey);
  return {
    kid,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (bytes) => ({ alg: 'Ed25519', kid, value: sign(null, bytes, privateKey).toString('base64url') }),
  };
}
const SIGNER = signer();

function erasureRow(entry: LedgerEntryRow): ErasureRow[] {
  const tombstone = readTombstone(entry);
  if (!tombstone) return [];
  const { siteId, seq, hash } = entry;
  const row = {
    siteId,
    seq,
    id: `erasure-${seq}`,
    at: 0,
    by: 'operator',
    reason: 'request',
    counts: { message: 1 },
    messageId: null,
    subjectDigest: null,
  } as const;
  return [signedErasure(SIGNER, row, hash, tombstone.covers)];
}

/** Seals are opened in the vectors already. */
const openSeals: Partial<VisitorKeys> = {
  open: (_class, _place, sealed) => sealed,
  openText: (_class, _place, sealed) => new TextDecoder().decode(sealed),
};
const vault = { cached: () => openSeals, keysOf: () => openSeals } as unknown as Vault;

type Entry = LedgerVector['entries'][number];

function entryRow(entry: Entry): LedgerEntryRow {
  const { site_id: siteId, seq, prev_hash: prevHash, kind, commitment, time_bucket: timeBucket, hash } = entry;
  return { siteId, seq, prevHash, kind, commitment, timeBucket, hash, body: entry.tombstone ?? null };
}

function eventRow({ seq, salt, event, columns }: LedgerVector['events'][number]): ConsentEventRow {
  return {
    recordId: event.record_id,
    siteId: event.site_id,
    seq,
    actId: event.act_id,
    visitorId: event.subject_id,
    conversationId: event.conversation_id,
    purpose: event.purposes[0]?.id ?? '',
    state: event.event_state,
    at: Date.parse(event.event_time),
    noticeHash: event.notice_hash,
    payloadSealed: new TextEncoder().encode(JSON.stringify(event)),
    saltSealed: Buffer.from(salt, 'hex'),
    ...columns,
  };
}

describe('verifying a ledger', () => {
  it.each(ledgerVectors('valid'))('finds the vector %s whole', async (_, vector) => {
    const report = await verifyLedger(readsOf(vector), vault, vector.site_id);
    expect(report.fault).toBeNull();
    expect(report.head).toEqual(vector.head);
    expect(report.entries).toBe(vector.entries.length);
    expect(report.events).toBe(vector.events.length);
  });

  it.each(ledgerVectors('invalid'))('[PR-43] names the first fault of the vector %s', async (name, vector) => {
    const report = await verifyLedger(readsOf(vector), vault, vector.site_id);
    expect(report.fault).toEqual(vector.fault);
    expect(name.split('-')[0]).toBe(vector.fault?.kind);
  });

  it('[PR-43] finds any event that was changed in any field', async () => {
    const [, vector] = ledgerVectors('valid').find(([name]) => name === 'one-act') ?? [];
    if (!vector) throw new Error('no such vector');
    const fields = Object.keys(vector.events[0]?.event ?? {});
    expect(fields.length).toBeGreaterThan(35);
    for (const field of fields) {
      const changed = structuredClone(vector);
      const event = changed.events[0]?.event as unknown as Record<string, unknown>;
      event[field] = typeof event[field] === 'string' ? `${event[field]}x` : 'x';
      const { fault } = await verifyLedger(readsOf(changed), vault, changed.site_id);
      // A value that breaks the field set is no event any more: it cannot be read as one.
      expect([field, fault?.seq, fault?.kind]).toEqual([field, 1, expect.stringMatching(/^(altered_event|unreadable_event)$/)]);
    }
  });

  it('[PR-44] holds each erasure against its certificate', async () => {
    const [, vector] = ledgerVectors('valid').find(([name]) => name === 'erased-event') ?? [];
    if (!vector) throw new Error('no such vector');
    const whole = readsOf(vector);
    const [row] = await whole.erasures(vector.site_id, 0, 9);
    if (!row) throw new Error('no erasure in the vector');
    const faultWith = async (rows: ErasureRow[]) =>
      (await verifyLedger({ ...whole, erasures: async () => rows }, vault, vector.site_id)).fault;
    expect(await faultWith([row])).toBeNull();
    expect(await faultWith([])).toEqual({ seq: row.seq, kind: 'unsigned_erasure' });
    const changes: Partial<ErasureRow>[] = [
      { at: 1 },
      { by: 'agent' },
      { reason: 'objection' },
      { counts: {} },
      { id: 'another' },
      { kid: 'unknown' },
      { signature: `A${row.signature.slice(1)}` === row.signature ? `B${row.signature.slice(1)}` : `A${row.signature.slice(1)}` },
    ];
    for (const change of changes)
      expect([change, await faultWith([{ ...row, ...change }])]).toEqual([change, { seq: row.seq, kind: 'forged_erasure' }]);
    const report = await verifyLedger(whole, vault, vector.site_id);
    expect([report.erased, report.erasures]).toEqual([1, 1]);
  });
});
