import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WORDS_KEPT } from '../../server/requests/keep-requests.ts';
import { readWords } from '../../server/requests/words.ts';
import { answerWords } from '../../shared/i18n/answers.en.ts';
import { newId } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import type { Asked, RequestCounts, RequestList } from '../../shared/requests.ts';
import { textsOnDisk } from '../support/database.ts';
import { post } from '../support/http.ts';
import { newRequestOn, type RequestDesk, START, startRequestDesk } from '../support/requests.ts';
import { startTestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';

let desk: RequestDesk;
let relay: RequestDesk['relay'];
beforeAll(async () => {
  desk = await startRequestDesk();
  relay = desk.relay;
});
afterAll(() => relay?.close());

describe('a request by right (PR-51)', () => {
  it('asked by a visitor gets a number and a day, and what it says is sealed', async () => {
    const visitor = await startVisitor(relay);
    const text = 'canary: I object to the reading list';
    const asked = await post<Asked>(relay, '/api/privacy/request', {
      session: visitor.session,
      kind: 'object',
      text,
      contact: 'canary-contact@example.ie',
    });
    expect([asked.status, asked.body]).toEqual([
      200,
      { number: expect.stringMatching(/^R-[2-9A-Z]{4}-[2-9A-Z]{4}$/), kind: 'object', due: '2026-04-10' },
    ]);
    const { open, counts } = (await desk.ask<RequestList>('/')).body;
    const listed = open.find(({ number }) => number === asked.body.number);
    expect(listed).toMatchObject({
      kind: 'object',
      via: 'chat',
      person: 'found',
      next: { what: 'answer', due: '2026-04-10', urgency: 'later', days: 31 },
    });
    expect(counts.open).toBe(open.length);
    const opened = await desk.detail(listed?.id ?? '');
    expect(opened).toMatchObject({ identifiedBy: 'session', words: { text, contact: 'canary-contact@example.ie' } });
    expect(opened.subject?.visitorId).toBe(await desk.visitorIdOf(visitor));
    expect(textsOnDisk(relay, [text, 'canary-contact'])).toEqual([]);
    expect(relay.logs.filter((line) => line.includes('canary'))).toEqual([]);
  });

  it('can be asked by the link of a receipt, and by nobody without one', async () => {
    const visitor = await startVisitor(relay);
    const token = await desk.linkOf(visitor);
    const send = (body: object) =>
      post<Asked>(relay, '/api/privacy/request', { kind: 'complaint', text: 'Nobody answers.', contact: null, ...body });
    const asked = await send({ token });
    expect([asked.status, asked.body.kind]).toEqual([200, 'complaint']);
    const listed = (await desk.ask<RequestList>('/')).body.open.find(({ number }) => number === asked.body.number);
    expect(listed?.via).toBe('receipt');
    expect(
      [await send({}), await send({ session: 'A'.repeat(43) }), await send({ token: 'A'.repeat(43) })].map(
        ({ status }) => status,
      ),
    ).toEqual([401, 401, 404]);
    expect((await send({ token, kind: 'everything' })).status).toBe(400);
  });

  it('is one however often it is tried, and nobody’s but who asked first (PR-51)', async () => {
    const [visitor, other] = [await startVisitor(relay), await startVisitor(relay)];
    const asked = { id: newId(), kind: 'other', text: 'Who reads this?', contact: null };
    const send = (body: object) => post<Asked>(relay, '/api/privacy/request', { ...asked, ...body });
    const both = await Promise.all([send({ session: visitor.session }), send({ session: visitor.session })]);
    expect(new Set(both.map(({ body }) => body.number)).size).toBe(1);
    const kept = await relay.ctx.store.read.requests.ofVisitor(await desk.visitorIdOf(visitor));
    expect(kept.map(({ id }) => id)).toEqual([asked.id]);
    expect((await send({ session: other.session })).status).toBe(409);
    // Other words under it are never taken for those that are kept.
    expect((await send({ session: visitor.session, text: 'Who reads this, and why?' })).status).toBe(409);
    expect((await send({ session: visitor.session, contact: 'me@example.ie' })).status).toBe(409);
    expect((await send({ session: other.session, id: 'R-1' })).status).toBe(400);
  });

  it('is taken so many times a day from one visitor, and without the number of a card in it (PR-52)', async () => {
    const strict = await startTestRelay({ limits: { requestsPerVisitor: { points: 2, windowMs: DAY } } });
    try {
      const { session, conversationId } = await startVisitor(strict);
      const ask = () =>
        post(strict, '/api/privacy/request', { session, kind: 'other', text: 'My card 4111 1111 1111 1111', contact: null });
      expect([await ask(), await ask(), await ask()].map(({ status }) => status)).toEqual([200, 200, 429]);
      const other = await startVisitor(strict);
      const theirs = { id: newId(), session: other.session, kind: 'other', text: '', contact: null };
      // However often one is tried, it takes the place of one.
      for (let tries = 0; tries < 4; tries += 1) expect((await post(strict, '/api/privacy/request', theirs)).status).toBe(200);
      expect((await post(strict, '/api/privacy/request', { ...theirs, id: newId() })).status).toBe(200);
      const { read } = strict.ctx.store;
      const [row] = await read.requests.ofVisitor((await read.conversation(conversationId))?.visitorId ?? '');
      const words = row && (await readWords(strict.ctx, read, { requestId: row.id, wordsSealed: row.wordsSealed }));
      expect(words?.text).toContain('My card ');
      expect(words?.text).not.toContain('4111 1111');
    } finally {
      await strict.close();
    }
  });

  it('is counted from the day it came, by the law that the person agreed under; the desk may take another', async () => {
    const { id, due, profile, source } = await desk.enter({ received: '2026-03-05', kind: 'erase' });
    expect([due.answer, profile, source]).toEqual(['2026-04-06', 'eu', 'GDPR Art. 12(3)']);
    const strict = await desk.step({ step: 'profile', id, profile: 'vn' });
    expect(strict.body).toMatchObject({
      due: { acknowledge: '2026-03-09', answer: '2026-03-25' },
      next: { what: 'acknowledge', due: '2026-03-09', urgency: 'overdue', days: -1 },
    });
    const confirmed = (await desk.step({ step: 'acknowledge', id })).body;
    expect(confirmed.next).toMatchObject({ what: 'answer', due: '2026-03-25', urgency: 'later' });
    expect((await desk.step({ step: 'acknowledge', id })).status).toBe(409);
    expect((await enterTomorrow()).status).toBe(400);
    await desk.answer(id);
  });
  const enterTomorrow = () => desk.ask('', newRequestOn('2026-03-11'));

  it('is extended once, with a reason, inside the first month, and never after it', async () => {
    const [early, late] = [await desk.enter({ received: '2026-03-05' }), await desk.enter({ received: '2026-03-05' })];
    await desk.at(Date.UTC(2026, 3, 6, 20));
    const extended = await desk.step({ step: 'extend', id: early.id, reason: 'complex' });
    expect(extended.body).toMatchObject({
      due: { answer: '2026-06-05', extendBy: null },
      extension: { at: desk.now(), reason: 'complex' },
    });
    expect((await desk.step({ step: 'extend', id: early.id, reason: 'many' })).status).toBe(409);
    expect(await desk.draft({ id: early.id, letter: 'extension' })).toContain('You will have the answer by 5 June 2026.');
    await desk.at(Date.UTC(2026, 3, 7, 1));
    expect((await desk.step({ step: 'extend', id: late.id, reason: 'complex' })).status).toBe(409);
    expect((await desk.detail(late.id)).next).toMatchObject({ urgency: 'overdue', days: -1 });
    for (const { id } of [early, late]) await desk.answer(id);
    await desk.at(START);
  });

  it('stands in the UK while it is asked whose it is', async () => {
    const visitor = await startVisitor(relay, { email: 'stands@example.ie' });
    const { id } = await desk.enter({ received: '2026-03-05' });
    await desk.step({ step: 'profile', id, profile: 'uk' });
    const standing = (await desk.step({ step: 'ask_identity', id })).body;
    expect([standing.isStanding, standing.next]).toEqual([true, null]);
    await desk.at(desk.now() + 4 * DAY);
    const by = { email: 'stands@example.ie', day: '2026-03-10' };
    const told = (await desk.step({ step: 'person', id, visitorId: await desk.visitorIdOf(visitor), by })).body;
    expect([told.isStanding, told.due.answer, told.profile]).toEqual([false, '2026-04-09', 'uk']);
    await desk.answer(id);
    await desk.at(START);
  });

  it('follows the days off and the time zone of the site', async () => {
    const { id } = await desk.enter({ received: '2026-03-10' });
    const set = (body: object) => desk.ask<RequestList>('/calendar', { site: 'demo', timeZone: 'UTC', holidays: [], ...body });
    const list = (await set({ timeZone: 'Europe/Dublin', holidays: ['2026-04-10', '2026-04-13'] })).body;
    expect(list.sites[0]).toMatchObject({ timeZone: 'Europe/Dublin', holidays: ['2026-04-10', '2026-04-13'] });
    const moved = await desk.detail(id);
    expect(moved.due.answer).toBe('2026-04-14');
    expect(moved.history.map((one) => one.step)).toEqual(['received', 'calendar_changed']);
    expect((await set({ timeZone: 'Nowhere/Land' })).status).toBe(400);
    expect((await set({ holidays: ['2026-02-30'] })).status).toBe(400);
    await set({});
    expect((await desk.detail(id)).due.answer).toBe('2026-04-10');
    await desk.answer(id);
  });

  it('has a history that says who did what and when, and is closed by its answer for good', async () => {
    const { id } = await desk.enter({ text: 'A copy, please.', name: 'Aoife' });
    await desk.step({ step: 'acknowledge', id });
    await desk.step({ step: 'nobody', id });
    const closed = await desk.answer(id, {
      outcome: 'not_identified',
      text: await desk.draft({ id, letter: 'answer', outcome: 'not_identified' }),
    });
    expect(closed.body).toMatchObject({
      status: 'answered',
      outcome: 'not_identified',
      answeredAt: desk.now(),
      sentBy: 'email',
      next: null,
    });
    expect(closed.body.words?.answer).toContain('Art. 11(2) GDPR');
    expect(closed.body.history).toEqual([
      { at: desk.now(), by: 'Deirdre', step: 'received', detail: 'email' },
      { at: desk.now(), by: 'Deirdre', step: 'acknowledged', detail: null },
      { at: desk.now(), by: 'Deirdre', step: 'person_none', detail: null },
      { at: desk.now(), by: 'Deirdre', step: 'answered', detail: 'not_identified' },
    ]);
    expect((await desk.step({ step: 'acknowledge', id })).status).toBe(409);
    expect((await desk.answer(id)).status).toBe(409);
  });

  it('is refused with a reason only, and never answered with what is still to be written', async () => {
    const { id } = await desk.enter({ kind: 'complaint' });
    expect((await desk.answer(id, { outcome: 'refused' })).status).toBe(400);
    expect((await desk.answer(id, { ground: 'unfounded' })).status).toBe(400);
    const text = await desk.draft({ id, letter: 'answer', outcome: 'done' });
    expect(text).toContain(answerWords.fill);
    expect((await desk.answer(id, { text })).status).toBe(400);
    expect((await desk.answer(id, { text: ' ' })).status).toBe(400);
    const refusal = await desk.draft({ id, letter: 'answer', outcome: 'refused', ground: 'unfounded' });
    expect(refusal).toContain('manifestly unfounded (Art. 12(5) GDPR)');
    expect(refusal).toContain('complain to Data Protection Commission, Dublin. You can also go to court.');
    expect((await desk.answer(id, { outcome: 'refused', ground: 'unfounded', text: refusal })).status).toBe(200);
  });

  it('is said in the log once a day, and at once when there is more', async () => {
    const { tellDue } = await import('../../server/requests/keep-requests.ts');
    const told = { at: Number.NEGATIVE_INFINITY, overdue: 0, soon: 0 };
    for (const { id } of (await desk.ask<RequestList>('/')).body.open) await desk.answer(id);
    expect(await tellDue(relay.ctx, told)).toBe(false);
    const { id } = await desk.enter({ received: '2026-02-12' });
    expect((await desk.ask<RequestCounts>('/due')).body).toEqual({ open: 1, overdue: 0, soon: 1 });
    expect([await tellDue(relay.ctx, told), await tellDue(relay.ctx, told)]).toEqual([true, false]);
    expect(relay.logs.at(-1)).toContain('requests are due');
    await desk.at(desk.now() + 3 * DAY);
    expect([await tellDue(relay.ctx, told), (await desk.ask<RequestCounts>('/due')).body]).toEqual([
      true,
      { open: 1, overdue: 1, soon: 0 },
    ]);
    await desk.answer(id);
    await desk.at(START);
  });
});

describe('the words of a request', () => {
  it('are kept for a year after the answer; then they go with their key, and the record stays', async () => {
    const { forgetOldWords } = await import('../../server/requests/keep-requests.ts');
    const { id } = await desk.enter({ text: 'canary-old-words' });
    await desk.answer(id);
    const answeredAt = desk.now();
    await desk.at(answeredAt + WORDS_KEPT);
    expect((await desk.detail(id)).words?.text).toBe('canary-old-words');
    await desk.at(answeredAt + WORDS_KEPT + 1);
    expect(await forgetOldWords(relay.ctx)).toBeGreaterThan(0);
    const left = await desk.detail(id);
    expect([left.words, left.status, left.history.at(-1)?.step]).toEqual([null, 'answered', 'words_deleted']);
    expect(await relay.ctx.store.read.dataKeysOf(id)).toEqual([]);
    expect(await forgetOldWords(relay.ctx)).toBe(0);
    await desk.at(START);
  });
});
