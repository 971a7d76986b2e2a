// @vitest-environment happy-dom
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byLastWord, groupOf, inView, mergeConversation, unreadFor, withMessage } from '../../console/models/inbox-rules.ts';
import { lockOf } from '../../console/models/talk.ts';
import { visitorState } from '../../console/ui/state-words.ts';
import { agentMessage, GRANTED, MARIA, makeConversation, TOMAS, visitorMessage } from './fake-relay.ts';

const mine = { assignee: { id: MARIA.id, name: MARIA.name } };
const his = { assignee: { id: TOMAS.id, name: TOMAS.name } };

describe('a conversation that a new notice ended', () => {
  it('is locked as one whose agreement is over, is not offered to be opened again, and says since when', () => {
    const over = makeConversation({ status: 'closed', closedBy: 'notice', closedAt: GRANTED });
    expect(lockOf(over, true)).toEqual({ kind: 'expired' });
    expect(visitorState(over, undefined, GRANTED).words).toMatch(/^Notice changed at /);
  });
});

describe('the order of the inbox', () => {
  it('puts the newest word first and never swaps two of the same moment', () => {
    const early = makeConversation({ lastAt: GRANTED });
    const late = makeConversation({ lastAt: GRANTED + 1 });
    const same = makeConversation({ lastAt: GRANTED + 1 });
    const once = [early, late, same].sort(byLastWord).map((one) => one.id);
    const again = [same, early, late].sort(byLastWord).map((one) => one.id);
    expect(once).toEqual(again);
    expect(once.at(-1)).toBe(early.id);
  });

  it('gives each conversation one group, and over is over', () => {
    expect(groupOf(makeConversation(), MARIA.id)).toBe('unassigned');
    expect(groupOf(makeConversation(mine), MARIA.id)).toBe('mine');
    expect(groupOf(makeConversation(his), MARIA.id)).toBe('others');
    expect(groupOf(makeConversation({ ...mine, withdrawnAt: GRANTED }), MARIA.id)).toBe('closed');
    expect(inView(makeConversation(his), 'mine', MARIA.id)).toBe(false);
    expect(inView(makeConversation(his), 'all', MARIA.id)).toBe(true);
  });

  it("counts what calls for this agent, not what is in others' hands", () => {
    const list = [
      makeConversation({ unread: 2 }),
      makeConversation({ ...mine, unread: 1 }),
      makeConversation({ ...his, unread: 5 }),
      makeConversation({ ...mine, unread: 7, withdrawnAt: GRANTED }),
    ];
    expect(unreadFor(list, MARIA.id)).toBe(3);
  });
});

describe('what arrives late', () => {
  it('counts a message of the visitor once, however often it comes', () => {
    const known = makeConversation();
    const message = visitorMessage(1, 'Do you post to Norway?');
    const once = withMessage(known, message);
    expect(once).toMatchObject({ unread: 1, lastSeq: 1, waitingSince: message.at });
    expect(withMessage(once, message)).toBe(once);
    expect(withMessage(once, agentMessage(2, 'Yes.'))).toMatchObject({ unread: 1, waitingSince: null });
  });

  it('never goes back behind a read mark or a newer word', () => {
    const said = makeConversation({
      lastSeq: 3,
      unread: 1,
      last: { author: 'visitor', agentId: null, name: null, body: 'three' },
    });
    const read = mergeConversation(said, { ...said, agentMarks: { deliveredSeq: 3, readSeq: 3 }, unread: 0 });
    const stale = mergeConversation(read, {
      ...said,
      lastSeq: 2,
      unread: 2,
      last: { author: 'visitor', agentId: null, name: null, body: 'two' },
    });
    expect(stale).toMatchObject({ lastSeq: 3, unread: 0, last: { body: 'three' } });
  });

  it('ends at the same last word in any order of arrival', () => {
    const base = makeConversation();
    const messages = [1, 2, 3, 4].map((seq) => visitorMessage(seq, String(seq)));
    fc.assert(
      fc.property(fc.shuffledSubarray(messages, { minLength: 4 }), (order) => {
        expect(order.reduce(withMessage, base)).toMatchObject({ lastSeq: 4, last: { body: '4' } });
      }),
    );
  });
});
