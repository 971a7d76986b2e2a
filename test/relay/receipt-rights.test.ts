import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErasedForGood, NoticePeople, ReceiptLink, Receipts } from '../../shared/api.ts';
import { certificate } from '../../shared/erasure.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import { DAY, MINUTE } from '../../shared/limits.ts';
import { unzip } from '../support/archive.ts';
import { countRows } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { closedBy } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';

let relay: TestRelay;
let now = Date.now();

beforeAll(async () => {
  relay = await startTestRelay({
    overrides: { clock: () => now },
    limits: { rightsPerAddress: { points: 6, windowMs: MINUTE } },
    env: { PARLEY_TRUST_PROXY: '1' },
  });
});
afterAll(() => relay?.close());

/** Each test comes from a house of its own. */
let house = 0;
const from = (): { 'x-forwarded-for': string } => ({ 'x-forwarded-for': `198.51.100.${++house}` });
const linkOf = async ({ session }: TestVisitor): Promise<ReceiptLink> =>
  (await post<ReceiptLink>(relay, '/api/receipts', { session })).body;
const erase = (token: string, headers = from()) =>
  post<ErasedForGood & ErrorBody>(relay, '/api/receipts/erase', { token }, headers);

describe('[PR-54] [PR-52] by a receipt’s link', () => {
  it('everything is erased, the chat ends, the certificate is the answer, and no link to it opens anything any more', async () => {
    const [visitor, other] = await Promise.all([startVisitor(relay), startVisitor(relay)]);
    const [link, second] = [await linkOf(visitor), await linkOf(visitor)];
    const closed = closedBy(await visitor.connect(), 1000);
    const reply = await erase(link.token);
    await closed;
    expect(reply.status).toBe(200);
    expect(certificate.parse(reply.body.certificate)).toMatchObject({ by: 'visitor', reason: 'request' });
    expect(await relay.ctx.store.read.conversation(visitor.conversationId)).toBeNull();
    expect(await relay.ctx.store.read.conversation(other.conversationId)).not.toBeNull();
    for (const { token } of [link, second])
      for (const act of ['open', 'export', 'erase'])
        expect((await post(relay, `/api/receipts/${act}`, { token }, from())).status).toBe(404);
  });

  it('a guess erases nothing, is told nothing, and is soon refused for coming too often', async () => {
    const visitor = await startVisitor(relay);
    const link = await linkOf(visitor);
    const rows = countRows(relay);
    const house = from();
    const answers = await Promise.all([...'ABCDEFGH'].map((letter) => erase(letter.repeat(43), house)));
    expect(answers.map(({ status }) => status).sort()).toEqual([404, 404, 404, 404, 404, 404, 429, 429]);
    const refused = answers.find(({ status }) => status === 429)?.body.error;
    expect(refused).toEqual({ code: 'rate_limited', retryAfterSeconds: expect.any(Number) });
    expect(answers.find(({ status }) => status === 404)?.body).toEqual({ error: { code: 'not_found' } });
    expect(countRows(relay)).toEqual(rows);
    // Others are not in its way, and another act is not free of it.
    expect((await post(relay, '/api/receipts/export', { token: link.token }, house)).status).toBe(429);
    expect((await erase(link.token)).status).toBe(200);
  });
});

describe('[PR-49] from the chat itself', () => {
  it('everything is downloaded by its session, while it is open and after its end, and by nobody else’s', async () => {
    const visitor = await startVisitor(relay);
    const ask = (session: string | null) =>
      fetch(`${relay.origin}/api/privacy/export`, {
        method: 'POST',
        headers: { origin: relay.origin, 'content-type': 'application/json', ...from() },
        body: JSON.stringify({ session }),
      });
    const reply = await ask(visitor.session);
    expect([reply.status, reply.headers.get('content-type'), reply.headers.get('cache-control')]).toEqual([
      200,
      'application/zip',
      'no-store',
    ]);
    const files = unzip(Buffer.from(await reply.arrayBuffer()));
    const data = JSON.parse(Buffer.from(files.get('export.json') ?? '').toString('utf8'));
    expect(data.conversations[0].messages[0].text).toBe(visitor.request.message.body);
    expect(data.access).toEqual([expect.objectContaining({ kind: 'export.visitor', by: 'visitor', times: 1 })]);
    for (const session of [null, 'Z'.repeat(43)]) expect((await ask(session)).status).toBe(401);
    expect((await relay.ctx.store.read.conversation(visitor.conversationId))?.status).toBe('open');
  });
});

describe('[PR-45] who answers, and to whom', () => {
  it('is told under each notice and with each receipt, with the authority’s address where the notice has it', async () => {
    const visitor = await startVisitor(relay);
    const people = await get<NoticePeople>(relay, `/api/notice/${visitor.request.noticeHash}/people`);
    expect(people.body).toEqual({
      controller: { name: expect.any(String), address: expect.any(String), contact: expect.any(String) },
      officer: null,
      authority: { name: 'Data Protection Commission, Dublin', contact: 'https://www.dataprotection.ie' },
    });
    const { token } = await linkOf(visitor);
    const { authority, reading } = (await post<Receipts>(relay, '/api/receipts/open', { token })).body;
    expect([authority, reading]).toEqual([people.body.authority, 'open']);
    expect((await get(relay, `/api/notice/${'0'.repeat(64)}/people`)).status).toBe(404);
  });
});

describe('[PR-35] a visitor’s own look at the form', () => {
  const page = (path: string) => get(relay, path, { 'sec-fetch-site': 'same-origin' });

  it('opens by the address that comes with the receipt, for a day, for this conversation alone, and not after an erasure', async () => {
    const [visitor, other] = await Promise.all([startVisitor(relay), startVisitor(relay)]);
    const { token, shown } = await linkOf(visitor);
    expect((await post<Receipts>(relay, '/api/receipts/open', { token })).body.shown).toBe(shown);
    const [around, form] = [await page(shown ?? ''), await page(`${shown}/form`)];
    expect([around.status, form.status]).toEqual([200, 200]);
    expect(around.text).toContain(`src="${shown}/form"`);
    expect(form.text).not.toContain(visitor.request.message.body);
    // Signed for one conversation and one time: neither can be changed.
    const [id = '', until = ''] = (shown ?? '').split('/').at(-1)?.split('.') ?? [];
    for (const forged of [
      (shown ?? '').replace(id, other.conversationId),
      (shown ?? '').replace(until, String(Number(until) + DAY)),
      '/shown/by/anything',
    ])
      expect((await page(forged)).status).toBe(404);
    now += DAY + 1;
    expect((await page(shown ?? '')).status).toBe(404);
    const later = await linkOf(await startVisitor(relay));
    expect((await page(later.shown ?? '')).status).toBe(200);
    expect((await erase(later.token)).status).toBe(200);
    expect((await page(later.shown ?? '')).status).toBe(404);
  });
});
