import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { eraseMessage } from '../../server/privacy/erase-message.ts';
import type { Receipts } from '../../shared/api.ts';
import { dayOf } from '../../shared/deadlines.ts';
import { newId } from '../../shared/ids.ts';
import type { FindPerson, RequestDetail } from '../../shared/requests.ts';
import { addAgent, signIn } from '../support/agent.ts';
import { dumpTables } from '../support/database.ts';
import { post } from '../support/http.ts';
import { AGENT, DPO, newRequestOn, type RequestDesk, startRequestDesk } from '../support/requests.ts';
import { askAsVisitor } from '../support/sockets.ts';
import { startTestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';

let desk: RequestDesk;
let relay: RequestDesk['relay'];
beforeAll(async () => {
  desk = await startRequestDesk();
  relay = desk.relay;
});
afterAll(() => relay?.close());

describe('who somebody is (PR-52)', () => {
  it('is shown by the link of a receipt alone, by two things that only the chat holds, and not by one', async () => {
    const sentence = 'Is the blue edition of the almanac signed by both?';
    const visitor = await startVisitor(relay, { email: 'Match@Example.ie', message: { id: newId(), body: sentence } });
    const visitorId = await desk.visitorIdOf(visitor);
    const { id } = await desk.enter();
    const token = await desk.linkOf(visitor);
    const { receipts } = (await post<Receipts>(relay, '/api/receipts/open', { token })).body;
    const receipt = receipts[0]?.receipt_id ?? '';
    const cases: [Omit<FindPerson, 'id'>, matched: string[], isEnough: boolean][] = [
      [{ link: token }, ['link'], true],
      [{ link: `${relay.origin}/receipt#${token}` }, ['link'], true],
      [{ email: 'match@example.ie' }, ['email'], false],
      [{ receipt: receipt.toUpperCase() }, ['receipt'], false],
      [{ conversation: visitor.conversationId }, ['conversation'], false],
      [{ email: ' MATCH@example.ie ', day: '2026-03-11' }, ['email', 'day'], true],
      [{ email: 'match@example.ie', sentence: 'the BLUE edition of the almanac, signed' }, ['email', 'sentence'], true],
      [{ receipt, email: 'match@example.ie' }, ['email', 'receipt'], true],
      [{ conversation: visitor.conversationId, day: '2026-03-10' }, ['conversation', 'day'], true],
    ];
    for (const [by, matched, isEnough] of cases) {
      const { people } = (await desk.find({ id, ...by })).body;
      expect([by, people.map((one) => [one.visitorId, one.matched, one.isEnough])]).toEqual([
        by,
        [[visitorId, matched, isEnough]],
      ]);
      const chosen = await desk.step({ step: 'person', id, visitorId, by });
      expect([by, chosen.status]).toEqual([by, isEnough ? 200 : 400]);
      if (isEnough) await desk.step({ step: 'let_go', id });
    }
    await desk.answer(id);
  });

  it('is found by what is left where a message was erased, and not by what it said', async () => {
    const sentence = 'A sentence that is gone by tomorrow';
    const visitor = await startVisitor(relay, { email: 'part@example.ie', message: { id: newId(), body: sentence } });
    const stays = 'Another sentence that stays as it was';
    const socket = await visitor.connect();
    await askAsVisitor(socket, 'message:send', { id: newId(), body: stays });
    socket.close();
    const [first] = await relay.ctx.store.read.messagesAfter(visitor.conversationId, 0, 1);
    const order = { actor: { kind: 'operator' }, reason: 'request' } as const;
    await eraseMessage(relay.ctx, visitor.conversationId, first?.id ?? '', order);
    const { id } = await desk.enter();
    const by = (said: string) => desk.find({ id, email: 'part@example.ie', sentence: said });
    expect([(await by(sentence)).status, (await by(sentence)).body.people]).toEqual([200, []]);
    expect((await by(stays)).body.people).toHaveLength(1);
    await desk.answer(id);
  });

  it('is nobody where one of the things does not fit, and nothing tells it from somebody who never was', async () => {
    const visitor = await startVisitor(relay, { email: 'there@example.ie' });
    const visitorId = await desk.visitorIdOf(visitor);
    const { id } = await desk.enter();
    const none = await desk.find({ id, email: 'never@example.ie' });
    const wrong: Omit<FindPerson, 'id'>[] = [
      { email: 'there@example.ie', day: '2026-02-01' },
      { email: 'there@example.ie', sentence: 'something that was never written' },
      { email: 'there@example.ie', conversation: newId() },
      { email: 'other@example.ie', conversation: visitor.conversationId },
      { link: 'A'.repeat(43), email: 'there@example.ie' },
    ];
    for (const by of wrong) {
      const reply = await desk.find({ id, ...by });
      expect([by, reply.status, reply.text]).toEqual([by, none.status, none.text]);
      expect((await desk.step({ step: 'person', id, visitorId, by })).status).toBe(400);
    }
    expect((await desk.find({ id, day: '2026-03-10' })).status).toBe(400);
    expect((await desk.find({ id, email: 'there@example.ie', sentence: 'Hello' })).status).toBe(400);
    await desk.answer(id);
  });

  it('is not found out by trying: for the desk alone, so many times, and each time is written down', async () => {
    const strict = await startTestRelay({ limits: { searchesPerAgent: { points: 3, windowMs: 60_000 } } });
    try {
      await addAgent(strict, { ...DPO, role: 'privacy' });
      await addAgent(strict, AGENT);
      await startVisitor(strict, { email: 'known@example.ie' });
      const [as, other] = [(await signIn(strict, DPO)).cookie, (await signIn(strict, AGENT)).cookie];
      const send = <T>(path: string, body: unknown, who: string) =>
        post<T>(strict, `/api/agent/requests${path}`, body, { cookie: who });
      const body = newRequestOn(dayOf(Date.now()));
      const { id } = (await send<RequestDetail>('', body, as)).body;
      const searched = async () =>
        (await strict.ctx.store.read.audit.newest(99)).filter(({ action }) => action === 'person.searched');
      const looks = ['known@example.ie', 'unknown@example.ie'];
      const [known, unknown] = await Promise.all(looks.map((email) => send('/find', { id, email }, other)));
      expect([known?.status, known?.text]).toEqual([403, unknown?.text]);
      expect(await searched()).toEqual([]);
      expect((await post(strict, '/api/agent/requests/find', { id, email: 'known@example.ie' })).status).toBe(401);
      // A search belongs to a request.
      expect((await send('/find', { id: newId(), email: 'known@example.ie' }, as)).status).toBe(404);
      const replies = [];
      for (const email of ['known@example.ie', 'unknown@example.ie', 'known@example.ie'])
        replies.push(await send('/find', { id, email }, as));
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
      const lines = await searched();
      expect(lines.map(({ object }) => object)).toEqual([id, id]);
      expect(strict.logs.filter((line) => line.includes('known@example.ie'))).toEqual([]);
      expect(JSON.stringify(dumpTables(strict))).not.toContain('known@example.ie');
    } finally {
      await strict.close();
    }
  });

  it('is found by an address as it now is: put right, and gone with the visitor', async () => {
    const visitor = await startVisitor(relay, { email: 'before@example.ie' });
    const { id } = await desk.enter();
    const found = async (email: string) => (await desk.find({ id, email })).body.people.length;
    const form = { name: 'Aoife', email: 'after@example.ie' };
    await post(relay, '/api/privacy/rectify', { session: visitor.session, ...form });
    expect([await found('before@example.ie'), await found('after@example.ie')]).toEqual([0, 1]);
    const digests = (dumpTables(relay).email_index as { digest: string }[]).map(({ digest }) => digest);
    await eraseVisitor(relay.ctx, { conversationId: visitor.conversationId }, { actor: { kind: 'operator' }, reason: 'request' });
    expect(await found('after@example.ie')).toBe(0);
    expect((dumpTables(relay).email_index as { digest: string }[]).length).toBe(digests.length - 1);
    await desk.answer(id);
  });

  it('is never asked for by a document: no field of any body takes one', async () => {
    const { id } = await desk.enter();
    for (const extra of [{ document: 'x' }, { passport: 'x' }, { file: 'x' }])
      expect((await desk.find({ id, email: 'a@example.ie', ...extra } as FindPerson)).status).toBe(400);
    expect(await desk.draft({ id, letter: 'identity' })).toContain('No identity document is needed; send none.');
    await desk.answer(id);
  });
});
