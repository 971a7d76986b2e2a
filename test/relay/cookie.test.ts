import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Decided } from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';

import { newActId, newId, newSessionToken } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import { connectAgent } from '../support/agent.ts';
import { isCleared, keptVisitor } from '../support/chat-cookie.ts';
import { countRows } from '../support/database.ts';
import { get, post, type Reply, setCookies } from '../support/http.ts';
import { askAsAgent, askAsVisitor, closedBy, dataOf, factsOf, visitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, frameBoot, postStart, startRequestFor, startVisitor } from '../support/visitor.ts';

let now = Date.now();
let relay: TestRelay;

beforeAll(async () => {
  relay = await startTestRelay({ overrides: { clock: () => now } });
});
afterAll(() => relay?.close());

const decide = (body: unknown, headers: Record<string, string> = {}): Promise<Reply<Decided>> =>
  post<Decided>(relay, '/api/consents/decide', body, headers);

describe('Accept', () => {
  it('[PR-22] [PR-25] sets one cookie, with every attribute that keeps it where it belongs', async () => {
    const visitor = await startVisitor(relay);
    const reply = await decide(decisionOf(visitor));
    expect(setCookies(reply)).toHaveLength(1);
    const [pair = '', ...attributes] = (setCookies(reply)[0] ?? '').split('; ');
    expect(pair).toBe(`${CHAT_COOKIE}=${visitor.session}`);
    const named = attributes.filter((one) => !one.startsWith('Expires=')).sort();
    expect(named).toEqual(['HttpOnly', `Max-Age=${DAY / 1000}`, 'Partitioned', 'Path=/', 'SameSite=None', 'Secure']);
    expect(reply.body.conversation.keptUntil).toBe(now + DAY);
  });

  it('[PR-34] is an event of its own in the ledger, under its own purpose', async () => {
    const visitor = await startVisitor(relay);
    const rows = countRows(relay);
    const { body } = await decide(decisionOf(visitor));
    expect(body.consents.find(({ purpose }) => purpose === 'persistence')).toMatchObject({ state: 'ConsentGiven' });
    expect(countRows(relay).ledger_entry).toBe((rows.ledger_entry ?? 0) + 1);
  });

  it('[PR-46] can be taken back also when more was decided than is taken, as by a banner that flickers', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    const statuses = new Set<number>();
    for (let turn = 0; turn < 100 && !statuses.has(429); turn++)
      statuses.add((await decide(decisionOf(visitor, { purpose: 'news', granted: turn % 2 === 0 }))).status);
    expect([...statuses]).toEqual([200, 429]);
    const back = await decide(decisionOf(visitor, { granted: false, nextSession: newSessionToken() }), { cookie });
    expect([back.status, isCleared(back)]).toEqual([200, true]);
  });

  it('lets the next page and another tab go on where this one is', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    expect((await frameBoot(relay, { cookie })).resume).toEqual({ conversationId: visitor.conversationId });
    const socket = await visitorSocket(relay, { cookie });
    expect(dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 0 })).conversation.id).toBe(visitor.conversationId);
    socket.close();
    expect((await get(relay, '/api/session/check', { cookie })).body).toEqual({ kept: true });
  });

  it('joins a tab that was still at the form: the message goes there, and nothing is asked or recorded twice', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    const rows = countRows(relay);
    const request = await startRequestFor(relay);
    for (let turn = 0; turn < 2; turn++) {
      const { status, body } = await postStart(relay, request, { cookie });
      expect(status).toBe(200);
      expect(body.joined).toBe(true);
      expect(body.conversation.id).toBe(visitor.conversationId);
      expect(body.messages.map(({ id }) => id)).toEqual([visitor.request.message.id, request.message.id]);
    }
    expect(countRows(relay)).toEqual({ ...rows, message: (rows.message ?? 0) + 1 });
  });

  it('repeated after a lost answer sets the cookie again and records nothing more', async () => {
    const visitor = await startVisitor(relay);
    const body = decisionOf(visitor);
    await decide(body);
    const rows = countRows(relay);
    const again = await decide(body);
    expect(again.status).toBe(200);
    expect(setCookies(again)).toHaveLength(1);
    expect(countRows(relay)).toEqual(rows);
  });

  it('[PR-22] under an act that stands for something else sets no cookie', async () => {
    const visitor = await startVisitor(relay);
    const stranger = await keptVisitor(relay);
    for (const actId of [visitor.request.actId, stranger.visitor.request.actId]) {
      const reply = await decide(decisionOf(visitor, { actId }));
      expect([reply.status, setCookies(reply)]).toEqual([409, []]);
    }
  });

  it('of words that are not published is refused, with those that are', async () => {
    const visitor = await startVisitor(relay);
    const rows = countRows(relay);
    const reply = await decide(decisionOf(visitor, { noticeHash: 'f'.repeat(64) }));
    expect([reply.status, setCookies(reply)]).toEqual([422, []]);
    expect(reply.body).toMatchObject({ error: { code: 'notice_unknown' }, notice: { hash: visitor.request.noticeHash } });
    expect(countRows(relay)).toEqual(rows);
  });

  it('of the purpose that the chat rests on, or of one that nobody asks, is refused', async () => {
    const visitor = await startVisitor(relay);
    for (const purpose of ['answer', 'advertising', '__proto__', '']) {
      const reply = await decide(decisionOf(visitor, { purpose }));
      expect([reply.status, setCookies(reply)]).toEqual([404, []]);
    }
  });

  it('without a session is refused', async () => {
    const visitor = await startVisitor(relay);
    for (const session of [null, newSessionToken()]) expect((await decide(decisionOf(visitor, { session }))).status).toBe(401);
  });

  it('makes the visitor one who has not left when the page goes', async () => {
    const { visitor } = await keptVisitor(relay);
    const socket = await visitor.connect();
    dataOf(await askAsVisitor(socket, 'conversation:leave', {}));
    socket.close();
    expect((await relay.ctx.store.read.conversation(visitor.conversationId))?.leftAt).toBeNull();
  });
});

describe('Refuse', () => {
  it('[PR-22] leaves no cookie and a chat that goes on, and is recorded', async () => {
    const visitor = await startVisitor(relay);
    const reply = await decide(decisionOf(visitor, { granted: false, control: 'cookie.refuse' }));
    expect(setCookies(reply).filter((one) => !/Max-Age=0/i.test(one))).toEqual([]);
    expect(reply.body.consents.find(({ purpose }) => purpose === 'persistence')).toMatchObject({ state: 'ConsentRefused' });
    const socket = await visitor.connect();
    expect((await askAsVisitor(socket, 'message:send', { id: newId(), body: 'Still here' })).ok).toBe(true);
    socket.close();
    expect((await frameBoot(relay)).resume).toBeNull();
  });
});

describe('Change', () => {
  it('gives the cookie up: it is cleared, dead for whoever keeps a copy, and this page goes on under a fresh token', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    const otherTab = await visitorSocket(relay, { cookie });
    const facts = factsOf(otherTab);
    const closed = closedBy(otherTab);
    const nextSession = newSessionToken();
    const reply = await decide(decisionOf(visitor, { granted: false, nextSession }), { cookie });
    expect(reply.status).toBe(200);
    expect(isCleared(reply)).toBe(true);
    expect(reply.body.consents.find(({ purpose }) => purpose === 'persistence')).toMatchObject({ state: 'ConsentWithdrawn' });
    expect(reply.body.conversation.keptUntil).toBeNull();
    await closed;
    expect(facts.at(-1)).toEqual({ name: 'session:ended', fact: { reason: 'replaced' } });
    await expect(visitorSocket(relay, { cookie })).rejects.toThrow('unauthorized');
    const socket = await visitorSocket(relay, { auth: { session: nextSession } });
    expect((await askAsVisitor(socket, 'message:send', { id: newId(), body: 'Without a cookie' })).ok).toBe(true);
    socket.close();
  });

  it('repeated after a lost answer gives the same answer', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    const body = decisionOf(visitor, { granted: false, nextSession: newSessionToken() });
    const first = await decide(body, { cookie });
    const rows = countRows(relay);
    const second = await decide(body, { cookie });
    expect([second.status, isCleared(second)]).toEqual([200, true]);
    expect(second.body).toEqual(first.body);
    expect(countRows(relay)).toEqual(rows);
  });

  it('needs the fresh token, or it changes nothing', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    const rows = countRows(relay);
    const reply = await decide(decisionOf(visitor, { granted: false }), { cookie });
    expect(reply.status).toBe(400);
    expect(countRows(relay)).toEqual(rows);
    expect((await get(relay, '/api/session/check', { cookie })).body).toEqual({ kept: true });
  });

  it('may go back and forth, each time an event', async () => {
    const { visitor } = await keptVisitor(relay);
    const next = newSessionToken();
    await decide(decisionOf(visitor, { granted: false, nextSession: next }));
    const again = await decide(decisionOf(visitor, { session: next }));
    expect(setCookies(again)[0]).toContain(`${CHAT_COOKIE}=${next}`);
    expect(again.body.consents.find(({ purpose }) => purpose === 'persistence')?.state).toMatch(/ConsentGiven$/);
  });
});

describe('the frame', () => {
  it('renews the cookie when it is loaded, and the relay’s own expiry with it', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    const then = now;
    try {
      now += DAY - 1000;
      const page = await get(relay, '/frame/demo', { cookie, 'sec-fetch-site': 'cross-site' });
      expect(setCookies(page)).toEqual([expect.stringContaining(`${CHAT_COOKIE}=${visitor.session}; Max-Age=${DAY / 1000}`)]);
      now += DAY - 1000;
      expect((await frameBoot(relay, { cookie })).resume).toEqual({ conversationId: visitor.conversationId });
      now += DAY;
      expect((await get(relay, '/api/session/check', { cookie })).body).toEqual({ kept: false });
      const late = await get(relay, '/frame/demo', { cookie, 'sec-fetch-site': 'cross-site' });
      expect(isCleared(late)).toBe(true);
      expect(late.text).toContain('"resume":null');
    } finally {
      now = then;
    }
  });

  it.each([
    ['a token that was never given out', newSessionToken()],
    ['nonsense', 'x'],
    ['nothing', ''],
    ['markup', '"><script>'],
  ])('clears a cookie that holds %s', async (_, value) => {
    const page = await get(relay, '/frame/demo', { cookie: `${CHAT_COOKIE}=${value}`, 'sec-fetch-site': 'cross-site' });
    expect(page.status).toBe(200);
    expect(isCleared(page)).toBe(true);
  });

  it('[PR-26] sets nothing for a visitor without a cookie', async () => {
    const page = await get(relay, '/frame/demo', { 'sec-fetch-site': 'cross-site' });
    expect(setCookies(page)).toEqual([]);
  });

  it('does not take a session of a page’s memory for a cookie', async () => {
    const visitor = await startVisitor(relay);
    const page = await get(relay, '/frame/demo', { cookie: `${CHAT_COOKIE}=${visitor.session}`, 'sec-fetch-site': 'cross-site' });
    expect(page.text).toContain('"resume":null');
    expect(isCleared(page)).toBe(true);
  });
});

describe('the end', () => {
  it('[PR-21] voids the session, clears the cookie and tells the agents', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    const agent = await connectAgent(relay);
    const socket = await visitorSocket(relay, { cookie });
    const closed = closedBy(socket);
    const reply = await post(relay, '/api/conversation/end', { session: null, nextSession: null }, { cookie });
    expect([reply.status, isCleared(reply)]).toEqual([200, true]);
    await closed;
    await expect(visitorSocket(relay, { cookie })).rejects.toThrow('unauthorized');
    await expect(visitor.connect()).rejects.toThrow('unauthorized');
    const { conversationId } = visitor;
    const open = dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId }));
    expect(open.conversation).toMatchObject({ status: 'closed', closedBy: 'visitor', keptUntil: null });
    for (const command of ['conversation:reopen', 'message:send'] as const) {
      const input = { conversationId, ...(command === 'message:send' && { id: newId(), body: 'Wait' }) };
      const refused = await askAsAgent(agent.socket, command, input as { conversationId: string; id: string; body: string });
      expect(refused.ok).toBe(false);
    }
    agent.socket.close();
  });

  it('[PR-17] leaves the page a session that can withdraw, and nothing else', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    const rights = newSessionToken();
    const end = { session: null, nextSession: rights };
    expect((await post(relay, '/api/conversation/end', end, { cookie })).status).toBe(200);
    // The answer was lost on its way: asked again, nothing is another, and what was left is still there.
    expect((await post(relay, '/api/conversation/end', end, { cookie })).status).toBe(200);
    await expect(visitorSocket(relay, { auth: { session: rights } })).rejects.toThrow('unauthorized');
    const accept = decisionOf(visitor, { session: rights });
    expect((await post(relay, '/api/consents/decide', accept)).status).toBe(401);
    const act = { actId: newActId(), control: 'privacy.withdraw', action: 'click', clientTime: null, viewport: 'desktop' };
    const reply = await post<Decided>(relay, '/api/consents/withdraw', { session: rights, ...act });
    expect(reply.status).toBe(200);
    expect(reply.body.conversation).toMatchObject({ status: 'closed', closedBy: 'visitor' });
    expect(reply.body.consents.map(({ state }) => state)).not.toContain('ConsentGiven');
    expect((await post(relay, '/api/consents/withdraw', { session: rights, ...act })).status).toBe(401);
  });

  it('lets the same browser start anew', async () => {
    const { cookie } = await keptVisitor(relay);
    await post(relay, '/api/conversation/end', { session: null, nextSession: null }, { cookie });
    const { body } = await postStart(relay, await startRequestFor(relay), { cookie });
    expect(body.joined).toBe(false);
  });
});
