import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PERSISTENCE } from '../../server/consent/decide.ts';
import { exportOf } from '../../server/privacy/export.ts';
import { registerRecord } from '../../server/register/record.ts';
import { runRetention } from '../../server/retention/job.ts';
import { shownForm } from '../../server/shown/shown.ts';
import { shownAt } from '../../server/shown/ticket.ts';
import type { FormAsGiven, ReceiptLink, Receipts } from '../../shared/api.ts';
import { newActId, newId, newSessionToken } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import { type NoticeDoc, noticeHash } from '../../shared/notice.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { dumpTables } from '../support/database.ts';
import { post } from '../support/http.ts';
import { noticeWithContract } from '../support/notices.ts';
import { askAsAgent, askAsVisitor, dataOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor } from '../support/visitor.ts';

/** Chats that rest on a contract, with purposes asked beside it, and with none. */

let relay: TestRelay;
let agent: TestAgent;
let now: number;

beforeEach(async () => {
  now = Date.now();
  relay = await startTestRelay({ overrides: { clock: () => now } });
  agent = await connectAgent(relay);
});
afterEach(async () => {
  agent?.socket.close();
  await relay?.close();
});

async function publish(asked: boolean, given = noticeWithContract(asked)): Promise<string> {
  const { store } = relay.ctx;
  const doc = { ...given, version: asked ? 3 : 2 };
  const site = await store.read.siteByKey('demo');
  const row = { hash: noticeHash(doc), siteId: site?.id ?? '', version: doc.version, locale: 'en', doc, publishedAt: now };
  await store.write((tx) => tx.insertNotice(row));
  return row.hash;
}

describe('a chat that asks nothing', () => {
  it('[PR-60] [PR-61] goes by the periods of the notice that was read, whole, with address and browser', async () => {
    await publish(false);
    const { conversationId } = await startVisitor(relay, { message: { id: newId(), body: 'Where is my order?' } });
    const { read } = relay.ctx.store;
    const visitorId = (await read.conversation(conversationId))?.visitorId ?? '';
    expect(await read.consentEventsOf(conversationId)).toEqual([]);
    expect(await read.evidenceOf(visitorId)).toHaveLength(2);
    now += 40 * DAY;
    expect(await runRetention(relay.ctx, true)).toMatchObject({ failed: 0 });
    expect(await read.evidenceOf(visitorId)).toEqual([]);
    now += 4 * 365 * DAY;
    expect(await runRetention(relay.ctx, true)).toMatchObject({ failed: 0 });
    expect(await read.visitor(visitorId)).toBeNull();
    expect(JSON.stringify(dumpTables(relay).message)).toBe('[]');
  });

  it('[PR-53] [PR-48] can be corrected, and everything asked for by a link, under the words that were read', async () => {
    const hash = await publish(false);
    const { session, conversationId } = await startVisitor(relay);
    const given = await post<FormAsGiven>(relay, '/api/privacy/form', { session });
    expect([given.status, given.body.name]).toEqual([200, 'Aoife']);
    const put = await post<FormAsGiven>(relay, '/api/privacy/rectify', { session, name: 'Aoibhe', email: null });
    expect([put.status, put.body.name]).toEqual([200, 'Aoibhe']);
    const copy = await exportOf(relay.ctx, { conversationId }, { kind: 'agent', id: agent.me.id, session: null });
    const told = copy.find(({ name }) => name === 'export.json')?.body.toString() ?? '';
    expect([told.includes(hash), copy.some(({ name }) => name.startsWith('notice'))]).toEqual([true, true]);
    const link = await post<ReceiptLink>(relay, '/api/receipts', { session });
    expect(link.status).toBe(200);
    const { body } = await post<Receipts>(relay, '/api/receipts/open', { token: link.body.token });
    expect(body).toMatchObject({ receipts: [], consents: [], mayWithdraw: false, endsChat: false });
    expect(body.authority.name).toBe('Data Protection Commission, Dublin');
    // Other words are in force since: what was read counts.
    await publish(true);
    expect((await relay.ctx.store.read.conversation(conversationId))?.noticeHash).toBe(hash);
    const card = dataOf(await askAsAgent(agent.socket, 'consent:card', { conversationId }));
    expect(card).toMatchObject({ state: 'other_ground', action: null, ledger: null, receipt: null, notice: { hash } });
    expect(card.purposes.map(({ legalBasis, state }) => [legalBasis, state])).toEqual([
      ['contract', null],
      ['legitimate_interest', null],
    ]);
    expect(card.ip.masked).toMatch(/^127\./);
    expect(dataOf(await askAsAgent(agent.socket, 'ip:reveal', { conversationId })).ip).toBe('127.0.0.1');
  });
});

describe('what is agreed beside a chat that rests on a contract', () => {
  it('[PR-48] can be taken back, and costs no chat: not by a link, not after the end', async () => {
    await publish(true);
    const visitor = await startVisitor(relay);
    const { session, conversationId } = visitor;
    expect((await post(relay, '/api/consents/decide', decisionOf(visitor))).status).toBe(200);
    const socket = await visitor.connect();
    const { token } = (await post<ReceiptLink>(relay, '/api/receipts', { session })).body;
    const act = () => ({
      actId: newActId(),
      control: 'receipt.withdraw',
      action: 'click',
      viewport: 'desktop',
      clientTime: null,
    });
    const { body } = await post<Receipts>(relay, '/api/receipts/withdraw', { token, ...act() });
    expect(body).toMatchObject({ mayWithdraw: false, endsChat: false, reading: 'open' });
    expect(body.consents.map(({ purpose, state }) => [purpose, state])).toEqual([
      ['news', 'ConsentWithdrawn'],
      [PERSISTENCE, 'ConsentWithdrawn'],
    ]);
    const { read } = relay.ctx.store;
    expect(await read.conversation(conversationId)).toMatchObject({ status: 'open', withdrawnAt: null, keptUntil: null });
    // No session lives by the cookie any more, and the page talks on.
    expect((await read.sessionsOf(conversationId)).map(({ persistent }) => persistent)).toEqual([false]);
    expect((await askAsVisitor(socket, 'message:send', { id: newId(), body: 'And my order?' })).ok).toBe(true);
    socket.close();
  });

  it('[PR-47] is taken back once, also when the answer to a first try was lost, by a page whose chat was ended', async () => {
    await publish(true);
    const visitor = await startVisitor(relay);
    const next = newSessionToken();
    const end = { session: visitor.session, nextSession: next };
    expect((await post(relay, '/api/conversation/end', end)).status).toBe(200);
    const body = {
      ...{ session: next, nextSession: newSessionToken(), actId: newActId(), control: 'privacy.withdraw', action: 'click' },
      ...{ clientTime: null, viewport: 'desktop' },
    };
    const [first, again] = [await post(relay, '/api/consents/withdraw', body), await post(relay, '/api/consents/withdraw', body)];
    expect([first.status, again.status, again.body]).toEqual([200, 200, first.body]);
    const events = await relay.ctx.store.read.consentEventsOf(visitor.conversationId);
    expect(events.filter(({ state }) => state === 'ConsentWithdrawn')).toHaveLength(1);
  });
});

describe('a chat whose form asks nothing, and the cookie later', () => {
  /** A contract, and beside it the cookie alone. */
  const withCookie = (): NoticeDoc => {
    const doc = noticeWithContract(true);
    return { ...doc, purposes: doc.purposes.filter(({ id }) => id !== 'news') };
  };

  it('[PR-35] takes no later answer for the form: not in the register, not on the card, not by a link', async () => {
    await publish(false, withCookie());
    const visitor = await startVisitor(relay);
    const { conversationId } = visitor;
    const began = now;
    now += 5 * 60_000;
    const decision = decisionOf(visitor, { granted: false, noticeHash: visitor.request.noticeHash });
    expect((await post(relay, '/api/consents/decide', decision)).status).toBe(200);
    const card = dataOf(await askAsAgent(agent.socket, 'consent:card', { conversationId }));
    expect(card).toMatchObject({ grantedAt: began, action: null, ledger: null, receipt: null });
    const { shown } = await registerRecord(relay.ctx, decision.actId);
    expect(shown).not.toBe(`/shown/${conversationId}`);
    await expect(shownForm(relay.ctx, conversationId)).rejects.toThrow('not_found');
    const conversation = await relay.ctx.store.read.conversation(conversationId);
    expect(conversation && (await shownAt(relay.ctx, conversation))).toBeNull();
  });

  it('[PR-42] can be answered under the words that were read, once others are in force', async () => {
    await publish(false, withCookie());
    const visitor = await startVisitor(relay);
    await publish(true);
    for (const granted of [false, true])
      expect((await post(relay, '/api/consents/decide', decisionOf(visitor, { granted }))).status).toBe(200);
  });
});
