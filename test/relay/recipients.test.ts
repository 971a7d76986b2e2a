import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { Delivering } from '../../server/webhooks/deliver.ts';
import { signatureOf } from '../../server/webhooks/secret.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/limits.ts';
import { noticeHash, plainDoc } from '../../shared/notice.ts';
import type { ToldView, WebhookAdded, WebhookShelf } from '../../shared/webhooks.ts';
import { signIn } from '../support/agent.ts';
import { runCli, startRelayProcess } from '../support/cli.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { noticeWithThirdParty } from '../support/notices.ts';
import { freePort } from '../support/ports.ts';
import { createDatabase } from '../support/postgres.ts';
import { addRecipient, bytesOfSecret, isGenuine, type Recipient, startRecipient } from '../support/recipient.ts';
import { newDataDir, startTestRelay, type TestRelay } from '../support/start-relay.ts';
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
const visitorIdOf = async ({ conversationId }: TestVisitor): Promise<string> =>
  (await relay.ctx.store.read.conversation(conversationId))?.visitorId ?? '';
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

describe('[PR-46] a withdrawal', () => {
  it('is told to every recipient at once: signed, with ids and codes, and nothing that anybody wrote', async () => {
    const { secret } = await subscribe();
    const visitor = await startVisitor(relay, { name: 'Canary Name', email: 'canary@example.ie' });
    await withdraw(visitor);
    await received(1);
    const [delivered] = recipient.received;
    if (!delivered) throw new Error('nothing came');
    expect(isGenuine(secret, delivered)).toBe(true);
    expect(isGenuine(`${secret.slice(0, -4)}AAA=`, delivered)).toBe(false);
    expect(delivered.seconds).toBe(Math.floor(now / SECOND));
    expect(delivered.payload).toEqual({
      type: 'consent.withdrawn',
      timestamp: new Date(now).toISOString(),
      data: {
        site: 'demo',
        subject: await visitorIdOf(visitor),
        conversations: [visitor.conversationId],
        purposes: ['answer', 'news'],
      },
    });
    const { request, session } = visitor;
    for (const text of ['Canary Name', 'canary@example.ie', request.message.body, session, '127.0.0.1', 'shop.example'])
      expect(delivered.body).not.toContain(text);
    // Of an address that was confirmed nothing is left to send; of the log, ids and a status.
    await waitFor(async () => (await shelf()).deliveries[0]?.state === 'confirmed', 'the confirmation');
    expect(dumpTables(relay).webhook_delivery).toMatchObject([{ payload_sealed: null, attempts: 1, last_outcome: '200' }]);
    const said = relay.logs.join('\n');
    expect(said).toContain(delivered.id);
    for (const text of [secret, recipient.url, delivered.payload.data.subject ?? '', 'Canary Name'])
      expect(said).not.toContain(text);
  });

  it('of one purpose is told too, and only once', async () => {
    await subscribe();
    const visitor = await startVisitor(relay);
    const decision = decisionOf(visitor, { purpose: 'news', granted: false });
    await post(relay, '/api/consents/decide', decision);
    await post(relay, '/api/consents/decide', decision);
    // Refused again: there is nothing to take back.
    await post(relay, '/api/consents/decide', decisionOf(visitor, { purpose: 'news', granted: false }));
    await received(1);
    await tick();
    expect(recipient.received.map(({ payload }) => payload.data.purposes)).toEqual([['news']]);
  });

  it('reaches a recipient who was down for 24 hours, once it is back, as often as it takes and in order', async () => {
    await subscribe();
    const visitor = await startVisitor(relay);
    recipient.answerWith(500);
    await post(relay, '/api/consents/decide', decisionOf(visitor, { purpose: 'news', granted: false }));
    now += SECOND;
    await withdraw(visitor);
    await received(1);
    for (let hour = 0; hour < 24; hour++) {
      now += HOUR;
      await tick();
    }
    const tried = recipient.received.length;
    expect(tried).toBeGreaterThan(6);
    // Everything that was tried is the first: what came after it waits for it.
    expect(new Set(recipient.received.map(({ id }) => id)).size).toBe(1);
    expect((await shelf()).deliveries.map(({ state, lastOutcome }) => [state, lastOutcome])).toEqual([
      ['waiting', null],
      ['waiting', '500'],
    ]);
    recipient.answerWith(200);
    now += 7 * HOUR;
    await waitFor(async () => (await shelf()).deliveries.every(({ state }) => state === 'confirmed'), 'both to be confirmed');
    const after = recipient.received.slice(tried);
    expect(after.map(({ payload }) => payload.data.purposes)).toEqual([['news'], ['answer']]);
    expect(after[0]?.id).toBe(recipient.received[0]?.id);
    // The time of the try is new, what it tells of is not.
    expect(after[0]?.seconds).toBe(Math.floor(now / SECOND));
    expect(after[0]?.payload.timestamp).toBe(recipient.received[0]?.payload.timestamp);
  }, 60_000);

  it('is told of a purpose to those who get data for it, and to no other', async () => {
    const doc = plainDoc(noticeWithThirdParty());
    const site = await relay.ctx.store.read.siteByKey('demo');
    const notice = { hash: noticeHash(doc), siteId: site?.id ?? '', version: 2, locale: 'en', doc, publishedAt: now };
    await relay.ctx.store.write((tx) => tx.insertNotice(notice));
    const [mailer, host] = [
      await subscribe({ recipient: 'Paperboat Mail, Cork', url: `${recipient.url}/mailer` }),
      await subscribe({ url: `${recipient.url}/host` }),
    ];
    expect([mailer, host].map(({ webhook }) => webhook.unnamedIn)).toEqual([[], []]);
    const visitor = await startVisitor(relay);
    await post(relay, '/api/consents/decide', decisionOf(visitor));
    await post(relay, '/api/consents/decide', decisionOf(visitor, { granted: false, nextSession: 'n'.repeat(43) }));
    await post(
      relay,
      '/api/consents/decide',
      decisionOf({ ...visitor, session: 'n'.repeat(43) }, { purpose: 'news', granted: false }),
    );
    await received(3);
    await tick();
    const told = recipient.received.map(({ payload }, at) => [recipient.paths[at], payload.data.purposes]);
    expect(told).toHaveLength(3);
    expect(told).toContainEqual(['/hook/mailer', ['news']]);
    expect(told).toContainEqual(['/hook/host', ['persistence']]);
    expect(told).toContainEqual(['/hook/host', ['news']]);
  });
});

describe('[PR-53] what was put right', () => {
  it('is told by the name of the field, never by what stands in it', async () => {
    await subscribe();
    const visitor = await startVisitor(relay, { name: 'Before', email: 'before@example.ie' });
    const form = { session: visitor.session, name: 'After', email: 'before@example.ie' };
    await post(relay, '/api/privacy/rectify', form);
    await post(relay, '/api/privacy/rectify', form);
    await received(1);
    await tick();
    expect(recipient.received.map(({ payload }) => [payload.type, payload.data.fields])).toEqual([['data.rectified', ['name']]]);
    for (const text of ['Before', 'After', 'before@example.ie']) expect(recipient.received[0]?.body).not.toContain(text);
  });
});

describe('[PR-54] an erasure', () => {
  it('is told, kept sealed until it is confirmed, and then nothing of the person is left', async () => {
    await subscribe();
    const visitor = await startVisitor(relay);
    const subject = await visitorIdOf(visitor);
    recipient.answerWith(503);
    await post(relay, '/api/privacy/rectify', { session: visitor.session, name: 'Other', email: null });
    await received(1);
    const { body } = await post<{ certificate: { erasure_id: string }; told: string[] }>(relay, '/api/privacy/erase', {
      session: visitor.session,
    });
    expect(body.told).toEqual(['Harbour Hosting']);
    // What was to be told before is not told any more; what is left stands sealed, and names nobody on the disk.
    expect(dumpTables(relay).webhook_delivery).toMatchObject([{ event: 'visitor.erased', visitor_id: null, confirmed_at: null }]);
    expect(textsOnDisk(relay, [subject, visitor.conversationId])).toEqual([]);
    const told = async () => {
      owner = await signIn(relay);
      return (await get<{ told: ToldView[] }>(relay, `${DESK}/erasures/demo/${body.certificate.erasure_id}`, owner)).body.told;
    };
    expect(await told()).toMatchObject([{ recipient: 'Harbour Hosting', state: 'waiting', confirmedAt: null }]);
    recipient.answerWith(204);
    now += HOUR;
    await waitFor(async () => (await told())[0]?.state === 'confirmed', 'the confirmation');
    const { payload } = recipient.received.at(-1) ?? {};
    expect(payload?.type).toBe('visitor.erased');
    expect(payload?.data).toEqual({
      site: 'demo',
      subject,
      conversations: [visitor.conversationId],
      erasure: body.certificate.erasure_id,
    });
    expect(dumpTables(relay).webhook_delivery).toMatchObject([{ payload_sealed: null, visitor_id: null }]);
    expect((await get(relay, `${DESK}/erasures/demo/none`, owner)).status).toBe(404);
  });

  it('that a recipient takes to do later is asked for daily, until the recipient says by its signature that it is done', async () => {
    const { secret } = await subscribe();
    const visitor = await startVisitor(relay);
    recipient.answerWith(202);
    await post(relay, '/api/privacy/erase', { session: visitor.session });
    await received(1);
    await waitFor(async () => (await shelf()).deliveries[0]?.state === 'accepted', 'it to be taken');
    now += 23 * HOUR;
    await tick();
    expect(recipient.received).toHaveLength(1);
    now += 2 * HOUR;
    await received(2);
    const id = recipient.received[0]?.id ?? '';
    expect(recipient.received[1]?.id).toBe(id);
    const confirm = (body: string, signedWith = secret, at = now) => {
      const seconds = Math.floor(at / SECOND);
      const signature = signatureOf(bytesOfSecret(signedWith), 'c1', seconds, body);
      const headers = { 'webhook-id': 'c1', 'webhook-timestamp': `${seconds}`, 'webhook-signature': signature, origin: null };
      return post(relay, '/webhooks/confirm', body, headers);
    };
    const body = JSON.stringify({ id });
    expect((await confirm(body, `whsec_${'A'.repeat(43)}=`)).status).toBe(404);
    expect((await confirm(body, secret, now - HOUR)).status).toBe(400);
    expect((await confirm('{"id":1}')).status).toBe(400);
    expect((await confirm(JSON.stringify({ id: visitor.conversationId }))).status).toBe(404);
    expect((await shelf()).deliveries[0]?.state).toBe('accepted');
    expect((await confirm(body)).status).toBe(204);
    expect((await confirm(body)).status).toBe(204);
    expect((await shelf()).deliveries[0]).toMatchObject({ state: 'confirmed', nextAt: null, confirmedAt: now });
  });

  it('by a command beside the relay is told by the relay that runs next, also after a kill in the middle of it', async () => {
    const dataDir = newDataDir();
    try {
      const first = await startTestRelay({ dataDir, env: LOOPBACK });
      const visitor = await startVisitor(first);
      await addRecipient(first, null, { url: recipient.url });
      await first.close();
      const erased = await runCli(['erase', visitor.conversationId], { PARLEY_DATA: dataDir });
      expect([erased.status, erased.stderr]).toEqual([0, expect.stringContaining('Harbour Hosting')]);
      expect(recipient.received).toEqual([]);
      // It gets as far as the recipient, and dies there.
      recipient.answerBy(() => undefined);
      const killed = await startRelayProcess(await freePort(), { PARLEY_DATA: dataDir, ...LOOPBACK });
      await received(1);
      const row = (dumpTables({ dataDir }).webhook_delivery ?? [])[0] as { claimed_until: number };
      expect(row.claimed_until).toBeGreaterThan(Date.now());
      killed.child.kill('SIGKILL');
      await killed.finished;
      recipient.answerWith(200);
      const again = await startTestRelay({ dataDir, env: LOOPBACK, overrides: { clock: () => Date.now() + 2 * MINUTE } });
      await received(2);
      await waitFor(
        async () => typeof (await again.ctx.store.read.webhooks.newest(1))[0]?.confirmedAt === 'number',
        'the confirmation',
      );
      await again.close();
      // Twice, and under one id: whoever gets it knows that it is the same.
      expect(new Set(recipient.received.map(({ id }) => id)).size).toBe(1);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 60_000);
});

describe('several relays on one database', () => {
  it('send nothing twice', async () => {
    const database = await createDatabase();
    const env = { ...LOOPBACK, DATABASE_URL: database.url, PARLEY_MASTER_KEY: 'ab'.repeat(32) };
    const [one, two] = [await startTestRelay({ env }), await startTestRelay({ env })];
    try {
      const urls = [recipient.url, `${recipient.url}/second`];
      for (const url of urls) await addRecipient(one, null, { url });
      const visitors = await Promise.all(Array.from({ length: 8 }, () => startVisitor(one)));
      const decide = (visitor: TestVisitor, granted: boolean) =>
        post(one, '/api/consents/decide', decisionOf(visitor, { purpose: 'news', granted }));
      for (let round = 0; round < 3; round++)
        for (const granted of [false, true]) await Promise.all(visitors.map((visitor) => decide(visitor, granted)));
      await waitFor(() => recipient.received.length >= 8 * 3 * 2, 'all of them', { timeoutMs: 20_000 });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const ids = recipient.received.map(({ id }) => id);
      expect([ids.length, new Set(ids).size]).toEqual([48, 48]);
      for (const path of ['/hook', '/hook/second'])
        for (const { conversationId } of visitors) {
          const times = recipient.received
            .filter((_, at) => recipient.paths[at] === path)
            .filter(({ payload }) => payload.data.conversations?.[0] === conversationId)
            .map(({ payload }) => payload.timestamp);
          expect(times).toHaveLength(3);
          expect(times).toEqual(times.toSorted());
        }
    } finally {
      await Promise.all([one.close(), two.close()]);
      await database.drop();
    }
  }, 60_000);
});

describe('a recipient who does not answer', () => {
  let hanging: Recipient;
  beforeAll(async () => {
    hanging = await startRecipient();
    hanging.answerBy(() => undefined);
  });
  afterAll(() => hanging?.close());

  it('holds up no other', async () => {
    await subscribe({ url: hanging.url });
    await subscribe();
    const began = Date.now();
    await withdraw(await startVisitor(relay));
    await received(1);
    await waitFor(() => hanging.received.length > 0, 'the other to be asked too');
    expect(Date.now() - began).toBeLessThan(8000);
    await eraseVisitor(
      relay.ctx,
      { conversationId: (await startVisitor(relay)).conversationId },
      { actor: { kind: 'operator' }, reason: 'request' },
    );
    await received(2);
  });
});
