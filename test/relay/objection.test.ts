import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isObjectedTo } from '../../server/restriction/object.ts';
import { newId } from '../../shared/ids.ts';
import { noticeHash } from '../../shared/notice.ts';
import type { RestrictionShelf, Standing } from '../../shared/restriction.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { post } from '../support/http.ts';
import { noticeWithInterest } from '../support/notices.ts';
import { addRecipient, type Recipient, startRecipient } from '../support/recipient.ts';
import { askAsVisitor, factsOf, type VisitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';
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

describe('[PR-53] an objection', () => {
  async function publish(asGate: boolean): Promise<void> {
    const doc = noticeWithInterest(asGate);
    const site = await relay.ctx.store.read.siteByKey('demo');
    const row = { hash: noticeHash(doc), siteId: site?.id ?? '', version: 2, locale: 'en', doc, publishedAt: Date.now() };
    await relay.ctx.store.write((tx) => tx.insertNotice(row));
    socket.close();
    visitor = await startVisitor(relay);
    socket = await visitor.connect();
    visitorId = (await relay.ctx.store.read.conversation(visitor.conversationId))?.visitorId ?? '';
  }

  it('stops its purpose until somebody has weighed it, and is no withdrawal', async () => {
    await publish(false);
    const events = await relay.ctx.store.read.consentEventsOf(visitor.conversationId);
    expect((await byVisitor('standing')).body.objectable).toEqual([{ purpose: 'statistics', name: 'Counting answers' }]);
    for (const purpose of ['answer', 'news', 'nothing']) expect((await byVisitor('object', { purpose })).status).toBe(404);
    const objected = (await byVisitor('object', { purpose: 'statistics' })).body;
    expect(objected).toMatchObject({
      objectable: [],
      restriction: null,
      objections: [{ purpose: 'statistics', state: 'pending' }],
    });
    expect((await byVisitor('object', { purpose: 'statistics' })).body.objections).toHaveLength(1);
    const { read } = relay.ctx.store;
    expect(await isObjectedTo(read, visitorId, 'statistics')).toBe(true);
    expect(await isObjectedTo(read, visitorId, 'answer')).toBe(false);
    // Nothing was agreed to, so nothing is taken back: the chat goes on and the ledger has no word of it.
    expect(await read.consentEventsOf(visitor.conversationId)).toEqual(events);
    expect((await send('One more thing')).ok).toBe(true);
    await waitFor(() => recipient.received.length === 1, 'the recipient to be told');
    expect(recipient.received[0]?.payload).toMatchObject({
      type: 'processing.objected',
      data: { purposes: ['statistics'], state: 'pending' },
    });
    expect((await read.audit.of(visitorId)).map(({ action }) => action)).toEqual(['processing.objected']);
  });

  it.each([
    ['upheld', { state: 'upheld' }, true],
    ['overruled', { state: 'overruled', reason: 'legal_claims' }, false],
  ] as const)('that is %s is answered in words that the visitor reads', async (state, decision, isHeld) => {
    await publish(false);
    const [objection] = (await byVisitor('object', { purpose: 'statistics' })).body.objections;
    const id = objection?.id;
    const answer = 'Canary answer: we have looked at it.';
    expect((await atDesk('objections/decide', { id, state: 'overruled', answer })).status).toBe(400);
    expect((await atDesk('objections/decide', { id: newId(), ...decision, answer })).status).toBe(404);
    const shelf = (await atDesk('objections/decide', { id, ...decision, answer })).body;
    expect(shelf.objections).toMatchObject([{ id, state, name: 'Counting answers', isGate: false, answer }]);
    expect((await atDesk('objections/decide', { id, ...decision, answer })).status).toBe(409);
    expect((await byVisitor('standing')).body.objections).toMatchObject([{ state, answer, decidedAt: expect.any(Number) }]);
    expect(await isObjectedTo(relay.ctx.store.read, visitorId, 'statistics')).toBe(isHeld);
    await waitFor(() => recipient.received.length === 2, 'the recipient to be told');
    expect(recipient.received.map(({ payload }) => payload.data.state)).toEqual(['pending', state]);
    expect(recipient.received.map(({ body }) => body).join()).not.toContain('Canary');
    expect(relay.logs.join()).not.toContain('Canary');
    // Objected again after it was overruled, it is another objection.
    const again = (await byVisitor('object', { purpose: 'statistics' })).body.objections;
    expect(again).toHaveLength(isHeld ? 1 : 2);
  });

  it('to what the chat itself rests on restricts the visitor until it is decided and they know (Art. 18(1)(d))', async () => {
    await publish(true);
    const facts = factsOf(agent.socket);
    const standing = (await byVisitor('object', { purpose: 'answer' })).body;
    expect(standing.restriction).toMatchObject({ toldAt: null });
    expect(await send('Hello?')).toEqual({ ok: false, error: 'restricted' });
    await waitFor(() => facts.some(({ name }) => name === 'conversation:restricted'), 'the agents to let go');
    // It hangs on the objection, so that it does not end by a press.
    expect((await byVisitor('unrestrict')).status).toBe(403);
    const id = standing.objections[0]?.id;
    const decided = await atDesk('objections/decide', {
      id,
      state: 'overruled',
      reason: 'compelling_grounds',
      answer: 'Because.',
    });
    expect(decided.body).toMatchObject({ objections: [{ isGate: true }], restricted: [{ ground: 'objection', toldAt: null }] });
    expect((await atDesk('restrictions/lift', { visitorId })).status).toBe(409);
    await atDesk('restrictions/told', { visitorId, by: 'chat' });
    expect((await atDesk('restrictions/lift', { visitorId })).status).toBe(200);
    expect((await send('Hello again')).ok).toBe(true);
  });
});
