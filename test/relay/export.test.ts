import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { publicKeys } from '../../server/ledger/signing.ts';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { exportOf } from '../../server/privacy/export.ts';
import { zipOf } from '../../server/privacy/zip.ts';
import { receiptFault } from '../../server/receipts/verify-receipt.ts';
import { escapeHtml } from '../../server/sites/loader.ts';
import { visitorExport } from '../../shared/export.ts';
import { newId } from '../../shared/ids.ts';
import { noticeHash } from '../../shared/notice.ts';
import { addAgent, connectAgent } from '../support/agent.ts';
import { archiveOf, takeExport, unzip } from '../support/archive.ts';
import { get, post } from '../support/http.ts';
import { askAsAgent, askAsVisitor, dataOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor } from '../support/visitor.ts';

/** What would do harm in a page that did not take it for text. */
const MARKUP = [
  '<script>alert(1)</script>',
  '</p></div></main><script src=//evil.example></script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '"><iframe srcdoc="<script>alert(1)</script>">',
  "' onmouseover='alert(1)",
  '<a href="javascript:alert(1)">here</a>',
  '</style><style>*{display:none}</style>',
  '<!-- <plaintext>',
  '&lt;b&gt; &amp; {site} ${1} \u202etxt.exe',
  '<math><mtext></math><b>Ünïcödé 👩‍👩‍👧 việt</b>',
];

let relay: TestRelay;

beforeAll(async () => {
  relay = await startTestRelay();
});
afterAll(() => relay?.close());

describe('[PR-50] the archive of a visitor', () => {
  it('is one ZIP that another reader opens: a page to read, a file for machines, and what proves it', async () => {
    const visitor = await startVisitor(relay);
    await post(relay, '/api/consents/decide', decisionOf(visitor, { granted: false }));
    const { token, texts } = await archiveOf(relay, visitor.session);
    const { noticeHash: hash, actId } = visitor.request;
    const names = [...texts.keys()];
    expect([names.length, names.slice(0, 2)]).toEqual([5, ['index.html', 'export.json']]);
    expect(names).toEqual(expect.arrayContaining([`receipts/${actId}.json`, `notices/${hash}.html`]));
    const { status, headers } = await takeExport(relay, token);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'application/zip', 'no-store']);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="?parley-\d{4}-\d\d-\d\d\.zip"?$/);
    const notice = texts.get(`notices/${hash}.html`) ?? '';
    expect(notice).toContain('I agree that Northwind Books uses what I write to answer me.');
    // Read from the file alone: nothing is fetched, nothing runs.
    for (const page of [notice, texts.get('index.html') ?? '']) expect(page).not.toMatch(/<script|<link|@import|\ssrc=|url\(/);
  });

  it('fits the schema that the relay publishes, and what does not is told', async () => {
    const visitor = await startVisitor(relay);
    await post(relay, '/api/consents/decide', decisionOf(visitor));
    const { data } = await archiveOf(relay, visitor.session);
    const published = await get<Parameters<typeof z.fromJSONSchema>[0]>(relay, '/.well-known/parley-export-schema.json');
    expect([published.status, published.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('application/schema+json'),
    ]);
    // By the published words, not by the code that they were made of.
    const schema = z.fromJSONSchema(published.body);
    expect(schema.safeParse(data).error).toBeUndefined();
    const [talk] = data.conversations;
    for (const wrong of [
      { ...data, schema: 'parley-export/2' },
      { ...data, more: 1 },
      { ...data, evidence: undefined },
      { ...data, made: 'yesterday' },
      { ...data, conversations: [{ ...talk, messages: [{ ...talk?.messages[0], portable: 'yes' }] }] },
    ])
      expect(schema.safeParse(JSON.parse(JSON.stringify(wrong))).success).toBe(false);
    // There and back: a reader of the schema loses nothing.
    expect(visitorExport.parse(data)).toEqual(data);
  });

  it('proves itself: each receipt holds by the published keys, each notice has its hash, and no link to withdraw is in it', async () => {
    const visitor = await startVisitor(relay);
    await post(relay, '/api/consents/decide', decisionOf(visitor));
    const { token, data, texts } = await archiveOf(relay, visitor.session);
    const keys = await publicKeys(relay.ctx.store.read);
    const receipts = [...new Set(data.consents.map(({ receipt }) => receipt))];
    expect(receipts).toHaveLength(2);
    for (const name of receipts) expect(receiptFault(JSON.parse(texts.get(name) ?? '""'), keys)).toBeNull();
    for (const { notice, document } of data.about) {
      expect(noticeHash(document)).toBe(notice.hash);
      expect(texts.has(notice.file)).toBe(true);
    }
    for (const text of texts.values()) for (const secret of [token, visitor.session]) expect(text).not.toContain(secret);
  });

  it('has every act, also where there are more than a page shows', async () => {
    const visitor = await startVisitor(relay);
    for (let at = 0; at < 110; at++) await post(relay, '/api/consents/decide', decisionOf(visitor, { granted: at % 2 === 0 }));
    const { data, texts } = await archiveOf(relay, visitor.session);
    const acts = new Set((await relay.ctx.store.read.consentEventsOf(visitor.conversationId)).map(({ actId }) => actId));
    expect(acts.size).toBeGreaterThan(50);
    expect(new Set(data.consents.map(({ event }) => event.act_id))).toEqual(acts);
    expect([...texts.keys()].filter((name) => name.startsWith('receipts/'))).toHaveLength(acts.size);
  });

  it('has every message, also where there are more than are read at a time', async () => {
    const visitor = await startVisitor(relay);
    const socket = await visitor.connect();
    const bodies = Array.from({ length: 1001 }, (_, n) => `Line ${n}`);
    await Promise.all(bodies.map(async (body) => dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body }))));
    socket.close();
    const { data } = await archiveOf(relay, visitor.session);
    const messages = data.conversations.flatMap((talk) => talk.messages);
    expect(messages.map(({ number }) => number)).toEqual(Array.from({ length: 1002 }, (_, n) => n + 1));
    expect(new Set(messages.slice(1).map(({ text }) => text))).toEqual(new Set(bodies));
  });

  it('marks as portable what the visitor gave, and nothing else', async () => {
    const visitor = await startVisitor(relay, { name: 'Aoife' });
    const agent = await connectAgent(relay);
    const { conversationId } = visitor;
    dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'Yes.' }));
    agent.socket.close();
    const { data } = await archiveOf(relay, visitor.session);
    expect(data.form.map(({ field, value, portable }) => [field, value, portable])).toEqual([
      ['name', 'Aoife', true],
      ['email', 'aoife@example.ie', true],
    ]);
    const messages = data.conversations.flatMap((talk) => talk.messages);
    expect(messages.map(({ author, text, portable }) => [author, text, portable])).toEqual([
      ['visitor', 'Do you have The Tide Almanac?', true],
      ['agent', 'Yes.', false],
    ]);
    const others = [data.consents, data.evidence, data.sessions, data.receipt_links, data.access, data.conversations].flat();
    expect(new Set(others.map(({ portable }) => portable))).toEqual(new Set([false]));
  });

  it('shows whatever was written as text: markup of either side changes nothing of the page', async () => {
    const visitor = await startVisitor(relay, { name: MARKUP[0] ?? '', message: { id: newId(), body: MARKUP[0] ?? '' } });
    const { conversationId } = visitor;
    const [agent, socket] = await Promise.all([connectAgent(relay), visitor.connect()]);
    for (const body of MARKUP) {
      dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body }));
      dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body }));
    }
    socket.close();
    agent.socket.close();
    const { data, texts } = await archiveOf(relay, visitor.session);
    expect(data.conversations[0]?.messages.map(({ text }) => text)).toEqual([
      MARKUP[0],
      ...MARKUP.flatMap((body) => [body, body]),
    ]);
    const page = texts.get('index.html') ?? '';
    const shown = [...page.matchAll(/<p class="text" dir="auto">([^<]*)<\/p>/g)].map(([, text]) => text);
    expect(shown).toEqual(data.conversations[0]?.messages.map(({ text }) => escapeHtml(text)));
    expect(page).toContain(`<span class="text" dir="auto">${escapeHtml(MARKUP[0] ?? '')}</span>`);
    const tags = new Set([...page.matchAll(/<\/?([a-z!][\w-]*)/gi)].map(([, name]) => name));
    for (const tag of ['script', 'img', 'svg', 'iframe', 'math', 'plaintext', '!--']) expect(tags).not.toContain(tag);
    expect(page.match(/<style>/g)).toHaveLength(2);
  });

  it('packs much as well as little, byte for byte, in names and times of its own', async () => {
    const at = Date.UTC(2026, 10, 25, 4, 16, 30);
    const long = Array.from({ length: 60_000 }, (_, n) => `${n} việt 👩‍👩‍👧 ${n * 7919}`).join('\n');
    const zip = Buffer.from(
      await zipOf(
        [
          { name: 'kurz/ü.txt', body: 'ü' },
          { name: 'long.txt', body: long },
          { name: 'none', body: '' },
        ],
        at,
      ),
    );
    expect([...unzip(zip)].map(([name, body]) => [name, body.toString('utf8')])).toEqual([
      ['kurz/ü.txt', 'ü'],
      ['long.txt', long],
      ['none', ''],
    ]);
    // Bit 11 says that a name is UTF-8; the time is that of the clock, in UTC, by two seconds.
    const entry = zip.indexOf(Buffer.from('PK\x01\x02'));
    expect(zip.readUInt16LE(entry + 8) & 0x0800).toBe(0x0800);
    const [time, date] = [zip.readUInt16LE(entry + 12), zip.readUInt16LE(entry + 14)];
    expect([(date >> 9) + 1980, (date >> 5) & 15, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2]).toEqual([
      2026, 11, 25, 4, 16, 30,
    ]);
    expect(() => unzip(Buffer.from(zip).fill(7, 200, 210))).toThrow();
  });
});

describe('[PR-49] whose it is', () => {
  it('is one visitor’s: nothing of another, and of the staff no name, address or id', async () => {
    const agentId = await addAgent(relay, {
      name: 'Saoirse Quill',
      email: 'saoirse@desk.example',
      password: 'correct horse battery',
      role: 'privacy',
    });
    const [one, two] = await Promise.all([
      startVisitor(relay, { name: 'Ada One', email: 'ada@one.example', message: { id: newId(), body: 'Tell me of ONE-CANARY' } }),
      startVisitor(relay, { name: 'Bea Two', email: 'bea@two.example', message: { id: newId(), body: 'Tell me of TWO-CANARY' } }),
    ]);
    const agent = await connectAgent(relay, { email: 'saoirse@desk.example', password: 'correct horse battery' });
    for (const { conversationId } of [one, two]) {
      dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: 'Gladly.' }));
      dataOf(await askAsAgent(agent.socket, 'ip:reveal', { conversationId }));
    }
    agent.socket.close();
    await archiveOf(relay, two.session);
    const { texts, data } = await archiveOf(relay, one.session);
    const all = [...texts.entries()].flat().join('\n');
    for (const own of ['Ada One', 'ada@one.example', 'ONE-CANARY', one.conversationId, one.request.actId])
      expect(all).toContain(own);
    const other = await relay.ctx.store.read.conversation(two.conversationId);
    for (const foreign of ['Bea Two', 'bea@two.example', 'TWO-CANARY', two.conversationId, two.request.actId, other?.visitorId])
      expect(all).not.toContain(foreign);
    for (const name of ['Saoirse', 'saoirse@desk.example', agentId]) expect(all).not.toContain(name);
    // Of the looks at it: what kind, how often, and when last.
    expect(data.access).toEqual([
      { kind: 'ip.reveal', by: 'agent', times: 1, last: expect.any(String), portable: false },
      { kind: 'export.visitor', by: 'visitor', times: 1, last: expect.any(String), portable: false },
    ]);
  });

  it('is given for the token of a receipt’s link alone, after a withdrawal but not an erasure, and each time stands in the trail', async () => {
    const [visitor, other] = await Promise.all([startVisitor(relay), startVisitor(relay)]);
    const { token } = await archiveOf(relay, visitor.session);
    for (const wrong of [visitor.session, other.session, 'A'.repeat(43)])
      expect((await takeExport(relay, wrong)).status).toBe(404);
    expect((await takeExport(relay, 'short')).status).toBe(400);
    const elsewhere = await post(relay, '/api/receipts/export', { token }, { origin: 'https://evil.example' });
    expect([elsewhere.status, elsewhere.body]).toEqual([403, { error: { code: 'forbidden' } }]);
    const act = { actId: 'ab'.repeat(16), control: 'receipt.withdraw', action: 'click', viewport: 'desktop', clientTime: null };
    expect((await post(relay, '/api/receipts/withdraw', { token, ...act })).status).toBe(200);
    expect((await takeExport(relay, token)).status).toBe(200);
    const trail = await relay.ctx.store.read.audit.of(visitor.conversationId);
    expect(trail.map(({ action, agentId }) => [action, agentId])).toEqual([
      ['export.visitor', null],
      ['export.visitor', null],
    ]);
    expect(await relay.ctx.store.read.audit.of(other.conversationId)).toEqual([]);
    expect(relay.logs.some((line) => line.includes(token))).toBe(false);
    await eraseVisitor(relay.ctx, { conversationId: visitor.conversationId }, { actor: { kind: 'operator' }, reason: 'request' });
    expect((await takeExport(relay, token)).status).toBe(404);
  });

  it('is found by the pseudonym as well, and nobody’s is nobody’s', async () => {
    const visitor = await startVisitor(relay);
    const { data } = await archiveOf(relay, visitor.session);
    const files = await exportOf(relay.ctx, { visitorId: data.subject.pseudonym }, 'operator');
    const same = visitorExport.parse(JSON.parse(files.find(({ name }) => name === 'export.json')?.body ?? ''));
    expect([same.conversations, same.consents]).toEqual([data.conversations, data.consents]);
    expect(same.access.map(({ kind }) => kind)).toEqual(['export.operator', 'export.visitor']);
    await expect(exportOf(relay.ctx, { visitorId: 's_nobody' }, 'operator')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is counted with every other POST of an address', async () => {
    const busy = await startTestRelay({ limits: { postsPerAddress: { points: 3, windowMs: 60_000 } } });
    try {
      const visitor = await startVisitor(busy);
      const { token } = await archiveOf(busy, visitor.session);
      expect((await takeExport(busy, token)).status).toBe(429);
    } finally {
      await busy.close();
    }
  });
});
