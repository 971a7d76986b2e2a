import { describe, expect, it } from 'vitest';
import { authorityBy, OWNER_WITHIN } from '../../server/breaches/deadlines.ts';
import { lawOf } from '../../server/papers/law.ts';
import { HOUR } from '../../shared/limits.ts';

const at = (time: string): number => Date.parse(time);
const by = (jurisdiction: string, detected: string): string | null => {
  const end = authorityBy(lawOf(jurisdiction), at(detected));
  return end === null ? null : new Date(end).toISOString();
};

describe('by when an authority must know of a breach (PR-72)', () => {
  it.each(['EU-IE', 'EU', 'GB', 'VN'])('%s: 72 hours, over a weekend as well', (jurisdiction) => {
    expect(by(jurisdiction, '2026-11-27T18:30:00Z')).toBe('2026-11-30T18:30:00.000Z');
  });

  it.each([
    // A Monday: Tuesday, Wednesday, Thursday; a day ends at 03:00 UTC there.
    ['2026-11-30T12:00:00Z', '2026-12-04T03:00:00.000Z'],
    // A Friday: Monday, Tuesday, Wednesday.
    ['2026-11-27T12:00:00Z', '2026-12-03T03:00:00.000Z'],
    ['2026-11-28T12:00:00Z', '2026-12-03T03:00:00.000Z'],
    ['2026-11-29T12:00:00Z', '2026-12-03T03:00:00.000Z'],
    // Still Friday in Brasília, where it is Saturday already in UTC.
    ['2026-11-28T02:59:00Z', '2026-12-03T03:00:00.000Z'],
    // Monday in UTC, and still Sunday there.
    ['2026-11-30T02:00:00Z', '2026-12-03T03:00:00.000Z'],
  ])('BR: detected %s, at the end of the third business day, %s', (detected, end) => {
    expect(by('BR', detected)).toBe(end);
  });

  it('where a law counts no hours, a person has to say', () => {
    expect(by('US-CA', '2026-11-30T00:00:00Z')).toBeNull();
    expect(by('CH', '2026-11-30T00:00:00Z')).toBeNull();
    expect(lawOf('EUROPA')).toBe('other');
  });

  it('the controller hears of it within a day', () => {
    expect(OWNER_WITHIN).toBe(24 * HOUR);
  });
});
