import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MessageSignal, type MessageStatus, mergeMarks, nextStatus, statusFromMarks } from '../../shared/message-status.ts';

const RANK: Record<MessageStatus, number> = { failed: 0, sending: 0, sent: 1, delivered: 2, read: 3 };
const STATUSES: MessageStatus[] = ['failed', 'sending', 'sent', 'delivered', 'read'];
const SIGNALS: MessageSignal[] = ['retry', 'refused', 'acked', 'delivered', 'read'];

/** Every status under every signal. */
const TABLE: Record<MessageStatus, Record<MessageSignal, MessageStatus>> = {
  //            retry            refused            acked              delivered               read
  failed: { retry: 'sending', refused: 'failed', acked: 'sent', delivered: 'delivered', read: 'read' },
  sending: { retry: 'sending', refused: 'failed', acked: 'sent', delivered: 'delivered', read: 'read' },
  sent: { retry: 'sent', refused: 'sent', acked: 'sent', delivered: 'delivered', read: 'read' },
  delivered: { retry: 'delivered', refused: 'delivered', acked: 'delivered', delivered: 'delivered', read: 'read' },
  read: { retry: 'read', refused: 'read', acked: 'read', delivered: 'read', read: 'read' },
};

const marks = fc.nat(20).chain((readSeq) => fc.nat(10).map((ahead) => ({ readSeq, deliveredSeq: readSeq + ahead })));

describe('a message status', () => {
  it.each(STATUSES.flatMap((status) => SIGNALS.map((signal) => [status, signal, TABLE[status][signal]] as const)))(
    'is, when %s and told %s, then %s',
    (status, signal, next) => {
      expect(nextStatus(status, signal)).toBe(next);
    },
  );

  it('never goes back, whatever arrives in whatever order', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATUSES), fc.array(fc.constantFrom(...SIGNALS)), (start, signals) => {
        let status = start;
        for (const signal of signals) {
          const next = nextStatus(status, signal);
          expect(RANK[next]).toBeGreaterThanOrEqual(RANK[status]);
          status = next;
        }
        expect(STATUSES).toContain(status);
      }),
    );
  });

  it('ends the same in any order once the acknowledgement is in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['acked', 'delivered', 'read', 'delivered'] as const, { minLength: 1 }), (signals) => {
        const after = signals.reduce<MessageStatus>(nextStatus, 'sending');
        const furthest = Math.max(...signals.map((signal) => RANK[nextStatus('sending', signal)]));
        expect(RANK[after]).toBe(furthest);
      }),
    );
  });
});

describe('marks', () => {
  it.each([
    [5, { deliveredSeq: 0, readSeq: 0 }, 'sent'],
    [5, { deliveredSeq: 4, readSeq: 4 }, 'sent'],
    [5, { deliveredSeq: 5, readSeq: 0 }, 'delivered'],
    [5, { deliveredSeq: 9, readSeq: 4 }, 'delivered'],
    [5, { deliveredSeq: 5, readSeq: 5 }, 'read'],
    // A read mark says enough, even where the delivered mark was lost.
    [5, { deliveredSeq: 0, readSeq: 7 }, 'read'],
  ] as const)('say of message %i, at %o, that it is %s', (seq, known, status) => {
    expect(statusFromMarks(seq, known)).toBe(status);
  });

  it('only rise, and what is read was delivered', () => {
    fc.assert(
      fc.property(marks, fc.record({ deliveredSeq: fc.nat(30), readSeq: fc.nat(30) }), (known, news) => {
        const merged = mergeMarks(known, news);
        expect(merged.deliveredSeq).toBeGreaterThanOrEqual(Math.max(known.deliveredSeq, news.deliveredSeq, merged.readSeq));
        expect(merged.readSeq).toBe(Math.max(known.readSeq, news.readSeq));
      }),
    );
  });

  it('come to the same in any order, and twice is once', () => {
    fc.assert(
      fc.property(marks, marks, marks, (a, b, c) => {
        expect(mergeMarks(mergeMarks(a, b), c)).toEqual(mergeMarks(c, mergeMarks(b, a)));
        expect(mergeMarks(mergeMarks(a, b), b)).toEqual(mergeMarks(a, b));
      }),
    );
  });
});
