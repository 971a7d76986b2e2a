import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErasedForGood } from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { countRows } from '../support/database.ts';
import { post, setCookies } from '../support/http.ts';
import { closedBy } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor } from '../support/visitor.ts';

describe('[PR-54] a visitor erases everything of theirs', () => {
  let relay: TestRelay;

  beforeAll(async () => {
    relay = await startTestRelay();
  });
  afterAll(() => relay?.close());

  const erase = (session: string | null, headers: Record<string, string> = {}) =>
    post<ErasedForGood>(relay, '/api/privacy/erase', { session }, headers);

  it('by the chat’s own cookie: at once, the cookie with it, and nobody else’s', async () => {
    const [visitor, other] = await Promise.all([startVisitor(relay), startVisitor(relay)]);
    expect((await post(relay, '/api/consents/decide', decisionOf(visitor))).status).toBe(200);
    const socket = await visitor.connect();
    const closed = closedBy(socket, 1000);
    const reply = await erase(null, { cookie: `${CHAT_COOKIE}=${visitor.session}` });
    await closed;
    expect([reply.status, reply.body.certificate.by]).toEqual([200, 'visitor']);
    expect(setCookies(reply).some((one) => one.startsWith(`${CHAT_COOKIE}=;`))).toBe(true);
    expect(await relay.ctx.store.read.conversation(visitor.conversationId)).toBeNull();
    expect(await relay.ctx.store.read.conversation(other.conversationId)).not.toBeNull();
  });

  it('twice is once, and a stranger erases nothing', async () => {
    const visitor = await startVisitor(relay);
    const rows = countRows(relay);
    for (const session of ['B'.repeat(43), null]) expect((await erase(session)).status).toBe(401);
    expect(countRows(relay)).toEqual(rows);
    expect((await erase(visitor.session)).status).toBe(200);
    expect((await erase(visitor.session)).status).toBe(401);
  });
});
