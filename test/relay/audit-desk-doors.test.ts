import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectTo } from '../../server/restriction/object.ts';
import type { AuditAction } from '../../shared/audit.ts';
import { dayOf } from '../../shared/deadlines.ts';
import { noticeHash } from '../../shared/notice.ts';
import { READING_GROUNDS } from '../../shared/reading.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { get, post, type Reply } from '../support/http.ts';
import { noticeWithInterest } from '../support/notices.ts';
import { addRecipient } from '../support/recipient.ts';
import { newRequestOn } from '../support/requests.ts';
import { secondConversation } from '../support/second-conversation.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';

/** Doors of the desk that the other tests of the audit do not walk through. */

let relay: TestRelay;
let agent: TestAgent;
let visitor: TestVisitor;

beforeAll(async () => {
  relay = await startTestRelay();
  agent = await connectAgent(relay);
  const { store } = relay.ctx;
  const doc = noticeWithInterest(false);
  const site = await store.read.siteByKey('demo');
  const row = { hash: noticeHash(doc), siteId: site?.id ?? '', version: 2, locale: 'en', doc, publishedAt: Date.now() };
  await store.write((tx) => tx.insertNotice(row));
  visitor = await startVisitor(relay);
});
afterAll(async () => {
  agent?.socket.close();
  await relay?.close();
});

const on = <T = Record<string, never>>(path: string, body: unknown) =>
  post<T>(relay, `/api/agent/${path}`, body, { cookie: agent.cookie });
const look = (path: string) => get(relay, `/api/agent/${path}`, { cookie: agent.cookie });

/** Goes through a door, and expects this one line of it, by this agent in this session. */
async function expectLine<T>(action: AuditAction, go: () => Promise<Reply<T>>): Promise<T> {
  const { audit } = relay.ctx.store.read;
  const before = new Set((await audit.newest(500)).map(({ id }) => id));
  const reply = await go();
  expect([action, reply.status, reply.status < 300 ? '' : reply.text]).toEqual([action, expect.any(Number), '']);
  const fresh = (await audit.newest(500)).filter(({ id }) => !before.has(id));
  expect(fresh.map((line) => line.action)).toEqual([action]);
  expect(fresh[0]).toMatchObject({
    actor: 'agent',
    agentId: agent.me.id,
    session: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  return reply.body;
}

describe('[PR-81] each door of the desk leaves one line', () => {
  it('recipients: added, tested, told again, paused, taken up, removed', async () => {
    const added = await expectLine('webhook.added', async () => {
      const body = await addRecipient(relay, agent);
      return { status: 200, body } as Reply<typeof body>;
    });
    const { id } = added.webhook;
    await expectLine('webhook.tested', () => on('privacy/webhooks/test', { id }));
    const [waiting] = await relay.ctx.store.read.webhooks.newest(1);
    await expectLine('webhook.retried', () => on('privacy/webhooks/deliveries/retry', { id: waiting?.id }));
    await expectLine('webhook.paused', () => on('privacy/webhooks/pause', { id }));
    await expectLine('webhook.resumed', () => on('privacy/webhooks/resume', { id }));
    await expectLine('webhook.removed', () => on('privacy/webhooks/remove', { id }));
  });

  it('the register searched and verified, holds looked at, an objection decided', async () => {
    await expectLine('register.searched', () => on('register/search', { filter: {}, before: null }));
    // Whatever page is asked for, and of one conversation as a look at it.
    await expectLine('register.searched', () => on('register/search', { filter: {}, before: { at: 9e15, id: 'z' } }));
    const one = { filter: { search: visitor.conversationId }, before: null };
    await expectLine('register.searched', () => on('register/search', one));
    expect((await relay.ctx.store.read.audit.newest(1))[0]?.object).toBe(visitor.conversationId);
    await expectLine('register.verified', () => on('register/verify', { site: 'demo', act: null }));
    const { conversationId } = visitor;
    const until = Date.now() + 86_400_000;
    await expectLine('hold.set', () => on('privacy/retention/hold', { conversationId, reason: 'A claim', until }));
    await expectLine('holds.viewed', () => look('privacy/retention'));
    await expectLine('holds.viewed', () => look(`retention/${conversationId}`));
    await expectLine('hold.lifted', () => on('privacy/retention/lift', { conversationId }));
    const { id } = await objectTo(relay.ctx, conversationId, 'statistics', { kind: 'visitor' });
    const decision = { id, state: 'upheld', answer: 'It stops.' };
    await expectLine('objection.decided', () => on('privacy/objections/decide', decision));
    await expectLine('objections.viewed', () => look('privacy/restrictions'));
  });

  it('a breach recorded, decided and listed', async () => {
    const since = Date.now() - 1000;
    const until = Date.now() + 1000;
    const { id } = await expectLine('breach.recorded', () =>
      on<{ id: string }>('breaches', { since, until, detectedAt: Date.now(), site: null }),
    );
    await expectLine('breach.decided', () => on(`breaches/${id}/decide`, { state: 'not_notified', notes: '' }));
    await expectLine('breach.listed', () => look(`breaches/${id}.csv`));
  });

  it('a request made, read, changed, answered; its person searched; the days off', async () => {
    const { id } = await expectLine('request.made', () => on<{ id: string }>('requests', newRequestOn(dayOf(Date.now()))));
    await expectLine('request.read', () => look(`requests/one/${id}`));
    await expectLine('request.changed', () => on('requests/step', { step: 'acknowledge', id }));
    await expectLine('person.searched', () => on('requests/find', { id, email: 'aoife@example.ie', day: dayOf(Date.now()) }));
    const answer = { id, outcome: 'done', ground: null, sentBy: 'email', text: 'Here it is.' };
    await expectLine('request.answered', () => on('requests/answer', answer));
    const calendar = { site: 'demo', timeZone: 'Europe/Dublin', holidays: ['2026-12-25'] };
    await expectLine('calendar.changed', () => on('requests/calendar', calendar));
  });

  it('who reads after a withdrawal, each ground by its own', async () => {
    let from = 'locked';
    for (const to of [...READING_GROUNDS, 'locked'] as const) {
      const body = { from, afterWithdrawal: to };
      await expectLine(`setting.after_withdrawal.${to}`, () => on('settings/demo/after-withdrawal', body));
      from = to;
    }
  });

  it('what is kept of an address, and who sees it, each by its own', async () => {
    let from: string = 'full';
    for (const to of ['truncated', 'none', 'full']) {
      await expectLine(`setting.ip_mode.${to}` as AuditAction, () => on('settings/demo/ip-mode', { from, ipMode: to }));
      from = to;
    }
    from = 'privacy';
    for (const to of ['owner', 'agent', 'privacy']) {
      await expectLine(`setting.ip_viewers.${to}` as AuditAction, () => on('settings/demo/ip-viewers', { from, ipViewers: to }));
      from = to;
    }
  });

  it('one conversation erased, and a certificate taken', async () => {
    const other = await startVisitor(relay);
    await secondConversation(relay, other.conversationId, 'It stays');
    const order = { conversationId: other.conversationId, scope: 'conversation', reason: 'request' };
    const { ledger } = await expectLine('conversation.erased', () => on<{ ledger: { seq: number } }>('erasures/one', order));
    await expectLine('certificate.viewed', () => look(`erasures/certificate/demo/${ledger.seq}`));
  });
});
