import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf } from '../../shared/deadlines.ts';
import { noticeHash } from '../../shared/notice.ts';
import type { Done, RequestPreview } from '../../shared/requests.ts';
import { unzip } from '../support/archive.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { newRequestOn, type RequestDesk, startRequestDesk } from '../support/requests.ts';
import { startVisitor } from '../support/visitor.ts';

let desk: RequestDesk;
let relay: RequestDesk['relay'];
beforeAll(async () => {
  desk = await startRequestDesk();
  relay = desk.relay;
});
afterAll(() => relay?.close());

describe('what the desk does with a request', () => {
  it('gives a copy as a ZIP with the answer in it (PR-49)', async () => {
    const visitor = await startVisitor(relay, { email: 'copy@example.ie' });
    const { id, number } = await desk.enterFor(visitor, { name: 'Aoife' });
    const reply = await fetch(`${relay.origin}/api/agent/requests/archive`, {
      method: 'POST',
      headers: { origin: relay.origin, cookie: desk.cookie(), 'content-type': 'application/json' },
      body: JSON.stringify({ id }),
    });
    expect(reply.headers.get('content-disposition')).toContain(`${number}.zip`);
    const files = unzip(Buffer.from(await reply.arrayBuffer()));
    expect([...files.keys()].slice(0, 3)).toEqual(['answer.txt', 'index.html', 'export.json']);
    const letter = files.get('answer.txt')?.toString('utf8') ?? '';
    for (const words of [
      `Your request ${number} to Northwind Books Ltd`,
      'Hello Aoife,',
      'On 10 March 2026',
      'as one ZIP file',
      'Data Protection Commission',
    ])
      expect(letter).toContain(words);
    expect(files.get('export.json')?.toString('utf8')).toContain('copy@example.ie');
    const after = await desk.detail(id);
    expect([after.actedAt, after.history.at(-1)?.step]).toEqual([desk.now(), 'copy_made']);
    const lines = await relay.ctx.store.read.audit.of(await desk.visitorIdOf(visitor));
    expect(lines.find(({ action }) => action === 'export.agent')?.agentId).toEqual(expect.any(String));
    await desk.answer(id);
  });

  it('puts right what the form asked (PR-53)', async () => {
    const visitor = await startVisitor(relay, { email: 'wrong@example.ie' });
    const { id } = await desk.enterFor(visitor, { kind: 'rectify' });
    expect((await desk.ask('/do', { id })).status).toBe(400);
    const done = await desk.ask<Done>('/do', { id, form: { name: 'Eithne', email: 'right@example.ie' } });
    expect(done.body.request).toMatchObject({ subject: { form: { name: 'Eithne', email: 'right@example.ie' } }, canDo: true });
    expect((await desk.ask('/do', { id, form: { name: null, email: null } })).status).toBe(409);
    const lines = await relay.ctx.store.read.audit.of(visitor.conversationId);
    expect(lines.find(({ action }) => action === 'form.rectified')?.agentId).not.toBeNull();
    await desk.answer(id);
  });

  it('erases, and keeps of the request how it was answered and nothing of whom (PR-54, PR-58)', async () => {
    const visitor = await startVisitor(relay, { email: 'canary.gone@example.ie', name: 'Canary Gone' });
    const visitorId = await desk.visitorIdOf(visitor);
    const said = { contact: 'canary-gone-contact', text: 'canary-gone-text', name: 'canary-gone-name' };
    const { id, number } = await desk.enterFor(visitor, { kind: 'erase', ...said });
    const preview = (await desk.ask<RequestPreview>('/preview', { id })).body;
    expect(preview.counts).toMatchObject({
      message: 1,
      conversation: 1,
      visitor: 1,
      data_key: 5,
      request_person: 1,
      email_index: 1,
    });
    expect((await desk.detail(id)).status).toBe('open');
    const done = (await desk.ask<Done>('/do', { id })).body;
    // Said this once: it is nowhere any more.
    expect(done.contact).toBe('canary-gone-contact');
    expect(done.certificate?.counts).toMatchObject({ message: 1, request_person: 1 });
    expect(done.request).toMatchObject({ words: null, subject: null, canDo: false, actedAt: desk.now(), person: 'found' });
    expect(textsOnDisk(relay, ['canary-gone', 'canary.gone', visitorId, visitor.conversationId])).toEqual([]);
    const letter = await desk.draft({ id, letter: 'answer', outcome: 'done' });
    expect(letter).toContain(`Certificate ${done.certificate?.erasure_id}`);
    expect(letter).not.toContain('canary');
    expect((await desk.answer(id, { text: letter })).body).toMatchObject({ status: 'answered', words: null, number });
    expect((await desk.ask('/preview', { id })).status).toBe(404);
  });

  it('erases with its note in one transaction: no crash leaves an open request of nobody (PR-51)', async () => {
    const visitor = await startVisitor(relay, { email: 'between@example.ie' });
    const visitorId = await desk.visitorIdOf(visitor);
    const { id } = await desk.enterFor(visitor, { kind: 'erase' });
    const { store } = relay.ctx;
    const seen: boolean[] = [];
    const write: typeof store.write = async (work, options) => {
      const done = await store.write(work, options);
      if ((await store.read.visitor(visitorId)) === null) seen.push((await store.read.requests.byId(id))?.actedAt !== null);
      return done;
    };
    relay.ctx.store = { ...store, write };
    try {
      await desk.ask<Done>('/do', { id });
    } finally {
      relay.ctx.store = store;
    }
    expect(seen[0]).toBe(true);
  });

  it('takes back what was agreed, as the visitor would, without an address of the desk (PR-46)', async () => {
    const visitor = await startVisitor(relay, { email: 'back@example.ie' });
    const socket = await visitor.connect();
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    const { id } = await desk.enterFor(visitor, { kind: 'withdraw' });
    const preview = (await desk.ask<RequestPreview>('/preview', { id })).body;
    expect(preview.purposes).toHaveLength(2);
    expect((await desk.ask<Done>('/do', { id })).status).toBe(200);
    await closed;
    const { read } = relay.ctx.store;
    expect(await read.conversation(visitor.conversationId)).toMatchObject({
      status: 'closed',
      closedBy: 'withdrawal',
      withdrawnAt: desk.now(),
    });
    const events = await read.consentEventsOf(visitor.conversationId);
    expect(events.slice(-2).map(({ state }) => state)).toEqual(['ConsentWithdrawn', 'ConsentWithdrawn']);
    expect(await read.evidence(events.at(-1)?.actId ?? '', 'ip')).toBeNull();
    expect(await desk.draft({ id, letter: 'answer', outcome: 'done' })).toContain(
      `It is taken back: ${preview.purposes.join(', ')}.`,
    );
    await desk.answer(id);
  });

  it('restricts, and the agents do not see the person any more (PR-53)', async () => {
    const visitor = await startVisitor(relay, { email: 'restricts@example.ie' });
    const { id } = await desk.enterFor(visitor, { kind: 'restrict' });
    const done = await desk.ask<Done>('/do', { id, because: 'accuracy' });
    expect([done.status, done.body.request.history.at(-1)?.step]).toEqual([200, 'restricted']);
    const { read } = relay.ctx.store;
    const visitorId = await desk.visitorIdOf(visitor);
    expect(await read.restrictions.inForce(visitorId)).toMatchObject({ ground: 'accuracy', askedBy: 'agent' });
    await desk.answer(id);
  });

  it('objects for a person where something can be objected to, and says so where nothing can (PR-53)', async () => {
    const visitor = await startVisitor(relay, { email: 'objects@example.ie' });
    const { id } = await desk.enterFor(visitor, { kind: 'object' });
    expect((await desk.ask<RequestPreview>('/preview', { id })).body.purposes).toEqual([]);
    expect((await desk.ask('/do', { id })).status).toBe(400);
    const { read, write } = relay.ctx.store;
    const [first] = await read.consentEventsOf(visitor.conversationId);
    const notice = first && (await read.noticeByHash(first.noticeHash));
    if (!notice) throw new Error('no notice');
    const interest = { ...notice.doc.purposes.at(-1), id: 'improve', legalBasis: 'legitimate_interest' } as const;
    const doc = { ...notice.doc, version: 99, purposes: [...notice.doc.purposes, interest] } as typeof notice.doc;
    await write((tx) => tx.insertNotice({ ...notice, hash: noticeHash(doc), version: 99, doc }));
    const under = await startVisitor(relay, { email: 'objects-too@example.ie' });
    const asked = await desk.enterFor(under, { kind: 'object' });
    expect((await desk.ask<RequestPreview>('/preview', { id: asked.id })).body.purposes).toEqual(['improve']);
    expect((await desk.ask<Done>('/do', { id: asked.id })).status).toBe(200);
    const objections = await read.restrictions.objectionsOf(await desk.visitorIdOf(under));
    expect(objections.map(({ purpose, state }) => [purpose, state])).toEqual([['improve', 'pending']]);
    for (const one of [id, asked.id]) await desk.answer(one);
  });

  it('leaves to people what is for people: a complaint is answered, not carried out', async () => {
    const visitor = await startVisitor(relay, { email: 'complains@example.ie' });
    const { id, canDo } = await desk.enterFor(visitor, { kind: 'complaint' });
    expect(canDo).toBe(false);
    expect((await desk.ask('/do', { id })).status).toBe(400);
    await desk.answer(id);
  });

  it('does nothing for a person who is not known to be the one', async () => {
    const { id } = await desk.enter({ kind: 'erase' });
    for (const path of ['/do', '/preview', '/archive']) expect((await desk.ask(path, { id })).status).toBe(404);
    await desk.answer(id, { outcome: 'not_identified' });
  });

  it('is for owners and the role privacy, on each of its doors (PR-79)', async () => {
    const { id } = await desk.enter();
    const doors: [string, unknown?][] = [
      ['/'],
      ['/due'],
      [`/one/${id}`],
      ['', newRequestOn(dayOf(desk.now()))],
      ['/find', { id, email: 'a@example.ie' }],
      ['/step', { step: 'acknowledge', id }],
      ['/preview', { id }],
      ['/do', { id }],
      ['/archive', { id }],
      ['/draft', { id, letter: 'answer', outcome: 'done' }],
      ['/answer', { id, outcome: 'done', ground: null, sentBy: 'email', text: 'x' }],
      ['/calendar', { site: 'demo', timeZone: 'UTC', holidays: [] }],
    ];
    const before = JSON.stringify(dumpTables(relay));
    for (const [path, body] of doors) {
      expect([path, (await desk.ask(path, body, desk.agentCookie)).status, (await desk.ask(path, body, '')).status]).toEqual([
        path,
        403,
        401,
      ]);
    }
    expect(JSON.stringify(dumpTables(relay))).toBe(before);
    await desk.answer(id);
  });

  it('writes down each act once, by who did it (PR-81)', async () => {
    const lines = async () => (await relay.ctx.store.read.audit.newest(9999)).length;
    const visitor = await startVisitor(relay, { email: 'lines@example.ie' });
    const by = { email: 'lines@example.ie', day: dayOf(desk.now()) };
    const visitorId = await desk.visitorIdOf(visitor);
    const acts: [string, () => Promise<unknown>][] = [];
    let id = '';
    acts.push(
      ['made', async () => (id = (await desk.enter({ kind: 'withdraw' })).id)],
      ['read', () => desk.detail(id)],
      ['searched', () => desk.find({ id, ...by })],
      ['person', () => desk.step({ step: 'person', id, visitorId, by })],
      ['answered', () => desk.answer(id)],
    );
    for (const [what, act] of acts) {
      const before = await lines();
      await act();
      expect([what, (await lines()) - before]).toEqual([what, 1]);
    }
  });
});
