import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { eraseMessage } from '../../server/privacy/erase-message.ts';
import { SUBJECT_TABLES } from '../../server/store/subject.ts';
import type { Certificate } from '../../shared/erasure.ts';
import type { BulkErased, BulkPreview, ErasureFilter, ErasureList, ErasurePreview } from '../../shared/erasures.ts';
import type { Message } from '../../shared/events.ts';
import { newId } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import { addAgent, signIn } from '../support/agent.ts';
import { dumpTables } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { secondConversation } from '../support/second-conversation.ts';
import { askAsVisitor, dataOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const PASSWORD = 'a quiet place by the sea';
let relay: TestRelay;
let cookie: string;
let agentCookie: string;
let now = 0;

beforeEach(async () => {
  now = Date.parse('2026-11-02T10:00:00Z');
  relay = await startTestRelay({ overrides: { clock: () => ++now } });
  await addAgent(relay, { name: 'Deirdre', email: 'dpo@shop.example', password: PASSWORD, role: 'privacy' });
  await addAgent(relay, { name: 'Ada', email: 'ada@shop.example', password: PASSWORD });
  await signInAgain();
});
afterEach(() => relay?.close());

async function signInAgain(): Promise<void> {
  cookie = (await signIn(relay, { email: 'dpo@shop.example', password: PASSWORD })).cookie;
  agentCookie = (await signIn(relay, { email: 'ada@shop.example', password: PASSWORD })).cookie;
}

const ask = async <T>(path: string, body: unknown, as = cookie) =>
  post<T>(relay, `/api/agent/erasures/${path}`, body, { cookie: as });
const preview = async (filter: Partial<ErasureFilter>) =>
  (await ask<BulkPreview>('many/preview', { filter: { site: 'demo', status: 'any', ...filter } })).body;
const isThere = async ({ conversationId }: TestVisitor) => (await relay.ctx.store.read.conversation(conversationId)) !== null;

/** Everything that is a visitor's. */
function people(): Record<string, unknown> {
  const all = dumpTables(relay);
  return Object.fromEntries(SUBJECT_TABLES.map((table) => [table, all[table]]));
}

/** One visitor each day, from 2 November on. */
async function visitorsOf(days: number): Promise<TestVisitor[]> {
  const visitors: TestVisitor[] = [];
  for (let day = 0; day < days; day += 1) {
    visitors.push(await startVisitor(relay));
    now += DAY;
  }
  await signInAgain();
  return visitors;
}

describe('erasing all who fit (PR-54)', () => {
  it('counts first and changes nothing, and then takes those who were counted and nobody else', async () => {
    const [one, two, three] = (await visitorsOf(3)) as [TestVisitor, TestVisitor, TestVisitor];
    const filter = { site: 'demo', status: 'any', lastBefore: '2026-11-04' } as const;
    const before = people();
    const counted = await preview(filter);
    expect(counted).toMatchObject({ visitors: 2, conversations: 2, open: 2 });
    expect(people()).toEqual(before);
    const { body } = await ask<BulkErased>('many', { filter, asOf: counted.asOf, expected: 2, reason: 'no_longer_needed' });
    expect([body.certificates.length, body.left]).toEqual([2, 0]);
    expect(body.certificates[0]).toMatchObject({ by: 'agent', reason: 'no_longer_needed', counts: { visitor: 1 } });
    expect([await isThere(one), await isThere(two), await isThere(three)]).toEqual([false, false, true]);
  });

  it('keeps a visitor of whose conversations one does not fit', async () => {
    const [one] = (await visitorsOf(1)) as [TestVisitor];
    const { visitorId, siteId } = (await relay.ctx.store.read.conversation(one.conversationId)) ?? { visitorId: '', siteId: '' };
    const old = await relay.ctx.store.read.conversation(one.conversationId);
    await relay.ctx.store.write(async (tx) => {
      await tx.updateConversation(one.conversationId, { status: 'closed', closedAt: now });
      if (old) await tx.insertConversation({ ...old, id: newId(now), visitorId, siteId, createdAt: now, lastAt: now });
    });
    expect((await preview({ lastBefore: '2026-11-03' })).visitors).toBe(0);
    expect(await preview({})).toMatchObject({ visitors: 1, conversations: 2, open: 1 });
  });

  it('goes by state and by the day of the beginning', async () => {
    const [one, two] = (await visitorsOf(3)) as [TestVisitor, TestVisitor, TestVisitor];
    await relay.ctx.store.write((tx) => tx.updateConversation(one.conversationId, { status: 'closed', closedAt: now }));
    await relay.ctx.store.write((tx) => tx.updateConversation(two.conversationId, { withdrawnAt: now }));
    expect((await preview({ status: 'ended' })).visitors).toBe(1);
    expect((await preview({ status: 'withdrawn' })).visitors).toBe(1);
    expect((await preview({ beganFrom: '2026-11-03', beganTo: '2026-11-03' })).visitors).toBe(1);
    expect((await preview({ beganFrom: '2026-11-03' })).visitors).toBe(2);
  });

  it('does not take whoever came after the count, and stops where more fit than were counted', async () => {
    await visitorsOf(1);
    const filter = { site: 'demo', status: 'any' } as const;
    const { asOf } = await preview(filter);
    now += 60_000;
    const late = await startVisitor(relay);
    const order = { filter, asOf, expected: 1, reason: 'request' };
    expect((await ask<BulkErased>('many', order)).body.certificates).toHaveLength(1);
    expect(await isThere(late)).toBe(true);
    await startVisitor(relay);
    const unseen = await ask('many', { ...order, asOf: now });
    expect([unseen.status, unseen.body]).toMatchObject([409, { error: { code: 'conflict' } }]);
    expect(await isThere(late)).toBe(true);
  });

  it('goes on step by step, each with a certificate that its entry of the ledger holds', async () => {
    for (let at = 0; at < 53; at += 1) await startVisitor(relay);
    const filter = { site: 'demo', status: 'any' } as const;
    const { asOf, visitors } = await preview(filter);
    const one = (await ask<BulkErased>('many', { filter, asOf, expected: visitors, reason: 'request' })).body;
    expect([one.certificates.length, one.left]).toEqual([50, 3]);
    const two = (await ask<BulkErased>('many', { filter, asOf, expected: 3, reason: 'request' })).body;
    expect([two.certificates.length, two.left]).toEqual([3, 0]);
    const list = (await ask<ErasureList>('list', { before: null })).body;
    expect([list.lines.length, list.lines[0]?.seq, list.next]).toEqual([50, two.certificates[2]?.ledger.seq, expect.anything()]);
    const rest = (await ask<ErasureList>('list', { before: list.next })).body;
    expect([rest.lines.length, rest.next]).toEqual([3, null]);
    const saved = await get<Certificate>(relay, `/api/agent/erasures/certificate/demo/${list.lines[0]?.seq}`, { cookie });
    expect(saved.body).toEqual(two.certificates[2]);
    expect((await get(relay, '/api/agent/erasures/certificate/demo/1', { cookie })).status).toBe(404);
  });
});

describe('erasing one visitor at the desk (PR-54)', () => {
  it('shows what would go, erases, and names who did it in the audit', async () => {
    const [one] = (await visitorsOf(1)) as [TestVisitor];
    const { conversationId } = one;
    const { body } = await ask<ErasurePreview>('preview', { conversationId });
    expect(body).toMatchObject({ entries: 2, conversations: 1, counts: { message: 1, visitor: 1, data_key: 4 } });
    const done = await ask<Certificate>('one', { conversationId, reason: 'objection' });
    expect(done.body).toMatchObject({ by: 'agent', reason: 'objection' });
    expect(await isThere(one)).toBe(false);
    const dpo = await relay.ctx.store.read.agentByEmail('dpo@shop.example');
    expect((await relay.ctx.store.read.audit.newest(2)).map(({ action, agentId, object }) => [action, agentId, object])).toEqual([
      ['visitor.erased', dpo?.id, done.body.erasure_id],
      ['erasure.previewed', dpo?.id, done.body.erasure_id],
    ]);
    expect((await ask('one', { conversationId, reason: 'request' })).status).toBe(404);
    expect((await ask('preview', { conversationId })).status).toBe(404);
  });

  it('is closed to agents', async () => {
    const [one] = (await visitorsOf(1)) as [TestVisitor];
    const { conversationId } = one;
    const filter = { site: 'demo', status: 'any' };
    const bodies: Record<string, unknown> = {
      list: { before: null },
      preview: { conversationId },
      one: { conversationId, reason: 'request' },
      'many/preview': { filter },
      many: { filter, asOf: now, expected: 1, reason: 'request' },
    };
    for (const [path, body] of Object.entries(bodies)) expect((await ask(path, body, agentCookie)).status).toBe(403);
    expect((await get(relay, '/api/agent/erasures/certificate/demo/3', { cookie: agentCookie })).status).toBe(403);
    expect(await isThere(one)).toBe(true);
  });
});

describe('erasing one conversation of several (PR-54)', () => {
  it('takes its rows, records and evidence, leaves the other whole, and its entries verify', async () => {
    const [one] = (await visitorsOf(1)) as [TestVisitor];
    const { conversationId: id } = one;
    const { store, vault } = relay.ctx;
    const other = await secondConversation(relay, id, 'It stays');
    const row = await store.read.conversation(id);
    if (!row) throw new Error('no conversation');
    const scope = 'conversation';
    const { body } = await ask<ErasurePreview>('preview', { conversationId: id, scope });
    expect(body).toMatchObject({ entries: 2, conversations: 2, counts: { message: 1, evidence: 2, visitor: 0, data_key: 0 } });
    const done = await ask<Certificate>('one', { conversationId: id, scope, reason: 'request' });
    expect(done.body).toMatchObject({ by: 'agent', counts: { conversation: 1, visitor: 0 }, ledger: { covers: [1, 2] } });
    expect(await store.read.evidenceOf(row.visitorId)).toEqual([]);
    expect(await store.read.conversation(id)).toBeNull();
    expect((await store.read.lastMessages(other, 9)).map(({ bodySealed }) => bodySealed.length > 0)).toEqual([true]);
    expect(JSON.stringify(dumpTables(relay))).not.toContain(id);
    expect(await verifyLedger(store.read, vault, row.siteId)).toMatchObject({ fault: null, erased: 2 });
    // The last one takes the visitor with it.
    const whole = await ask<Certificate>('one', { conversationId: other, scope, reason: 'request' });
    expect(whole.body.counts).toMatchObject({ visitor: 1, data_key: 4 });
    expect(await store.read.visitor(row.visitorId)).toBeNull();
  });
});

describe('erasing one message (PR-54)', () => {
  it('takes its words from every table and file, keeps its place, and leaves a certificate that holds', async () => {
    const canary = 'canary of the one message';
    const one = await startVisitor(relay, { message: { id: newId(), body: canary } });
    const other = await startVisitor(relay);
    await signInAgain();
    const { conversationId } = one;
    const { store, vault } = relay.ctx;
    const [before] = await store.read.lastMessages(conversationId, 1);
    const body = { conversationId, messageId: one.request.message.id, reason: 'request' };
    const socket = await one.connect();
    const told: Message[] = [];
    socket.on('message:created', (message) => told.push(message));
    expect((await ask('message', body, agentCookie)).status).toBe(403);
    expect((await ask('message', { ...body, conversationId: other.conversationId })).status).toBe(404);
    const done = await ask<Certificate>('message', body);
    expect(done.body).toMatchObject({ counts: { message: 1 }, method: ['text_destroyed'], message_id: body.messageId });
    const [after] = await store.read.lastMessages(conversationId, 1);
    expect(after).toMatchObject({ id: body.messageId, seq: 1, erasedAt: expect.any(Number) });
    expect(after?.bodySealed.length).toBe(0);
    const sealed = Buffer.from(before?.bodySealed ?? []);
    expect(JSON.stringify(dumpTables(relay).message)).not.toContain(JSON.stringify([...sealed]).slice(1, 60));
    // The visitor's own page shows it no more either.
    await waitFor(() => told.length > 0, 'the visitor to be told');
    expect(told[0]).toMatchObject({ id: body.messageId, seq: 1, body: '(erased)' });
    const synced = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 0 }));
    expect(synced.messages.map(({ body: text }) => text)).toEqual(['(erased)']);
    socket.close();
    const row = await store.read.conversation(conversationId);
    expect(await verifyLedger(store.read, vault, row?.siteId ?? '')).toMatchObject({ fault: null });
    expect((await store.read.audit.newest(1))[0]).toMatchObject({ action: 'message.erased', object: conversationId });
    expect((await ask('message', body)).status).toBe(404);
  });

  it('while its visitor is away leaves their page when it comes back', async () => {
    const { conversationId, request, connect } = await startVisitor(relay);
    const order = { actor: { kind: 'operator' }, reason: 'request' } as const;
    await eraseMessage(relay.ctx, conversationId, request.message.id, order);
    const socket = await connect();
    const { messages } = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 1 }));
    expect(messages.map(({ id, body }) => [id, body])).toEqual([[request.message.id, '(erased)']]);
    socket.close();
  });

  it('by another relay leaves the screens of this one as well', async () => {
    const { conversationId, request, connect } = await startVisitor(relay);
    const socket = await connect();
    const told: string[] = [];
    socket.on('message:created', ({ id, body }) => told.push(`${id} ${body}`));
    const { ctx } = relay;
    const world = { ...ctx.world, messageErased: () => undefined };
    const order = { actor: { kind: 'operator' }, reason: 'request' } as const;
    await eraseMessage({ ...ctx, world }, conversationId, request.message.id, order);
    await waitFor(() => told.length > 0, 'the visitor to be told');
    expect(told[0]).toBe(`${request.message.id} (erased)`);
    socket.close();
  });
});
