import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishNotice } from '../../server/notices/publish.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { newActId } from '../../shared/ids.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { isCleared } from '../support/chat-cookie.ts';
import { get, post, setCookies } from '../support/http.ts';
import { askAsAgent, dataOf, factsOf, visitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { frameBoot, startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

let relay: TestRelay;
let agent: TestAgent;

beforeAll(async () => {
  relay = await startTestRelay();
  agent = await connectAgent(relay);
});
afterAll(async () => {
  agent?.socket.close();
  await relay?.close();
});

const act = (control: string) => ({ actId: newActId(), control, action: 'click', clientTime: null, viewport: 'desktop' });
const loadFrame = (site: string, cookie: string) => get(relay, `/frame/${site}`, { cookie, 'sec-fetch-site': 'cross-site' });

/** A visitor who accepted the cookie. */
async function kept(): Promise<{ visitor: TestVisitor; cookie: string }> {
  const visitor = await startVisitor(relay);
  const reply = await post(relay, '/api/consents/decide', {
    ...act('cookie.accept'),
    session: visitor.session,
    purpose: 'persistence',
    granted: true,
    noticeHash: visitor.request.noticeHash,
    nextSession: null,
  });
  expect(reply.status).toBe(200);
  return { visitor, cookie: `${CHAT_COOKIE}=${visitor.session}` };
}

describe('a frame load', () => {
  it('[PR-17] after an agent’s close gives up the session with the cookie: nobody reopens what nobody comes back to', async () => {
    const { visitor, cookie } = await kept();
    const { conversationId, session } = visitor;
    const reopen = () => askAsAgent(agent.socket, 'conversation:reopen', { conversationId });
    dataOf(await askAsAgent(agent.socket, 'conversation:close', { conversationId }));
    // While the page stays as it is, the close can be taken back.
    dataOf(await reopen());
    dataOf(await askAsAgent(agent.socket, 'conversation:close', { conversationId }));
    const facts = factsOf(agent.socket);
    expect(isCleared(await loadFrame('demo', cookie))).toBe(true);
    await waitFor(() => JSON.stringify(facts).includes('"keptUntil":null'), 'the agents to be told that nothing is kept');
    expect(await reopen()).toEqual({ ok: false, error: 'conversation_over' });
    for (const handshake of [{ cookie }, { auth: { session } }])
      await expect(visitorSocket(relay, handshake)).rejects.toThrow('unauthorized');
    // A page that still shows the talk can take back what was agreed.
    expect((await post(relay, '/api/consents/withdraw', { ...act('privacy.withdraw'), session })).status).toBe(200);
  });

  it('of another site leaves the cookie to the conversation that it keeps', async () => {
    const { visitor, cookie } = await kept();
    const demo = await relay.ctx.store.read.siteByKey('demo');
    const notice = demo && (await relay.ctx.store.read.noticeInForce(demo.id, 'en'));
    if (!demo || !notice) throw new Error('no demo site');
    await relay.ctx.store.write(async (tx) => {
      await tx.upsertSite({ ...demo, id: 'site_other', key: 'other' });
      await publishNotice(tx, 'site_other', { ...notice.doc, version: 2 }, Date.now());
    });
    const page = await loadFrame('other', cookie);
    expect([page.status, setCookies(page)]).toEqual([200, []]);
    expect(page.text).toContain('"resume":null');
    expect((await frameBoot(relay, { cookie })).resume).toEqual({ conversationId: visitor.conversationId });
  });
});
