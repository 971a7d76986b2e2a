import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEvent } from '../../server/ledger/ledger.ts';
import { visitorKeys } from '../../server/visitors/keys.ts';
import type { Decided } from '../../shared/api.ts';

import type { ErrorBody } from '../../shared/errors.ts';
import { newActId, newId, newSessionToken } from '../../shared/ids.ts';

import { connectAgent } from '../support/agent.ts';
import { isCleared, keptVisitor } from '../support/chat-cookie.ts';
import { countRows } from '../support/database.ts';
import { post, type Reply } from '../support/http.ts';
import { askAsAgent, closedBy, dataOf, factsOf, visitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { postStart, startRequestFor, startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const now = Date.now();
let relay: TestRelay;

beforeAll(async () => {
  relay = await startTestRelay({ overrides: { clock: () => now } });
});
afterAll(() => relay?.close());

describe('[PR-47] a withdrawal', () => {
  it('names in each withdrawal what it takes back, which stays on record', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    const body = { session: null, actId: newActId(), control: 'privacy.withdraw', action: 'click', clientTime: null };
    expect((await post(relay, '/api/consents/withdraw', { ...body, viewport: 'desktop' }, { cookie })).status).toBe(200);
    const rows = await relay.ctx.store.read.consentEventsOf(visitor.conversationId);
    const keys = await visitorKeys(relay.ctx, relay.ctx.store.read, rows[0]?.visitorId ?? '');
    const events = rows.map((row) => openEvent(keys, row).event);
    const given = events.filter(({ event_state }) => event_state === 'ConsentGiven');
    const withdrawn = events.filter(({ event_state }) => event_state === 'ConsentWithdrawn');
    expect(withdrawn.map(({ prev_record_id }) => prev_record_id).sort()).toEqual(given.map(({ record_id }) => record_id).sort());
    expect(given).toHaveLength(3);
  });
});

describe('[PR-46] withdrawal', () => {
  const withdraw = (session: string | null, headers: Record<string, string> = {}): Promise<Reply<Decided & ErrorBody>> =>
    post(
      relay,
      '/api/consents/withdraw',
      { session, actId: newActId(), control: 'privacy.withdraw', action: 'click', clientTime: null, viewport: 'desktop' },
      headers,
    );

  it('closes the sockets within a second, clears the cookie, locks the agent’s composer and stands in the ledger', async () => {
    const { visitor, cookie } = await keptVisitor(relay);
    const { conversationId } = visitor;
    const agent = await connectAgent(relay);
    const facts = factsOf(agent.socket);
    const tabs = [await visitorSocket(relay, { cookie }), await visitor.connect()];
    const heard = tabs.map(factsOf);
    const closed = tabs.map((tab) => closedBy(tab, 1000));
    const reply = await withdraw(null, { cookie });
    await Promise.all(closed);
    expect([reply.status, isCleared(reply)]).toEqual([200, true]);
    for (const list of heard) expect(list.at(-1)).toEqual({ name: 'session:ended', fact: { reason: 'withdrawn' } });
    expect(reply.body.consents.map(({ purpose, state }) => [purpose, state]).sort()).toEqual([
      ['answer', 'ConsentWithdrawn'],
      ['news', 'ConsentWithdrawn'],
      ['persistence', 'ConsentWithdrawn'],
    ]);
    await waitFor(
      () =>
        facts.some(
          ({ name, fact }) =>
            name === 'consent:changed' && (fact as { conversationId: string }).conversationId === conversationId,
        ),
      'the agent to be told',
    );
    const rows = countRows(relay);
    expect(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'But wait' })).toEqual({
      ok: false,
      error: 'consent_withdrawn',
    });
    expect(await askAsAgent(agent.socket, 'conversation:reopen', { conversationId })).toEqual({
      ok: false,
      error: 'conversation_over',
    });
    expect(countRows(relay)).toEqual(rows);
    const open = dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId }));
    expect(open.conversation).toMatchObject({ status: 'closed', closedBy: 'withdrawal', withdrawnAt: now, keptUntil: null });
    const card = dataOf(await askAsAgent(agent.socket, 'consent:card', { conversationId }));
    expect(card).toMatchObject({ state: 'withdrawn', withdrawnAt: now });
    agent.socket.close();
  });

  it('leaves a refused purpose a refusal', async () => {
    const request = await startRequestFor(relay);
    const decisions = request.decisions.map((one) => ({ ...one, granted: one.purpose !== 'news' }));
    await postStart(relay, { ...request, decisions });
    const { body } = await withdraw(request.session);
    expect(body.consents.find(({ purpose }) => purpose === 'news')).toMatchObject({ state: 'ConsentRefused' });
  });

  it('works after an agent closed the conversation', async () => {
    const visitor = await startVisitor(relay);
    const agent = await connectAgent(relay);
    dataOf(await askAsAgent(agent.socket, 'conversation:close', { conversationId: visitor.conversationId }));
    agent.socket.close();
    expect((await withdraw(visitor.session)).status).toBe(200);
    expect((await relay.ctx.store.read.conversation(visitor.conversationId))?.withdrawnAt).toBe(now);
  });

  it('under an act that stands for something else is a conflict, and withdraws nothing', async () => {
    const visitor = await startVisitor(relay);
    const body = {
      session: visitor.session,
      actId: visitor.request.actId,
      control: 'x',
      action: 'click',
      clientTime: null,
      viewport: 'desktop',
    };
    const reply = await post<ErrorBody>(relay, '/api/consents/withdraw', body);
    expect([reply.status, reply.body.error.code]).toEqual([409, 'conflict']);
    expect((await relay.ctx.store.read.conversation(visitor.conversationId))?.withdrawnAt).toBeNull();
  });

  it('cannot be asked for by somebody else', async () => {
    const visitor = await startVisitor(relay);
    for (const session of [null, newSessionToken()]) expect((await withdraw(session)).status).toBe(401);
    expect((await relay.ctx.store.read.conversation(visitor.conversationId))?.withdrawnAt).toBeNull();
  });
});
