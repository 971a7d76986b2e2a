import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRestricted, restrictVisitor } from '../../server/restriction/restrict.ts';
import { runRetention } from '../../server/retention/job.ts';
import type { Receipts, Started } from '../../shared/api.ts';
import { newId, newSessionToken } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import type { RestrictionShelf, Standing } from '../../shared/restriction.ts';
import { addAgent, connectAgent, signIn, type TestAgent } from '../support/agent.ts';
import { cookieHeader, get, post } from '../support/http.ts';
import { createDatabase } from '../support/postgres.ts';
import { addRecipient, type Recipient, startRecipient } from '../support/recipient.ts';
import { askAsAgent, askAsVisitor, dataOf, emitRaw, factsOf, type VisitorSocket, visitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, postStart, startRequestFor, startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const DESK = '/api/agent/privacy';

let relay: TestRelay;
let agent: TestAgent;
let recipient: Recipient;
let visitor: TestVisitor;
let socket: VisitorSocket;
let visitorId: string;

beforeEach(async () => {
  recipient = await startRecipient();
  relay = await startTestRelay({ env: { PARLEY_WEBHOOKS_LOOPBACK: '1' } });
  agent = await connectAgent(relay);
  await addRecipient(relay, agent, { url: recipient.url });
  visitor = await startVisitor(relay, { name: 'Canary Name' });
  socket = await visitor.connect();
  visitorId = (await relay.ctx.store.read.conversation(visitor.conversationId))?.visitorId ?? '';
});
afterEach(async () => {
  socket?.close();
  agent?.socket.close();
  await relay?.close();
  await recipient?.close();
});

const byVisitor = (action: string, more: object = {}) =>
  post<Standing>(relay, `/api/privacy/${action}`, { session: visitor.session, ...more });
const atDesk = (action: string, body: object, who: { cookie: string } = agent) =>
  post<RestrictionShelf>(relay, `${DESK}/${action}`, body, { cookie: who.cookie });
const send = (body: string) => askAsVisitor(socket, 'message:send', { id: newId(), body });
const listed = async (): Promise<string[]> => {
  const pages = await Promise.all(
    (['unassigned', 'mine', 'all'] as const).map((view) => askAsAgent(agent.socket, 'inbox:list', { view, before: null })),
  );
  return pages.flatMap((page) => dataOf(page).conversations.map(({ id }) => id));
};
const told = () => recipient.received.map(({ payload }) => payload.type);

describe('[PR-53] what is kept of a restricted visitor', () => {
  it('stays beyond its period for as long as the restriction lasts, and goes after it', async () => {
    await atDesk('restrictions/add', { conversationId: visitor.conversationId, ground: 'claims' });
    const kept = async () => (await relay.ctx.store.read.messagesAfter(visitor.conversationId, 0, 9)).length;
    const runAfter = (days: number) => runRetention({ ...relay.ctx, clock: () => Date.now() + days * DAY }, true);
    await runAfter(100);
    expect(await kept()).toBe(1);
    await atDesk('restrictions/told', { visitorId, by: 'email' });
    await atDesk('restrictions/lift', { visitorId });
    await runAfter(102);
    expect(await kept()).toBe(0);
  });
});

describe('[PR-53] a restricted visitor', () => {
  it('is there for no agent: in no list, no count, no answer and no fact, and whoever has it open is told', async () => {
    const { conversationId } = visitor;
    dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId }));
    expect(await listed()).toContain(conversationId);
    const facts = factsOf(agent.socket);
    expect((await byVisitor('restrict')).body).toMatchObject({ restriction: { since: expect.any(Number), toldAt: null } });
    await waitFor(() => facts.length > 0, 'the agent to be told');
    expect(facts).toEqual([{ name: 'conversation:restricted', fact: { conversationId, restricted: true } }]);

    // Whatever happens on the visitor's side from here on, no agent hears of it.
    facts.length = 0;
    await askAsVisitor(socket, 'typing:set', { typing: true });
    await askAsVisitor(socket, 'message:mark', { deliveredSeq: 1, readSeq: 1 });
    await post(relay, '/api/consents/decide', decisionOf(visitor, { purpose: 'news', granted: false }));
    socket.close();
    socket = await visitor.connect();
    expect(await listed()).not.toContain(conversationId);
    const { counts } = dataOf(await askAsAgent(agent.socket, 'inbox:list', { view: 'all', before: null }));
    expect(counts).toEqual({ unassigned: 0, mine: 0, all: 0, unread: 0 });
    const inputs: [string, object][] = [
      ['conversation:open', {}],
      ['conversation:sync', { afterSeq: 0 }],
      ['conversation:unlock', { afterSeq: null }],
      ['conversation:close', {}],
      ['conversation:reopen', {}],
      ['message:send', { id: newId(), body: 'Are you there?' }],
      ['message:mark', { deliveredSeq: 1, readSeq: 1 }],
      ['typing:set', { typing: true }],
      ['consent:card', {}],
      ['ip:reveal', {}],
    ];
    for (const [command, input] of inputs)
      expect([command, await emitRaw(agent.socket, command, { conversationId, ...input })]).toEqual([
        command,
        { ok: false, error: 'not_found' },
      ]);
    // Longer than a change waits for others of its like.
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(facts).toEqual([]);
    const again = await connectAgent(relay);
    expect(dataOf(await askAsAgent(again.socket, 'inbox:list', { view: 'all', before: null })).conversations).toEqual([]);
    again.socket.close();
    const row = await relay.ctx.store.read.conversation(conversationId);
    expect([row?.status, row?.agentReadSeq, row?.lastSeq]).toEqual(['open', 0, 1]);
  });

  it('is told that the chat is paused, loses nothing, and reads, downloads, corrects, withdraws and erases as before', async () => {
    await byVisitor('restrict');
    expect(await send('Is anybody there?')).toEqual({ ok: false, error: 'restricted' });
    const sync = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 0 }));
    expect(sync.messages.map(({ body }) => body)).toEqual([visitor.request.message.body]);
    expect(sync.conversation).toMatchObject({ status: 'closed', closedBy: 'restriction', closedAt: expect.any(Number) });
    // The same message again is what it was; another start goes to another chat, under an agreement of its own.
    const repeated = { id: visitor.request.message.id, body: visitor.request.message.body };
    expect(dataOf(await askAsVisitor(socket, 'message:send', repeated)).seq).toBe(1);
    const accepted = await post(relay, '/api/consents/decide', decisionOf(visitor));
    const started = await postStart<Started>(relay, await startRequestFor(relay), { cookie: cookieHeader(accepted) });
    expect([started.status, started.body.joined]).toEqual([200, false]);
    const form = await post<{ name: string }>(relay, '/api/privacy/rectify', {
      session: visitor.session,
      name: 'Right',
      email: null,
    });
    expect([form.status, form.body.name]).toEqual([200, 'Right']);
    const { token } = (await post<{ token: string }>(relay, '/api/receipts', { session: visitor.session })).body;
    expect((await post<Receipts>(relay, '/api/receipts/open', { token })).status).toBe(200);
    expect((await post(relay, '/api/privacy/erase', { session: visitor.session })).status).toBe(200);
    await waitFor(() => told().includes('visitor.erased'), 'the recipient to be told');
    expect(told().at(-1)).toBe('visitor.erased');
  });

  it('ends what they asked for themselves, by the chat or by a receipt’s link, and all of it is back', async () => {
    const facts = factsOf(agent.socket);
    const { token } = (await post<{ token: string }>(relay, '/api/receipts', { session: visitor.session })).body;
    await post(relay, '/api/privacy/restrict', { session: null, link: token });
    expect(await listed()).toEqual([]);
    await byVisitor('restrict');
    const standing = (await post<Standing>(relay, '/api/privacy/unrestrict', { session: null, link: token })).body;
    expect(standing.restriction).toBeNull();
    expect(await listed()).toContain(visitor.conversationId);
    await waitFor(
      () => facts.some(({ name, fact }) => name === 'inbox:changed' && JSON.stringify(fact).includes(visitor.conversationId)),
      'the list to have it again',
    );
    expect(facts.filter(({ name }) => name === 'conversation:restricted').map(({ fact }) => fact)).toEqual([
      { conversationId: visitor.conversationId, restricted: true },
      { conversationId: visitor.conversationId, restricted: false },
    ]);
    expect((await send('Here I am again')).ok).toBe(true);
    await waitFor(() => recipient.received.length === 2, 'both to be told');
    expect(told()).toEqual(['visitor.restricted', 'visitor.unrestricted']);
    expect(recipient.received[0]?.payload.data).toEqual({
      site: 'demo',
      subject: visitorId,
      conversations: [visitor.conversationId],
    });
    await waitFor(
      async () => (await byVisitor('standing')).body.told.every(({ confirmedAt }) => confirmedAt !== null),
      'the visitor to see that both confirmed',
    );
    expect((await byVisitor('standing')).body.told.map(({ event, recipient: name }) => [event, name])).toEqual([
      ['visitor.restricted', 'Harbour Hosting'],
      ['visitor.unrestricted', 'Harbour Hosting'],
    ]);
    // A try whose answer was lost, or another tab, has ended it.
    const again = await byVisitor('unrestrict');
    expect([again.status, again.body.restriction]).toEqual([200, null]);
    expect((await post(relay, '/api/privacy/restrict', { session: newSessionToken() })).status).toBe(401);
    expect((await post(relay, '/api/privacy/restrict', { session: null, link: newSessionToken() })).status).toBe(404);
  });

  it('whom the desk restricted is told before it ends, and only then it can end (Art. 18(3))', async () => {
    const { conversationId } = visitor;
    const shelf = (await atDesk('restrictions/add', { conversationId, ground: 'accuracy' })).body;
    expect(shelf.restricted).toMatchObject([
      { visitorId, ground: 'accuracy', askedBy: 'agent', toldAt: null, site: 'Northwind Books' },
    ]);
    expect(JSON.stringify(shelf)).not.toContain('Canary Name');
    expect((await byVisitor('unrestrict')).status).toBe(403);
    const early = await atDesk('restrictions/lift', { visitorId });
    expect([early.status, (early.body as unknown as { error: { fields: object } }).error.fields]).toEqual([
      409,
      { told: 'required' },
    ]);
    expect(await isRestricted(relay.ctx.store.read, visitorId)).toBe(true);
    expect((await atDesk('restrictions/told', { visitorId, by: 'email' })).body.restricted).toMatchObject([
      { toldAt: expect.any(Number), toldBy: 'email' },
    ]);
    expect((await byVisitor('standing')).body.restriction).toMatchObject({ toldAt: expect.any(Number) });
    expect((await atDesk('restrictions/lift', { visitorId })).body.restricted).toEqual([]);
    expect(await isRestricted(relay.ctx.store.read, visitorId)).toBe(false);
    expect((await atDesk('restrictions/lift', { visitorId })).status).toBe(404);
    expect((await atDesk('restrictions/told', { visitorId, by: 'email' })).status).toBe(404);
    const lines = (await relay.ctx.store.read.audit.of(visitorId)).map(({ action, agentId }) => [action, agentId]);
    expect(lines).toEqual([
      ['visitor.restricted', agent.me.id],
      ['restriction.told', agent.me.id],
      ['visitor.unrestricted', agent.me.id],
    ]);
  });

  it('is read by whoever looks after privacy alone, and each look is written down before it', async () => {
    const { conversationId } = visitor;
    const password = 'a quiet harbour at six';
    await addAgent(relay, { name: 'Ada', email: 'ada@example.org', password });
    await addAgent(relay, { name: 'Bo', email: 'bo@example.org', password, role: 'privacy' });
    const [other, officer] = [
      await signIn(relay, { email: 'ada@example.org', password }),
      await signIn(relay, { email: 'bo@example.org', password }),
    ];
    // What is not restricted is in the inbox, and this is no second way to it.
    expect((await atDesk('restrictions/open', { conversationId }, officer)).status).toBe(404);
    await byVisitor('restrict');
    const looks = async () =>
      (await relay.ctx.store.read.audit.of(conversationId)).filter(({ action }) => action === 'restricted.viewed');
    const refused = [
      ...['restrictions/open', 'restrictions/add', 'restrictions/told', 'restrictions/lift', 'objections/decide'].map(
        (action) => {
          const bodies: Record<string, object> = {
            'restrictions/open': { conversationId },
            'restrictions/add': { conversationId, ground: 'request' },
            'restrictions/told': { visitorId, by: 'chat' },
            'restrictions/lift': { visitorId },
            'objections/decide': { id: newId(), state: 'upheld', answer: 'Yes.' },
          };
          return [action, bodies[action] ?? {}] as const;
        },
      ),
    ];
    for (const [action, body] of refused) {
      expect([action, (await atDesk(action, body, other)).status]).toEqual([action, 403]);
      expect((await post(relay, `${DESK}/${action}`, body)).status).toBe(401);
    }
    expect((await get(relay, `${DESK}/restrictions`, { cookie: other.cookie })).status).toBe(403);
    // The form that they agreed in is of them as well.
    const form = async ({ cookie }: { cookie: string }) => (await get(relay, `/shown/${conversationId}/form`, { cookie })).status;
    expect([await form(other), await form(officer)]).toEqual([404, await form(agent)]);
    expect(await looks()).toEqual([]);
    const talk = await atDesk('restrictions/open', { conversationId }, officer);
    expect(talk.body).toMatchObject({
      conversationId,
      visitor: { name: 'Canary Name' },
      messages: [{ body: visitor.request.message.body }],
    });
    expect(await looks()).toMatchObject([{ agentId: officer.me.id }]);
  });

  it('is hidden by another relay within a second, and by a command beside it', async () => {
    const database = await createDatabase();
    const env = { DATABASE_URL: database.url, PARLEY_MASTER_KEY: 'ab'.repeat(32) };
    const [one, two] = [await startTestRelay({ env }), await startTestRelay({ env })];
    const watching = await connectAgent(two);
    try {
      const there = await startVisitor(one);
      const { conversationId } = there;
      const facts = factsOf(watching.socket);
      dataOf(await askAsAgent(watching.socket, 'conversation:open', { conversationId }));
      await restrictVisitor(one.ctx, { conversationId }, { actor: { kind: 'operator' }, ground: 'claims' });
      // At once what is read and written; what is on a screen within a second.
      expect(await askAsAgent(watching.socket, 'conversation:open', { conversationId })).toEqual({
        ok: false,
        error: 'not_found',
      });
      const write = { conversationId, id: newId(), body: 'Hello?' };
      expect(await askAsAgent(watching.socket, 'message:send', write)).toEqual({ ok: false, error: 'not_found' });
      await waitFor(() => facts.some(({ name }) => name === 'conversation:restricted'), 'the other relay to notice', {
        timeoutMs: 3000,
      });
      const writing = await visitorSocket(two, { auth: { session: there.session } });
      facts.length = 0;
      await askAsVisitor(writing, 'typing:set', { typing: true });
      expect(await askAsVisitor(writing, 'message:send', { id: newId(), body: 'Hello?' })).toEqual({
        ok: false,
        error: 'restricted',
      });
      await new Promise((resolve) => setTimeout(resolve, 800));
      expect(facts).toEqual([]);
      writing.close();
    } finally {
      watching.socket.close();
      await Promise.all([one.close(), two.close()]);
      await database.drop();
    }
  }, 60_000);
});
