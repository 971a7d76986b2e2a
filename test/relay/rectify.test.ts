import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { publishNotice } from '../../server/notices/publish.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import type { FormAsGiven, ReceiptLink, RectifyRequest } from '../../shared/api.ts';
import { connectAgent } from '../support/agent.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { post } from '../support/http.ts';
import { factsOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

describe('[PR-53] a visitor puts right what the form asked', () => {
  let relay: TestRelay;

  beforeAll(async () => {
    relay = await startTestRelay();
  });
  afterAll(() => relay?.close());

  const rectify = (body: RectifyRequest) => post<FormAsGiven>(relay, '/api/privacy/rectify', body);
  const read = async (session: string) => (await post<FormAsGiven>(relay, '/api/privacy/form', { session })).body;

  it('sees it, changes it, and the agents see the new at once; the old is nowhere, that it was changed is written down', async () => {
    const { session, conversationId } = await startVisitor(relay, { name: 'Wrong-4f21', email: 'wrong@old.example' });
    const agent = await connectAgent(relay);
    const facts = factsOf(agent.socket);
    expect(await read(session)).toEqual({
      name: 'Wrong-4f21',
      email: 'wrong@old.example',
      asked: { name: 'optional', email: 'optional' },
    });
    const { status, body } = await rectify({ session, name: 'Right-7c90', email: null });
    expect([status, body.name, body.email]).toEqual([200, 'Right-7c90', null]);
    expect(await read(session)).toEqual(body);
    await waitFor(() => JSON.stringify(facts).includes('Right-7c90'), 'the agents to be told');
    expect((await relay.ctx.store.read.audit.newest(1))[0]).toMatchObject({
      action: 'form.rectified',
      object: conversationId,
      agentId: null,
      // Which, and never what.
      detail: { fields: 'name+email' },
    });
    expect(textsOnDisk(relay, ['Wrong-4f21', 'Right-7c90', 'old.example'])).toEqual([]);
    expect(relay.logs.join('\n')).not.toMatch(/Wrong-4f21|Right-7c90/);
  });

  it('leaves no trace of a save that changes nothing, and names of one the fields that did', async () => {
    const { session, conversationId } = await startVisitor(relay, { name: 'Aoife', email: 'aoife@example.com' });
    const lines = async () => {
      const all = await relay.ctx.store.read.audit.of(conversationId);
      return all.filter(({ action }) => action === 'form.rectified').map(({ detail }) => detail);
    };
    const before = dumpTables(relay);
    // Typed anew it is the same: what stands around it is not kept.
    for (const name of ['Aoife', ' Aoife ']) {
      const same = await rectify({ session, name, email: 'aoife@example.com' });
      expect([same.status, same.body.name]).toEqual([200, 'Aoife']);
    }
    expect(dumpTables(relay)).toEqual(before);
    await rectify({ session, name: 'Aoife', email: 'aoife@books.example' });
    await rectify({ session, name: null, email: 'aoife@books.example' });
    expect((await lines()).toSorted()).toEqual([{ fields: 'email' }, { fields: 'name' }]);
    expect(JSON.stringify(dumpTables(relay).audit)).not.toMatch(/Aoife|books\.example/);
  });

  it('does it by a receipt’s link too, without session or cookie; the look is written down, a guess opens nothing', async () => {
    const { session, conversationId } = await startVisitor(relay, { name: 'Wrong-88ab', email: null });
    const link = (await post<ReceiptLink>(relay, '/api/receipts', { session })).body.token;
    const open = (token: string) => post<FormAsGiven>(relay, '/api/privacy/form', { session: null, link: token });
    expect((await open(link)).body).toMatchObject({ name: 'Wrong-88ab', email: null });
    expect((await relay.ctx.store.read.audit.newest(1))[0]).toMatchObject({
      action: 'receipt.opened',
      object: conversationId,
      actor: 'visitor',
    });
    const { status, body } = await rectify({ session: null, link, name: 'Right-11fe', email: 'r@example.com' });
    expect([status, body.name, body.email]).toEqual([200, 'Right-11fe', 'r@example.com']);
    expect(await read(session)).toEqual(body);
    const guess = 'G'.repeat(43);
    expect((await open(guess)).status).toBe(404);
    expect((await rectify({ session: null, link: guess, name: 'Eve', email: null })).status).toBe(404);
    // A link that is none is no way around to a session, either.
    expect((await rectify({ session, link: guess, name: 'Eve', email: null })).status).toBe(404);
    expect(await read(session)).toEqual(body);
  });

  it('is refused what the form would refuse, and nothing changes', async () => {
    const { session } = await startVisitor(relay, { name: 'Aoife', email: 'aoife@example.com' });
    for (const bad of [{ email: 'nowhere' }, { name: 'two\nlines' }, { name: 'x'.repeat(500) }]) {
      expect((await rectify({ session, name: 'Aoife', email: 'aoife@example.com', ...bad })).status).toBe(400);
    }
    expect(await read(session)).toMatchObject({ name: 'Aoife', email: 'aoife@example.com' });
  });

  it('keeps to what the notice asks that was agreed to', async () => {
    const doc = { ...DEMO_NOTICE, version: 2, fields: { name: 'required' as const, email: 'off' as const } };
    await relay.ctx.store.write((tx) => publishNotice(tx, DEMO_SITE_ID, doc, Date.now()));
    const { session } = await startVisitor(relay, { name: 'Aoife', email: null });
    expect((await rectify({ session, name: null, email: null })).status).toBe(400);
    expect((await rectify({ session, name: 'Aoife', email: 'a@example.com' })).status).toBe(400);
    expect((await rectify({ session, name: 'Eithne', email: null })).status).toBe(200);
  });

  it('is for the one whose chat it is', async () => {
    const other = 'A'.repeat(43);
    expect((await rectify({ session: other, name: 'Eve', email: null })).status).toBe(401);
    expect((await post(relay, '/api/privacy/form', { session: null })).status).toBe(401);
  });
});
