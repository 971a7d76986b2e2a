import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contiguousSeq, mergeMessage, mergeMessages } from '../../shared/timeline.ts';

interface Item {
  id: string;
  seq: number | null;
  body: string;
}

const stored = (seq: number): Item => ({ id: `m${seq}`, seq, body: `text ${seq}` });
const draft = (seq: number): Item => ({ id: `m${seq}`, seq: null, body: `text ${seq}` });
const seqs = (list: Item[]): (number | null)[] => list.map((one) => one.seq);

/** A conversation of some messages, and the events that tell of them: drafts, echoes, repeats, in any order. */
const arrivals = fc.integer({ min: 1, max: 12 }).chain((count) => {
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const events = numbers.flatMap((seq) => [stored(seq), stored(seq), draft(seq)]);
  return fc.record({ count: fc.constant(count), events: fc.shuffledSubarray(events, { minLength: 0 }) });
});

describe('merging a timeline', () => {
  it('gives the same list for any order of arrival, with repeats and echoes of drafts', () => {
    fc.assert(
      fc.property(arrivals, ({ events }) => {
        const list = mergeMessages([], events);
        const known = new Set(events.filter((one) => one.seq !== null).map((one) => one.id));
        const placed = events
          .filter((one) => one.seq !== null)
          .sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0))
          .filter((one, at, all) => one.id !== all[at - 1]?.id);
        const waiting = events.filter((one) => one.seq === null && !known.has(one.id));
        expect(list).toEqual([...placed, ...waiting]);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the same list whether it comes in one piece or in many', () => {
    fc.assert(
      fc.property(arrivals, fc.nat(36), ({ events }, at) => {
        const cut = mergeMessages(mergeMessages([], events.slice(0, at)), events.slice(at));
        expect(cut).toEqual(mergeMessages([], events));
      }),
    );
  });

  it('never shows an id twice and never loses one', () => {
    fc.assert(
      fc.property(arrivals, ({ events }) => {
        const ids = mergeMessages([], events).map((one) => one.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(ids)).toEqual(new Set(events.map((one) => one.id)));
      }),
    );
  });

  it('puts what has no place yet last, in the order it was written', () => {
    const list = mergeMessages<Item>([], [draft(5), draft(4), stored(2), stored(1)]);
    expect(list.map((one) => one.id)).toEqual(['m1', 'm2', 'm5', 'm4']);
  });

  it('moves a draft to its place when the echo comes, and not back when the draft comes late', () => {
    const written = mergeMessages<Item>([], [stored(1), draft(3), stored(2)]);
    expect(seqs(written)).toEqual([1, 2, null]);
    expect(seqs(mergeMessage(written, stored(3)))).toEqual([1, 2, 3]);
    expect(mergeMessage(mergeMessage(written, stored(3)), draft(3))).toEqual([stored(1), stored(2), stored(3)]);
  });

  it('lets two messages of the same words be two', () => {
    const list = mergeMessages(
      [],
      [
        { id: 'a', seq: 1, body: 'ok' },
        { id: 'b', seq: 2, body: 'ok' },
      ],
    );
    expect(list).toHaveLength(2);
  });

  it('leaves the lists it was given alone', () => {
    const list = Object.freeze([stored(2), draft(3)]);
    mergeMessage(list, stored(1));
    mergeMessage(list, stored(3));
    expect(list).toEqual([stored(2), draft(3)]);
  });
});

describe('the cursor', () => {
  it.each([
    [[], 0, 0],
    [[1, 2, 3], 0, 3],
    [[1, 2, 4, 5], 0, 2],
    [[2, 3], 0, 0],
    [[1, 2, null], 0, 2],
    [[8, 9], 7, 9],
    [[3, 4, 8], 7, 8],
    [[9], 7, 7],
  ])('of %j from %i is %i', (list, from, cursor) => {
    expect(
      contiguousSeq(
        list.map((seq) => ({ id: String(seq), seq })),
        from,
      ),
    ).toBe(cursor);
  });

  it('never passes a message that is missing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 15 })), (present) => {
        const cursor = contiguousSeq(mergeMessages([], present.map(stored)));
        for (let seq = 1; seq <= cursor; seq++) expect(present).toContain(seq);
        expect(present).not.toContain(cursor + 1);
      }),
    );
  });
});
