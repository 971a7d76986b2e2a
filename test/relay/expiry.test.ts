import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expireConsents } from '../../server/consent/expire.ts';
import { tokenHash } from '../../server/visitors/sessions.ts';
import { DAY } from '../../shared/limits.ts';
import { connectAgent } from '../support/agent.ts';
import { runCli } from '../support/cli.ts';
import { post } from '../support/http.ts';
import { askAsAgent, askAsVisitor, dataOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

describe('[PR-42] a consent', () => {
  let relay: TestRelay;
  let now: number;

  beforeEach(async () => {
    now = Date.now();
    relay = await startTestRelay({ overrides: { clock: () => now } });
  });
  afterEach(() => relay?.close());

  const events = async ({ conversationId }: TestVisitor): Promise<string[]> =>
    (await relay.ctx.store.read.consentEventsOf(conversationId)).map(({ purpose, state }) => `${purpose} ${state}`);

  it('runs out by itself at the end of its validity: an event, and nothing rests on it any more', async () => {
    const visitor = await startVisitor(relay);
    const accepted = await post(relay, '/api/consents/decide', decisionOf(visitor, { granted: true }));
    expect(accepted.status).toBe(200);
    now += 180 * DAY - 1;
    expect(await expireConsents(relay.ctx)).toBe(0);
    // Six months: the cookie's purpose, and it alone.
    now += 1;
    expect(await expireConsents(relay.ctx)).toBe(1);
    expect((await events(visitor)).slice(3)).toEqual(['persistence ConsentExpired']);
    const sessions = await relay.ctx.store.read.sessionsOf(visitor.conversationId);
    expect(sessions.map(({ persistent }) => persistent)).toEqual([false]);
    expect((await relay.ctx.store.read.conversation(visitor.conversationId))?.keptUntil).toBeNull();
    now += 180 * DAY;
    expect(await expireConsents(relay.ctx)).toBe(2);
    expect((await events(visitor)).slice(4).sort()).toEqual(['answer ConsentExpired', 'news ConsentExpired']);
    expect(await expireConsents(relay.ctx)).toBe(0);
    const verified = await runCli(['verify'], { PARLEY_DATA: relay.dataDir });
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('whole. 6 entries, 6 events')]);
  });

  it('ends the open chat when what the chat rests on runs out, and the agent is told', async () => {
    const visitor = await startVisitor(relay);
    const socket = await visitor.connect();
    const agent = await connectAgent(relay);
    try {
      let reason = '';
      // The session that each visit renews outlives the consent here, as the cookie's does.
      await relay.ctx.store.write((tx) => tx.updateSession(tokenHash(visitor.session), { expiresAt: now + 400 * DAY }));
      socket.on('session:ended', (fact) => (reason = fact.reason));
      now += 360 * DAY;
      expect(await expireConsents(relay.ctx)).toBe(2);
      await waitFor(() => reason !== '' && socket.disconnected, 'the chat to end');
      expect(reason).toBe('expired');
      await expect(visitor.connect()).rejects.toThrow('consent_expired');
      const again = await connectAgent(relay);
      const card = dataOf(await askAsAgent(again.socket, 'consent:card', { conversationId: visitor.conversationId }));
      expect([card.state, card.purposes.map(({ state }) => state)]).toEqual(['expired', ['ConsentExpired', 'ConsentExpired']]);
      again.socket.close();
    } finally {
      socket.close();
      agent.socket.close();
    }
  });

  it('of another purpose is withdrawn after the chat’s own has run out, in the chat and by a receipt', async () => {
    const visitor = await startVisitor(relay);
    const { token } = (await post<{ token: string }>(relay, '/api/receipts', { session: visitor.session })).body;
    now += 300 * DAY;
    await relay.ctx.store.write((tx) => tx.updateSession(tokenHash(visitor.session), { expiresAt: now + 400 * DAY }));
    await post(relay, '/api/consents/decide', decisionOf(visitor, { purpose: 'news', granted: true }));
    now += 60 * DAY;
    expect(await expireConsents(relay.ctx)).toBe(1);
    const open = await post<{ mayWithdraw: boolean }>(relay, '/api/receipts/open', { token });
    expect(open.body.mayWithdraw).toBe(true);
    const refused = await post(relay, '/api/consents/decide', decisionOf(visitor, { purpose: 'news', granted: false }));
    expect(refused.status).toBe(200);
    expect((await events(visitor)).at(-1)).toBe('news ConsentWithdrawn');
    const granted = await post(relay, '/api/consents/decide', decisionOf(visitor, { purpose: 'news', granted: true }));
    expect(granted.status).toBe(403);
  });

  it('wakes no session that had died, and one that cannot be expired keeps nothing from the others', async () => {
    const [asleep, broken, other] = [await startVisitor(relay), await startVisitor(relay), await startVisitor(relay)];
    await post(relay, '/api/consents/decide', decisionOf(asleep, { granted: true }));
    await relay.ctx.store.write((tx) =>
      tx.upsertConsentDue({ conversationId: broken.conversationId, purpose: 'answer', recordId: 'x', dueAt: 0 }),
    );
    now += 360 * DAY;
    const read = relay.ctx.store.read.consentsDue.bind(relay.ctx.store.read);
    const rows = await read(now, 100);
    expect(rows).toHaveLength(7);
    const write = relay.ctx.store.write.bind(relay.ctx.store);
    let turns = 0;
    // The second of them hits something that nobody thought of.
    relay.ctx.store.write = ((work: never, options: never) =>
      ++turns === 2 ? Promise.reject(new Error('odd')) : write(work, options)) as typeof write;
    try {
      expect(await expireConsents(relay.ctx)).toBe(5);
    } finally {
      relay.ctx.store.write = write;
    }
    expect(await events(other)).toContain('answer ConsentExpired');
    const [session] = await relay.ctx.store.read.sessionsOf(asleep.conversationId);
    expect(session?.expiresAt).toBeLessThan(now);
  });

  it('that was withdrawn or given anew does not run out at the old time', async () => {
    const [withdrawn, renewed] = [await startVisitor(relay), await startVisitor(relay)];
    const act = decisionOf(withdrawn);
    const { actId, control, action, clientTime, viewport } = act;
    const taken = await post(relay, '/api/consents/withdraw', {
      session: withdrawn.session,
      actId,
      control,
      action,
      clientTime,
      viewport,
    });
    expect(taken.status).toBe(200);
    await post(relay, '/api/consents/decide', decisionOf(renewed, { granted: true }));
    now += DAY / 2;
    await post(relay, '/api/consents/decide', decisionOf(renewed, { granted: true }));
    now += 180 * DAY - DAY / 2;
    expect(await expireConsents(relay.ctx)).toBe(0);
    now += DAY / 2;
    expect(await expireConsents(relay.ctx)).toBe(1);
    expect(await events(withdrawn)).not.toContain('answer ConsentExpired');
    expect((await events(renewed)).slice(2)).toEqual([
      'persistence ConsentGiven',
      'persistence RenewedConsentGiven',
      'persistence ConsentExpired',
    ]);
  });

  it('is expired by the relay without being asked', async () => {
    const visitor = await startVisitor(relay);
    const socket = await visitor.connect();
    dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 0 }));
    socket.close();
    now += 360 * DAY;
    const next = await startTestRelay({ dataDir: relay.dataDir, overrides: { clock: () => now, store: relay.ctx.store } });
    await waitFor(async () => (await events(visitor)).includes('answer ConsentExpired'), 'the relay to look by itself');
    await next.close();
  });
});
