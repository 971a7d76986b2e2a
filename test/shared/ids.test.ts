import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uuid7 } from '../../shared/events.ts';
import { newActId, newId, newSessionToken, receiptNumber } from '../../shared/ids.ts';

const LATEST = 2 ** 48 - 1;

describe('an id', () => {
  it('has the shape, version and variant of a UUIDv7', () => {
    for (let round = 0; round < 1000; round++) {
      const id = newId();
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(uuid7.safeParse(id).success).toBe(true);
    }
  });

  it('carries the milliseconds it was made at', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LATEST }), (now) => {
        expect(Number.parseInt(newId(now).replaceAll('-', '').slice(0, 12), 16)).toBe(now);
      }),
    );
  });

  it('sorts by time as text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LATEST - 1 }), fc.integer({ min: 1, max: 10 ** 9 }), (now, later) => {
        expect(newId(now) < newId(Math.min(now + later, LATEST))).toBe(true);
      }),
    );
  });

  it('is another each time, within one millisecond too', () => {
    const ids = Array.from({ length: 20_000 }, () => newId(1_700_000_000_000));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('varies in every bit that is not time, version or variant', () => {
    const digits = Array.from({ length: 500 }, () => newId(0).replaceAll('-', ''));
    for (let at = 13; at < 32; at++) expect(new Set(digits.map((one) => one[at])).size).toBeGreaterThan(at === 16 ? 3 : 10);
  });
});

describe('a session token', () => {
  it('[PR-21] is 256 bits as 43 characters that a header and a cookie may carry', () => {
    for (let round = 0; round < 1000; round++) {
      const token = newSessionToken();
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    }
  });

  it('varies in every byte', () => {
    const tokens = Array.from({ length: 400 }, () => Buffer.from(newSessionToken(), 'base64url'));
    for (let at = 0; at < 32; at++) expect(new Set(tokens.map((token) => token[at])).size).toBeGreaterThan(100);
  });
});

describe('an act', () => {
  it('has 128 random bits in hex, and a number that people can read out', () => {
    expect(newActId()).toMatch(/^[0-9a-f]{32}$/);
    expect(newActId()).not.toBe(newActId());
    expect(receiptNumber('0a1b2c3d4e5f60718293a4b5c6d7e8f9')).toBe('0A1B 2C3D');
  });
});
