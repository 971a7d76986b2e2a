import { describe, expect, it } from 'vitest';
import { type FaultKind, History, type Sent } from './support/history.ts';
import { judge, type Read, requireSound, type Stored, Violation } from './support/judge.ts';

const ROOM = 'the conversation';

const sent = (id: string, change: Partial<Sent> = {}): Sent => ({
  id,
  conversation: ROOM,
  author: 'visitor',
  body: `text of ${id}`,
  ...change,
});

/** Four sends: two acknowledged, one refused for good, and one that nobody knows about. */
function run(): History {
  const history = new History();
  for (const id of ['a', 'b', 'c', 'd']) history.invoke(sent(id));
  history.ok('a', 1);
  history.ok('b', 2);
  history.fail('c', 'conversation_closed');
  return history;
}

const stored = (...ids: string[]): Stored[] =>
  ids.map((id, at) => ({ id, seq: at + 1, author: 'visitor', body: `text of ${id}` }));
const read = (reader: string, messages: Stored[], conversation = ROOM): Read => ({ reader, conversation, messages });
const changed = (messages: Stored[], id: string, change: Partial<Stored>): Stored[] =>
  messages.map((message) => (message.id === id ? { ...message, ...change } : message));

function kinds(history: History, reads: Read[]): FaultKind[] {
  return [...new Set(judge(history, reads).faults.map(({ kind }) => kind))];
}

describe('a sound history', () => {
  it.each([
    ['without the unknown one', stored('a', 'b')],
    ['with the unknown one, once', stored('a', 'b', 'd')],
  ])('is sound %s', (_which, messages) => {
    const verdict = judge(run(), [read('visitor', messages), read('agent', messages), read('store', messages)]);
    expect(verdict.faults).toEqual([]);
    expect(verdict).toMatchObject({ sent: 4, ok: 2, failed: 1, unknown: 1, unknownStored: messages.length - 2, reads: 3 });
    expect(verdict.stored).toBe(messages.length);
    expect(requireSound(verdict)).toBe(verdict);
  });

  it('may hold what was refused once, sent again and acknowledged', () => {
    const history = run();
    history.info('c');
    history.ok('c', 3);
    history.saw('agent', 'c', 3);
    expect(kinds(history, [read('store', stored('a', 'b', 'c'))])).toEqual([]);
  });

  it('tells the conversations apart', () => {
    const history = run();
    history.invoke(sent('x', { conversation: 'another' }));
    history.ok('x', 1);
    expect(kinds(history, [read('store', stored('a', 'b')), read('store', stored('x'), 'another')])).toEqual([]);
  });
});

describe('every rule has its fault', () => {
  const cases: [name: string, fault: FaultKind, spoil: (history: History) => Read[]][] = [
    ['an acknowledged message that no reader has', 'lost', () => [read('store', stored('a'))]],
    [
      'an id twice',
      'doubled',
      () => [read('store', [...stored('a', 'b'), { id: 'a', seq: 3, author: 'visitor', body: 'text of a' }])],
    ],
    ['a hole in the seqs', 'gap', () => [read('store', changed(stored('a', 'b', 'd'), 'd', { seq: 4 }))]],
    [
      'seqs that do not begin with 1',
      'gap',
      () => [read('store', [{ ...stored('d')[0], seq: 0 } as Stored, ...stored('a', 'b')])],
    ],
    ['an order that is not that of the seqs', 'gap', () => [read('store', stored('a', 'b').reverse())]],
    ['another seq than was acknowledged', 'moved', () => [read('store', stored('b', 'a'))]],
    [
      'two acknowledgements with two seqs',
      'moved',
      (history) => {
        history.ok('b', 3);
        history.ok('b', 2);
        return [read('store', stored('a', 'b'))];
      },
    ],
    [
      'another seq than was shown',
      'moved',
      (history) => {
        history.saw('agent', 'd', 4);
        return [read('store', stored('a', 'b', 'd'))];
      },
    ],
    [
      'one seq shown to one reader and another to the next',
      'moved',
      (history) => {
        history.saw('agent', 'd', 3);
        history.saw('visitor', 'd', 4);
        return [read('store', stored('a', 'b', 'd'))];
      },
    ],
    ['a reader who lacks the last', 'differs', () => [read('store', stored('a', 'b', 'd')), read('agent', stored('a', 'b'))]],
    [
      'a reader with another order',
      'differs',
      (history) => {
        history.invoke(sent('e'));
        return [read('store', stored('a', 'b', 'd', 'e')), read('agent', stored('a', 'b', 'e', 'd'))];
      },
    ],
    ['a message that nobody sent', 'foreign', () => [read('store', stored('a', 'b', 'z'))]],
    [
      'a message of another conversation',
      'foreign',
      (history) => {
        history.invoke(sent('x', { conversation: 'another' }));
        return [read('store', stored('a', 'b', 'x')), read('store', [], 'another')];
      },
    ],
    [
      'an acknowledgement of what nobody sent',
      'foreign',
      (history) => {
        history.ok('z', 3);
        return [read('store', stored('a', 'b'))];
      },
    ],
    ['another text', 'altered', () => [read('store', changed(stored('a', 'b'), 'b', { body: 'text of B' }))]],
    ['another author', 'altered', () => [read('store', changed(stored('a', 'b'), 'b', { author: 'agent' }))]],
    ['a refused message that is there', 'refused', () => [read('store', stored('a', 'b', 'c'))]],
    [
      'a message that was shown and is not there',
      'phantom',
      (history) => {
        history.saw('agent', 'd', 3);
        return [read('store', stored('a', 'b'))];
      },
    ],
    [
      'a message that stands before one which was acknowledged before it was sent',
      'overtaken',
      (history) => {
        history.invoke(sent('late'));
        return [read('store', stored('a', 'late', 'b'))];
      },
    ],
    [
      'an acknowledgement that is taken back',
      'contradicted',
      (history) => {
        history.fail('a', 'conflict');
        return [read('store', stored('a', 'b'))];
      },
    ],
    ['a conversation that nobody read', 'unread', () => []],
  ];

  it.each(cases)('%s is called "%s"', (_name, fault, spoil) => {
    const history = run();
    expect(kinds(history, spoil(history))).toContain(fault);
  });

  it('says what is wrong so that it can be read, the first few of each kind', () => {
    const history = new History();
    for (let at = 1; at <= 20; at++) {
      history.invoke(sent(`m${at}`));
      history.ok(`m${at}`, at);
    }
    const fall = (): unknown => requireSound(judge(history, [read('store', stored('m1', 'm2'))]), 'round 7, seed 42');
    expect(fall).toThrow(Violation);
    expect(fall).toThrow(/^round 7, seed 42: 20 sent: 20 acknowledged, 0 refused, 0 unknown; 2 stored\n/);
    expect(fall).toThrow('lost: "text of m3" of the visitor (m3) was acknowledged as 3, and no reader has it');
    expect(fall).toThrow('lost: and 13 more');
  });
});

describe('a long history', () => {
  it('of 300 000 messages in 300 conversations is judged within seconds, and one doubled id in it is found', () => {
    const rooms = 300;
    const each = 1000;
    const history = new History();
    const began = performance.now();
    for (let seq = 1; seq <= each; seq++) {
      for (let room = 0; room < rooms; room++) {
        const id = `${room}-${seq}`;
        history.invoke({ id, conversation: `room ${room}`, author: 'visitor', body: 'the same text' });
        history.ok(id, seq);
      }
    }
    const reads = function* (spoilt: boolean): Generator<Read> {
      for (const reader of ['store', 'agent']) {
        for (let room = 0; room < rooms; room++) {
          const messages = Array.from({ length: each }, (_, at): Stored => {
            const seq = at + 1;
            const id = spoilt && room === 200 && seq === 900 ? `${room}-899` : `${room}-${seq}`;
            return { id, seq, author: 'visitor', body: 'the same text' };
          });
          yield { reader, conversation: `room ${room}`, messages };
        }
      }
    };
    expect(judge(history, reads(false))).toMatchObject({ faults: [], ok: rooms * each, stored: rooms * each, reads: 2 * rooms });
    expect(new Set(kinds(history, [...reads(true)]))).toEqual(new Set(['doubled', 'lost', 'moved']));
    // A loaded machine is no fault of the judge: what is meant is that it does not grow with the square.
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});
