import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  checkLink,
  commitEvent,
  commitEvidence,
  commitTombstone,
  entryHash,
  GENESIS,
  type Hash,
  type Head,
  type LedgerEntry,
  nextEntry,
  timeBucket,
} from '../../shared/ledger.ts';
import { sha256 } from '../../shared/sha256.ts';
import { canonicalVectors, ledgerVectors } from '../support/vectors.ts';

const hash: Hash = (bytes) => createHash('sha256').update(bytes).digest();
const SALT = new Uint8Array(32).fill(7);
const text = (value: unknown): string => new TextDecoder().decode(canonicalBytes(value));
const digest = (...parts: (string | Uint8Array)[]): string => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest('hex');
};

describe('canonical JSON', () => {
  const vectors = canonicalVectors();

  it.each(vectors.values)('is as RFC 8785 says: $name', ({ input, canonical }) => {
    expect(text(JSON.parse(input))).toBe(canonical);
  });

  it.each(vectors.numbers)('writes the number %s as %s', (bits, written) => {
    expect(text(Buffer.from(bits, 'hex').readDoubleBE())).toBe(written);
  });

  it.each(vectors.refused)('refuses the number %s', (bits) => {
    expect(() => canonicalBytes(Buffer.from(bits, 'hex').readDoubleBE())).toThrow();
  });

  it.each(['\ud800', '\udc00x', 'x\ud83d'])('refuses a lone surrogate', (value) => {
    expect(() => canonicalBytes({ value })).toThrow();
    expect(() => canonicalBytes({ [value]: 1 })).toThrow();
  });

  it('refuses what is no JSON value', () => {
    expect(() => canonicalBytes(undefined)).toThrow(TypeError);
  });

  it('does not depend on the order of keys, and says the same as was put in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const written = text(value);
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text(JSON.parse(written))).toBe(written);
      }),
    );
    expect(text({ b: 1, a: { d: 1, c: 2 } })).toBe(text({ a: { c: 2, d: 1 }, b: 1 }));
  });
});

describe('a commitment', () => {
  it('to an event is SHA-256 over its tag, a zero, the salt and the canonical event', () => {
    const event = { b: 2, a: 'Éire' };
    expect(commitEvent(hash, SALT, event)).toBe(digest('parley-event/1', '\0', SALT, '{"a":"Éire","b":2}'));
  });

  it('to an evidence value and to a tombstone have tags of their own', () => {
    expect(commitEvidence(hash, SALT, '203.0.113.7')).toBe(digest('parley-evidence/1', '\0', SALT, '203.0.113.7'));
    expect(commitTombstone(hash, { reason: 'erasure', covers: [3, 1] })).toBe(
      digest('parley-tombstone/1', '\0', '{"covers":[3,1],"reason":"erasure"}'),
    );
  });

  it('[PR-44] tells nothing without its salt: equal events under two salts have nothing in common', () => {
    const event = { ip: '203.0.113.7' };
    expect(commitEvent(hash, SALT, event)).not.toBe(commitEvent(hash, new Uint8Array(32).fill(8), event));
    expect(commitEvidence(hash, SALT, '203.0.113.7')).not.toBe(commitEvidence(hash, SALT, '203.0.113.8'));
  });

  it.each([0, 16, 31, 33])('is refused under a salt of %i bytes', (length) => {
    expect(() => commitEvent(hash, new Uint8Array(length), {})).toThrow(RangeError);
    expect(() => commitEvidence(hash, new Uint8Array(length), 'x')).toThrow(RangeError);
  });

  it('is the same with the hash of browsers', () => {
    expect(commitEvent(sha256, SALT, { a: 1 })).toBe(commitEvent(hash, SALT, { a: 1 }));
  });
});

describe('an entry', () => {
  const entry: LedgerEntry = nextEntry(GENESIS, 'site_a', 'event', 'c'.repeat(64), Date.UTC(2026, 10, 24, 3, 59, 59, 999));

  it('hashes as an RFC 6962 leaf over its canonical text', () => {
    const leaf = `{"commitment":"${'c'.repeat(64)}","kind":"event","prev_hash":"${'0'.repeat(64)}","seq":1,"site_id":"site_a","time_bucket":"2026-11-24T03Z","v":1}`;
    expect(entryHash(hash, entry)).toBe(digest(Uint8Array.of(0), leaf));
  });

  it('hashes the same whatever else stands on the row, and in whatever order', () => {
    const { commitment, ...rest } = entry;
    expect(entryHash(hash, { ...({ extra: 1 } as object), commitment, ...rest })).toBe(entryHash(hash, entry));
  });

  it.each([
    ['site_id', 'site_b'],
    ['seq', 2],
    ['prev_hash', '1'.repeat(64)],
    ['kind', 'tombstone'],
    ['commitment', 'd'.repeat(64)],
    ['time_bucket', '2026-11-24T04Z'],
  ])('hashes otherwise with another %s', (field, value) => {
    expect(entryHash(hash, { ...entry, [field]: value })).not.toBe(entryHash(hash, entry));
  });

  it('[PR-44] holds the hour and no finer time', () => {
    expect(timeBucket(Date.UTC(2026, 0, 1))).toBe('2026-01-01T00Z');
    expect(entry.time_bucket).toBe('2026-11-24T03Z');
  });
});

/** Walks a chain by its links alone: the first fault with its seq, or null. */
function walk(entries: (LedgerEntry & { hash: string })[]): { seq: number; kind: string } | null {
  let head: Head = GENESIS;
  for (const entry of entries) {
    const kind = checkLink(hash, head, entry, entry.hash);
    if (kind) return { seq: entry.seq, kind };
    head = { seq: entry.seq, hash: entry.hash };
  }
  return null;
}

describe('a chain', () => {
  it.each(ledgerVectors('valid'))('holds in the vector %s', (_, { entries, head }) => {
    expect(walk(entries)).toBeNull();
    expect(head).toEqual(entries.length > 0 ? { seq: entries.at(-1)?.seq, hash: entries.at(-1)?.hash } : GENESIS);
  });

  const broken = ledgerVectors('invalid').filter(([, { fault }]) => /^(gap|broken_link|altered_entry)$/.test(fault?.kind ?? ''));
  it.each(broken)('[PR-43] is broken in the vector %s', (name, { entries, fault }) => {
    expect(walk(entries)).toEqual(fault);
    expect(name.startsWith(fault?.kind ?? '?')).toBe(true);
  });

  it('[PR-43] shows any one changed character of any row', () => {
    const [, vector] = ledgerVectors('valid').find(([name]) => name === 'withdrawal') ?? [];
    const entries = vector?.entries ?? [];
    expect(entries.length).toBeGreaterThan(3);
    const fields = ['site_id', 'prev_hash', 'commitment', 'time_bucket', 'hash'] as const;
    fc.assert(
      fc.property(fc.nat(entries.length - 1), fc.constantFrom(...fields), fc.nat(63), (row, field, at) => {
        const changed = structuredClone(entries);
        const entry = changed[row];
        if (!entry) throw new Error('no such row');
        const old = entry[field];
        const place = at % old.length;
        entry[field] = old.slice(0, place) + (old[place] === '5' ? '6' : '5') + old.slice(place + 1);
        expect(walk(changed)).not.toBeNull();
      }),
    );
  });
});
