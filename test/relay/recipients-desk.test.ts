import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Delivering } from '../../server/webhooks/deliver.ts';
import { HOUR, SECOND } from '../../shared/limits.ts';
import type { DeliveryView, WebhookAdded, WebhookShelf } from '../../shared/webhooks.ts';
import { addAgent, signIn } from '../support/agent.ts';
import { runCli } from '../support/cli.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { addRecipient, bytesOfSecret, type Recipient, startRecipient } from '../support/recipient.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const LOOPBACK = { PARLEY_WEBHOOKS_LOOPBACK: '1' };
const DESK = '/api/agent/privacy/webhooks';

let relay: TestRelay;
let recipient: Recipient;
let owner: { cookie: string };
let now: number;

beforeEach(async () => {
  now = Date.now();
  recipient = await startRecipient();
  relay = await startTestRelay({ env: LOOPBACK, overrides: { clock: () => now } });
  owner = await signIn(relay);
});
afterEach(async () => {
  await relay?.close();
  await recipient?.close();
});

const subscribe = (change: Parameters<typeof addRecipient>[2] = {}): Promise<WebhookAdded> =>
  addRecipient(relay, owner, { url: recipient.url, ...change });
const shelf = async (): Promise<WebhookShelf> => {
  // The passed-in clock may have left the session behind.
  owner = await signIn(relay);
  return (await get<WebhookShelf>(relay, DESK, owner)).body;
};
const received = (count: number) => waitFor(() => recipient.received.length >= count, `${count} deliveries`);
const withdraw = (visitor: TestVisitor) => {
  const { actId } = decisionOf(visitor);
  const act = { control: 'privacy.withdraw', action: 'click', clientTime: null, viewport: 'desktop' };
  return post(relay, '/api/consents/withdraw', { session: visitor.session, actId, ...act });
};
/** Looks as the relay does each second, and waits for what comes of it. */
async function tick(): Promise<void> {
  const delivering = new Delivering(relay.ctx, { mayLoopback: true });
  await delivering.look();
  await delivering.settled();
}

describe('the desk of recipients', () => {
  const act = async (name: string, id: string, who = owner) => post<WebhookShelf>(relay, `${DESK}/${name}`, { id }, who);
  const newest = async (): Promise<DeliveryView | undefined> => (await shelf()).deliveries[0];

  it('is for owners and whoever looks after privacy, and for nobody else', async () => {
    const { webhook } = await subscribe();
    const agent = { name: 'Ada', email: 'ada@example.org', password: 'a quiet harbour at six' };
    await addAgent(relay, agent);
    const privacy = { name: 'Bo', email: 'bo@example.org', password: 'a quiet harbour at nine', role: 'privacy' as const };
    await addAgent(relay, privacy);
    const cookieOf = async (one: typeof agent) => ({ cookie: (await signIn(relay, one)).cookie });
    const [other, officer] = [await cookieOf(agent), await cookieOf(privacy)];
    expect((await get(relay, DESK, officer)).status).toBe(200);
    expect((await get(relay, DESK, other)).status).toBe(403);
    expect((await get(relay, DESK)).status).toBe(401);
    for (const name of ['pause', 'resume', 'remove', 'test']) {
      expect((await act(name, webhook.id, other)).status).toBe(403);
      expect((await post(relay, `${DESK}/${name}`, { id: webhook.id })).status).toBe(401);
    }
    const request = { site: 'demo', recipient: 'x', url: recipient.url, events: ['visitor.erased'] };
    expect((await post(relay, `${DESK}/add`, request, other)).status).toBe(403);
    expect((await shelf()).webhooks).toMatchObject([{ id: webhook.id, pausedAt: null }]);
  });

  it('shows a secret once, and keeps it sealed', async () => {
    const { webhook, secret } = await subscribe();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify(await shelf())).not.toContain(secret.slice(6));
    const files = dumpTables(relay).webhook as { secret_sealed: Buffer }[];
    expect(files[0]?.secret_sealed.includes(bytesOfSecret(secret))).toBe(false);
    expect(textsOnDisk(relay, [secret, secret.slice(6)])).toEqual([]);
    expect(relay.logs.join('\n')).not.toContain(secret.slice(6));
    const [line] = await relay.ctx.store.read.audit.of(webhook.id);
    expect(line).toMatchObject({ action: 'webhook.added', object: webhook.id, agentId: expect.any(String) });
  });

  it('takes no address that is not https, names a user, or is none', async () => {
    const refused = [
      ['http://recipient.example/hook', 'not_https'],
      ['ftp://recipient.example/hook', 'not_https'],
      ['recipient.example', 'not_https'],
      ['https://user:secret@recipient.example/', 'has_user'],
      ['https://recipient.example/#here', 'has_fragment'],
    ];
    for (const [url, why] of refused) {
      const request = { site: 'demo', recipient: 'x', url, events: ['visitor.erased'] };
      const reply = await post(relay, `${DESK}/add`, request, owner);
      expect([reply.status, reply.body.error.fields]).toEqual([400, { url: why }]);
    }
    const strict = await startTestRelay();
    const { cookie } = await signIn(strict);
    const local = await post(
      strict,
      `${DESK}/add`,
      { site: 'demo', recipient: 'x', url: recipient.url, events: ['visitor.erased'] },
      { cookie },
    );
    expect(local.status).toBe(400);
    await strict.close();
    expect((await shelf()).webhooks).toEqual([]);
  });

  it('sends a test that is about nobody, holds what is paused, and lets go of what is removed', async () => {
    const { webhook } = await subscribe();
    expect((await act('test', webhook.id)).status).toBe(200);
    await received(1);
    expect(recipient.received[0]?.payload).toEqual({
      type: 'webhook.test',
      timestamp: new Date(now).toISOString(),
      data: { site: 'demo' },
    });
    await waitFor(async () => (await newest())?.state === 'confirmed', 'the test to be confirmed');
    await act('pause', webhook.id, owner);
    const visitor = await startVisitor(relay);
    await post(relay, '/api/consents/decide', decisionOf(visitor, { purpose: 'news', granted: false }));
    now += HOUR;
    await tick();
    expect(recipient.received).toHaveLength(1);
    expect((await shelf()).webhooks).toMatchObject([{ waiting: 1, pausedAt: expect.any(Number) }]);
    await act('resume', webhook.id, owner);
    await received(2);
    recipient.answerWith(500);
    await post(relay, '/api/privacy/rectify', { session: visitor.session, name: 'Other', email: null });
    await received(3);
    await waitFor(async () => (await newest())?.lastOutcome === '500', 'the refusal');
    const waiting = await newest();
    recipient.answerWith(200);
    // It need not wait out its pause.
    now += 31 * SECOND;
    expect((await post(relay, `${DESK}/deliveries/retry`, { id: waiting?.id }, owner)).status).toBe(200);
    await received(4);
    await waitFor(async () => (await newest())?.state === 'confirmed', 'the second try');
    expect((await post(relay, `${DESK}/deliveries/retry`, { id: waiting?.id }, owner)).status).toBe(409);
    recipient.answerWith(500);
    await withdraw(visitor);
    await received(5);
    expect((await act('remove', webhook.id, owner)).body.webhooks).toEqual([]);
    expect((await newest())?.state).toBe('dropped');
    expect((await act('resume', webhook.id, owner)).status).toBe(404);
    now += 24 * HOUR;
    await tick();
    expect(recipient.received).toHaveLength(5);
    const actions = (await relay.ctx.store.read.audit.of(webhook.id)).map(({ action }) => action);
    expect(actions.sort()).toEqual(
      ['added', 'tested', 'paused', 'resumed', 'retried', 'removed'].map((name) => `webhook.${name}`).sort(),
    );
  }, 60_000);

  it('[PR-05] says which recipient the notice in force does not name, and so does parley doctor', async () => {
    const { webhook } = await subscribe({ recipient: 'Nobody Knows Ltd' });
    expect(webhook.unnamedIn).toEqual(['en']);
    now += 1;
    await subscribe();
    const { sites, webhooks } = await shelf();
    expect(sites).toMatchObject([{ key: 'demo', recipients: ['Harbour Hosting'] }]);
    expect(webhooks.map(({ unnamedIn }) => unnamedIn)).toEqual([['en'], []]);
    const { stdout } = await runCli(['doctor'], { PARLEY_DATA: relay.dataDir });
    expect(stdout).toContain('note   demo (en): Nobody Knows Ltd is told by webhook, and notice 1 does not name them.');
    expect(stdout).not.toContain('Harbour Hosting is told');
  });
});
