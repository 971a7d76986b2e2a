import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { publishNotice } from '../../server/notices/publish.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import type { FormAsGiven, RectifyRequest } from '../../shared/api.ts';
import { connectAgent } from '../support/agent.ts';
import { textsOnDisk } from '../support/database.ts';
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
    });
    expect(textsOnDisk(relay, ['Wrong-4f21', 'Right-7c90', 'old.example'])).toEqual([]);
    expect(relay.logs.join('\n')).not.toMatch(/Wrong-4f21|Right-7c90/);
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
