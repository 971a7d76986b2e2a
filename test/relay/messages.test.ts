import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { InboxConversation, Message, VisitorConversation } from '../../shared/events.ts';
import { newId } from '../../shared/ids.ts';
import { PAGE_SIZE } from '../../shared/limits.ts';
import { addAgent, connectAgent, type TestAgent } from '../support/agent.ts';
import { countRows } from '../support/database.ts';
import { askAsAgent, askAsVisitor, dataOf, factsOf, type VisitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

let relay: TestRelay;
let agent: TestAgent;
const opened: { close(): unknown }[] = [];

async function visitorOnline(): Promise<{ visitor: TestVisitor; socket: VisitorSocket; conversationId: string }> {
  const visitor = await startVisitor(relay);
  const socket = await visitor.connect();
  opened.push(socket);
  return { visitor, socket, conversationId: visitor.conversationId };
}

beforeAll(async () => {
  relay = await startTestRelay();
  agent = await connectAgent(relay);
});
afterAll(async () => {
  agent?.socket.close();
  await relay?.close();
});
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

describe('a message', () => {
  it('goes from visitor to agent and back, the same for both', async () => {
    const { socket, conversationId } = await visitorOnline();
    const [atAgent, atVisitor] = [factsOf(agent.socket), factsOf(socket)];
    dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId }));
    const asked = dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body: 'Is it signed?' }));
    expect(asked).toMatchObject({ seq: 2, author: 'visitor', agentId: null, name: null, body: 'Is it signed?' });
    await waitFor(
      () => atAgent.some(({ name, fact }) => name === 'message:created' && isMessage(fact, asked.id)),
      'the question at the agent',
    );
    const answered = dataOf(
      await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'Yes, on page one.' }),
    );
    expect(answered).toMatchObject({ seq: 3, author: 'agent', agentId: agent.me.id, name: agent.me.name });
    const seen = await waitFor(
      () => atVisitor.find(({ name, fact }) => name === 'message:created' && isMessage(fact, answered.id)),
      'the answer',
    );
    expect(seen.fact).toEqual(answered);
    const kept = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 1 }));
    expect(kept.messages).toEqual([asked, answered]);
    // Whoever sent it has the acknowledgement, and is not told again.
    expect(atVisitor.filter(({ name, fact }) => name === 'message:created' && isMessage(fact, asked.id))).toEqual([]);
    expect(atAgent.filter(({ name, fact }) => name === 'message:created' && isMessage(fact, answered.id))).toEqual([]);
  });

  it('reaches every other window of either side, and in the list those agents who have not opened it', async () => {
    const { socket, conversationId, visitor } = await visitorOnline();
    const [tab, desk, other] = [await visitor.connect(), await connectAgent(relay), await connectAgent(relay)];
    opened.push(tab, desk.socket, other.socket);
    const [atTab, atDesk, atOther] = [factsOf(tab), factsOf(desk.socket), factsOf(other.socket)];
    dataOf(await askAsAgent(desk.socket, 'conversation:open', { conversationId }));
    const sent = dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body: 'Anybody?' }));
    const created = (facts: typeof atTab) =>
      facts.filter(({ name, fact }) => name === 'message:created' && isMessage(fact, sent.id));
    await waitFor(() => created(atTab).length === 1 && created(atDesk).length === 1, 'the message at tab and desk');
    await waitFor(
      () =>
        atOther.some(
          ({ name, fact }) =>
            name === 'inbox:changed' &&
            (fact as InboxConversation[]).some((one) => one.id === conversationId && one.lastSeq === sent.seq),
        ),
      'the list at the other agent',
    );
    expect(created(atOther)).toEqual([]);
  });

  it('sent twice is stored once, and both acknowledgements say the same', async () => {
    const { socket } = await visitorOnline();
    const draft = { id: newId(), body: 'Twice' };
    const rows = countRows(relay).message ?? 0;
    const answers = await Promise.all([1, 2, 3].map(() => askAsVisitor(socket, 'message:send', draft)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(countRows(relay).message).toBe(rows + 1);
  });

  it('is refused with an id that has another text, another author or another conversation', async () => {
    const { socket, conversationId } = await visitorOnline();
    const other = await visitorOnline();
    const draft = { id: newId(), body: 'First' };
    dataOf(await askAsVisitor(socket, 'message:send', draft));
    const rows = countRows(relay);
    const conflict = { ok: false, error: 'conflict' };
    expect(await askAsVisitor(socket, 'message:send', { ...draft, body: 'Second' })).toEqual(conflict);
    expect(await askAsVisitor(other.socket, 'message:send', draft)).toEqual(conflict);
    expect(await askAsAgent(agent.socket, 'message:send', { conversationId, ...draft })).toEqual(conflict);
    expect(countRows(relay)).toEqual(rows);
  });

  it('has its place in one order without gaps, however many write at once', async () => {
    const { visitor, socket, conversationId } = await visitorOnline();
    const second = await visitor.connect();
    opened.push(second);
    await Promise.all(
      Array.from({ length: 60 }, (_, turn) => {
        const draft = { id: newId(), body: `Line ${turn}` };
        if (turn % 3 === 0) return askAsAgent(agent.socket, 'message:send', { conversationId, ...draft });
        return askAsVisitor(turn % 3 === 1 ? socket : second, 'message:send', draft);
      }),
    );
    const { messages } = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 0 }));
    expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 61 }, (_, at) => at + 1));
    expect(dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId })).messages).toEqual(messages);
  });

  it('reaches every tab of the visitor, and no other visitor', async () => {
    const one = await visitorOnline();
    const tab = await one.visitor.connect();
    opened.push(tab);
    const stranger = await visitorOnline();
    const [atTab, atStranger] = [factsOf(tab), factsOf(stranger.socket)];
    const sent = dataOf(await askAsVisitor(one.socket, 'message:send', { id: newId(), body: 'For my other tab' }));
    await waitFor(() => atTab.some(({ fact }) => isMessage(fact, sent.id)), 'the message in the other tab');
    dataOf(await askAsVisitor(stranger.socket, 'typing:set', { typing: false }));
    expect(atStranger.filter(({ name }) => name === 'message:created')).toEqual([]);
  });
});

describe('coming back', () => {
  it('gives everything after the cursor, in order and once, page by page', async () => {
    const { socket, conversationId } = await visitorOnline();
    for (let turn = 0; turn < PAGE_SIZE + 20; turn += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: `${turn + at}` }),
        ),
      );
    }
    const seqs: number[] = [];
    for (let afterSeq = 0, more = true; more; ) {
      const page = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq }));
      seqs.push(...page.messages.map(({ seq }) => seq));
      afterSeq = seqs.at(-1) ?? afterSeq;
      more = page.more;
      expect(page.messages.length).toBeLessThanOrEqual(PAGE_SIZE);
    }
    expect(seqs).toEqual(Array.from({ length: PAGE_SIZE + 21 }, (_, at) => at + 1));
    expect(dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 10 ** 9 })).messages).toEqual([]);
  });

  it('tells the state of everything else too: marks, assignment, status', async () => {
    const { visitor, socket, conversationId } = await visitorOnline();
    socket.close();
    dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'While you were away' }));
    dataOf(await askAsAgent(agent.socket, 'message:mark', { conversationId, deliveredSeq: 1, readSeq: 1 }));
    dataOf(await askAsAgent(agent.socket, 'conversation:close', { conversationId }));
    const back = await visitor.connect();
    opened.push(back);
    const sync = dataOf(await askAsVisitor(back, 'conversation:sync', { afterSeq: 1 }));
    expect(sync.messages.map(({ body }) => body)).toEqual(['While you were away']);
    expect(sync.conversation).toMatchObject({
      status: 'closed',
      closedBy: 'agent',
      agent: { name: agent.me.name },
      agentMarks: { deliveredSeq: 1, readSeq: 1 },
    });
  });
});

describe('marks', () => {
  it('only rise, never pass the last message, and reach the other side', async () => {
    const { socket, conversationId } = await visitorOnline();
    const facts = factsOf(socket);
    dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'Two' }));
    const mark = async (deliveredSeq: number, readSeq: number) =>
      dataOf(await askAsAgent(agent.socket, 'message:mark', { conversationId, deliveredSeq, readSeq }));
    expect(await mark(2, 1)).toEqual({ deliveredSeq: 2, readSeq: 1 });
    expect(await mark(1, 0)).toEqual({ deliveredSeq: 2, readSeq: 1 });
    expect(await mark(999, 999)).toEqual({ deliveredSeq: 2, readSeq: 2 });
    await waitFor(
      () =>
        facts.some(({ name, fact }) => name === 'conversation:changed' && (fact as VisitorConversation).agentMarks.readSeq === 2),
      'the read mark at the visitor',
    );
    expect(dataOf(await askAsVisitor(socket, 'message:mark', { deliveredSeq: 2, readSeq: 0 }))).toEqual({
      deliveredSeq: 2,
      readSeq: 0,
    });
  });
});

describe('typing', () => {
  it('[PR-16] crosses as a boolean, in both directions', async () => {
    const { socket, conversationId } = await visitorOnline();
    const [atAgent, atVisitor] = [factsOf(agent.socket), factsOf(socket)];
    dataOf(await askAsVisitor(socket, 'typing:set', { typing: true }));
    dataOf(await askAsAgent(agent.socket, 'typing:set', { conversationId, typing: true }));
    const seen = await waitFor(() => atAgent.find(({ name }) => name === 'typing:changed'), 'the visitor typing');
    expect(seen.fact).toEqual({ conversationId, agentId: null, name: null, typing: true });
    const answer = await waitFor(() => atVisitor.find(({ name }) => name === 'typing:changed'), 'the agent typing');
    expect(answer.fact).toEqual({ typing: true, name: agent.me.name });
  });

  it('ends when the visitor’s page goes', async () => {
    const { socket, conversationId } = await visitorOnline();
    const facts = factsOf(agent.socket);
    dataOf(await askAsVisitor(socket, 'typing:set', { typing: true }));
    socket.close();
    await waitFor(
      () =>
        facts.some(
          ({ name, fact }) =>
            name === 'typing:changed' &&
            JSON.stringify(fact) === JSON.stringify({ conversationId, agentId: null, name: null, typing: false }),
        ),
      'typing to end',
    );
    expect(facts.some(({ name }) => name === 'typing:changed')).toBe(true);
  });
});

describe('whether anybody is there', () => {
  it('is told to every visitor when the last agent goes away and when the first comes back, and only then', async () => {
    const { socket, conversationId } = await visitorOnline();
    const facts = factsOf(socket);
    const told = (): unknown[] => facts.filter(({ name }) => name === 'presence:changed').map(({ fact }) => fact);
    dataOf(await askAsAgent(agent.socket, 'presence:set', { presence: 'away' }));
    await waitFor(() => told().length === 1, 'the word that nobody is there');
    const second = await connectAgent(relay);
    await waitFor(() => told().length === 2, 'the word that somebody is there');
    dataOf(await askAsAgent(agent.socket, 'presence:set', { presence: 'online' }));
    second.socket.close();
    dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'Here' }));
    await waitFor(() => facts.some(({ name }) => name === 'message:created'), 'a later fact');
    expect(told()).toEqual([{ online: false }, { online: true }]);
  });
});

describe('the inbox', () => {
  const row = async (view: 'unassigned' | 'mine' | 'all', id: string): Promise<InboxConversation | undefined> =>
    dataOf(await askAsAgent(agent.socket, 'inbox:list', { view, before: null })).conversations.find((one) => one.id === id);

  it('shows a new conversation as unassigned and waiting, and as mine once I answered', async () => {
    const { conversationId } = await visitorOnline();
    expect(await row('unassigned', conversationId)).toMatchObject({
      unread: 1,
      assignee: null,
      waitingSince: expect.any(Number),
      visitorName: 'Aoife',
    });
    expect(await row('mine', conversationId)).toBeUndefined();
    dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'Here' }));
    expect(await row('unassigned', conversationId)).toBeUndefined();
    expect(await row('mine', conversationId)).toMatchObject({
      assignee: { id: agent.me.id, name: agent.me.name },
      waitingSince: null,
    });
    expect(await row('all', conversationId)).toMatchObject({ last: { author: 'agent', body: 'Here' } });
  });

  it('leaves a conversation with whoever answered first', async () => {
    const { conversationId } = await visitorOnline();
    const other = { name: 'Maeve', email: `maeve-${newId()}@northwind.example`, password: 'another long passphrase' };
    await addAgent(relay, other);
    const maeve = await connectAgent(relay, other);
    opened.push(maeve.socket);
    const [mine, hers] = await Promise.all([
      askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'I have it' }),
      askAsAgent(maeve.socket, 'message:send', { conversationId, id: newId(), body: 'So have I' }),
    ]);
    const first = [dataOf(mine), dataOf(hers)].sort((a, b) => a.seq - b.seq)[0];
    expect((await row('all', conversationId))?.assignee?.id).toBe(first?.agentId);
  });

  it('knows whether the visitor is there', async () => {
    const { socket, conversationId } = await visitorOnline();
    expect((await row('all', conversationId))?.visitorOnline).toBe(true);
    socket.close();
    await waitFor(async () => (await row('all', conversationId))?.visitorOnline === false, 'the visitor to be gone');
    expect((await row('all', conversationId))?.leftAt).toBeNull();
  });

  it('is told at once when a visitor leaves for good', async () => {
    const { socket, conversationId } = await visitorOnline();
    dataOf(await askAsVisitor(socket, 'conversation:leave', {}));
    expect((await row('all', conversationId))?.leftAt).toEqual(expect.any(Number));
  });
});

describe('a closed conversation', () => {
  it('takes no message from either side until it is opened again', async () => {
    const { socket, conversationId } = await visitorOnline();
    expect(dataOf(await askAsAgent(agent.socket, 'conversation:close', { conversationId }))).toMatchObject({
      status: 'closed',
      closedBy: 'agent',
    });
    const rows = countRows(relay);
    const closed = { ok: false, error: 'conversation_closed' };
    expect(await askAsVisitor(socket, 'message:send', { id: newId(), body: 'Hello?' })).toEqual(closed);
    expect(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'Hello?' })).toEqual(closed);
    expect(countRows(relay)).toEqual(rows);
    expect(dataOf(await askAsAgent(agent.socket, 'conversation:reopen', { conversationId }))).toMatchObject({
      status: 'open',
      closedBy: null,
    });
    expect((await askAsVisitor(socket, 'message:send', { id: newId(), body: 'Hello again' })).ok).toBe(true);
  });
});

function isMessage(fact: unknown, id: string): boolean {
  const { message = fact } = fact as { message?: Message };
  return (message as Message).id === id;
}
