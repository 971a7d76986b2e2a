import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decided } from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import type { InboxConversation } from '../../shared/events.ts';
import { newId, newSessionToken } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import { connectAgent } from '../support/agent.ts';
import { countRows } from '../support/database.ts';
import { post, type Reply, setCookies } from '../support/http.ts';
import { askAsVisitor, dataOf, factsOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, frameBoot, startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const now = Date.now();
let relay: TestRelay;

beforeAll(async () => {
  relay = await startTestRelay({ overrides: { clock: () => now } });
});
afterAll(() => relay?.close());

const accept = (visitor: TestVisitor): Promise<Reply<Decided>> =>
  post<Decided>(relay, '/api/consents/decide', decisionOf(visitor));

async function accepted(): Promise<{ visitor: TestVisitor; cookie: string }> {
  const visitor = await startVisitor(relay);
  expect((await accept(visitor)).status).toBe(200);
  return { visitor, cookie: `${CHAT_COOKIE}=${visitor.session}` };
}

describe('a cookie that the browser did not keep', () => {
  const check = (session: string | null, headers: Record<string, string> = {}): Promise<Reply<{ kept: boolean }>> =>
    post<{ kept: boolean }>(relay, '/api/session/check', { session }, headers);

  it('keeps nothing: the agents see it, and see the visitor leave; what was agreed stands', async () => {
    const { visitor } = await accepted();
    const { conversationId, session } = visitor;
    const agent = await connectAgent(relay);
    const facts = factsOf(agent.socket);
    const told = (): InboxConversation | undefined =>
      facts
        .filter(({ name }) => name === 'inbox:changed')
        .flatMap(({ fact }) => fact as InboxConversation[])
        .findLast(({ id }) => id === conversationId);
    const socket = await visitor.connect();
    const rows = countRows(relay);
    expect((await check(session)).body).toEqual({ kept: false });
    await waitFor(() => told()?.keptUntil === null, 'the agents to be told');
    expect((await frameBoot(relay, { cookie: `${CHAT_COOKIE}=${session}` })).resume).toBeNull();
    // It talks on, by the token in the page's memory.
    expect((await askAsVisitor(socket, 'message:send', { id: newId(), body: 'Still here' })).ok).toBe(true);
    expect(countRows(relay)).toEqual({ ...rows, message: (rows.message ?? 0) + 1 });
    const { consents } = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 0 }));
    expect(consents.find(({ purpose }) => purpose === 'persistence')).toMatchObject({ state: 'ConsentGiven' });
    dataOf(await askAsVisitor(socket, 'conversation:leave', {}));
    socket.close();
    await waitFor(() => typeof told()?.leftAt === 'number', 'the agents to see that the visitor left');
    agent.socket.close();
  });

  it('is told from one that it kept, from another, and from one that was never set', async () => {
    const { visitor, cookie } = await accepted();
    const other = await accepted();
    const keptUntil = async ({ conversationId }: TestVisitor): Promise<number | null | undefined> =>
      (await relay.ctx.store.read.conversation(conversationId))?.keptUntil;
    expect((await check(visitor.session, { cookie })).body).toEqual({ kept: true });
    expect((await check(null, { cookie })).body).toEqual({ kept: true });
    expect(await keptUntil(visitor)).toBe(now + DAY);
    for (const session of [null, newSessionToken()]) expect((await check(session)).body).toEqual({ kept: false });
    expect((await check(visitor.session, { cookie: other.cookie })).body).toEqual({ kept: false });
    expect([await keptUntil(visitor), await keptUntil(other.visitor)]).toEqual([null, now + DAY]);
    // Accepted again, it is tried again.
    expect(setCookies(await accept(visitor))).toHaveLength(1);
    expect((await check(visitor.session, { cookie })).body).toEqual({ kept: true });
    expect(await keptUntil(visitor)).toBe(now + DAY);
  });
});
