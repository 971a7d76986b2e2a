import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncForAgent } from '../../server/conversations/conversations.ts';
import { postMessage } from '../../server/conversations/messages.ts';
import { certificateOf } from '../../server/ledger/certificate.ts';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { lateness, previewRetention, runRetention, warnOfLateness } from '../../server/retention/job.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import type { DataClass } from '../../server/store/rows.ts';
import type { Tx } from '../../server/store/store.ts';
import { openForm, visitorKeys } from '../../server/visitors/keys.ts';
import { tokenHash } from '../../server/visitors/sessions.ts';
import { certificate as certificateSchema } from '../../shared/erasure.ts';
import { newId } from '../../shared/ids.ts';
import type { Tombstone } from '../../shared/ledger.ts';
import { DAY, HOUR } from '../../shared/limits.ts';
import { endedVisitor, startPlain } from '../support/aged.ts';
import { connectAgent } from '../support/agent.ts';
import { archiveOf } from '../support/archive.ts';
import { startCanary } from '../support/canary.ts';
import { runCli } from '../support/cli.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { post } from '../support/http.ts';
import { askAsAgent, closedBy, dataOf, factsOf } from '../support/sockets.ts';
import { OWNER, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

let began: number;
let now: number;
let relay: TestRelay;

beforeEach(async () => {
  began = Date.now();
  now = began;
  relay = await startTestRelay({ env: { PARLEY_TRUST_PROXY: '1' }, overrides: { clock: () => now } });
});
afterEach(() => relay?.close());

const run = (on: TestRelay = relay) => runRetention(on.ctx, true);
const verified = async (on: TestRelay = relay) => (await verifyLedger(on.ctx.store.read, on.ctx.vault, DEMO_SITE_ID)).fault;
const keysOf = async (visitorId: string): Promise<DataClass[]> =>
  (await relay.ctx.store.read.dataKeysOf(visitorId)).map((key) => key.class).sort();
const visitorIdOf = async ({ conversationId }: { conversationId: string }): Promise<string> =>
  (await relay.ctx.store.read.conversation(conversationId))?.visitorId ?? '';
const agentOf = async (on: TestRelay = relay) => {
  const agent = await on.ctx.store.read.agentByEmail(OWNER.email);
  if (!agent) throw new Error('no owner');
  return { kind: 'agent' as const, agent };
};
/** The page is still there after days. */
const keepSession = ({ session }: { session: string }) =>
  relay.ctx.store.write((tx) => tx.updateSession(tokenHash(session), { expiresAt: now + 9 * DAY }));

function onDisk(blobs: readonly Uint8Array[]): number {
  const files = readdirSync(relay.dataDir).map((name) => readFileSync(join(relay.dataDir, name)));
  return blobs.filter((blob) => files.some((content) => content.includes(Buffer.from(blob)))).length;
}

describe('what has been kept long enough (PR-60) (PR-61)', () => {
  it('goes at its own time: the address after 30 days, the talk after 90, each with its key (PR-63)', async () => {
    const { conversationId } = await endedVisitor(relay);
    const { read } = relay.ctx.store;
    const visitorId = await visitorIdOf({ conversationId });
    const keys = await read.dataKeysOf(visitorId);
    const of = (...kinds: DataClass[]) => keys.filter((key) => kinds.includes(key.class)).map(({ wrapped }) => wrapped);
    const sealed = (await read.evidenceOf(visitorId)).flatMap(({ valueSealed, saltSealed }) => [valueSealed, saltSealed]);
    expect(onDisk([...of('evidence', 'messages', 'form'), ...sealed])).toBe(7);
    now = began + 30 * DAY - 1;
    expect((await run()).counts).toEqual({});
    expect(await read.evidenceOf(visitorId)).toHaveLength(2);

    now = began + 30 * DAY;
    expect((await run()).counts).toEqual({ evidence: 2 });
    expect(await read.evidenceOf(visitorId)).toEqual([]);
    expect(onDisk([...of('evidence'), ...sealed])).toBe(0);
    // Day 31: the address is gone, and the event still verifies.
    now = began + 31 * DAY;
    expect(await verified()).toBeNull();

    now = began + 90 * DAY - 1;
    expect((await run()).counts).toEqual({});
    expect(await read.messagesAfter(conversationId, 0, 10)).toHaveLength(1);
    const digest = relay.ctx.emails.digest(DEMO_SITE_ID, 'aoife@example.ie');
    expect(await read.emails.withDigest(digest)).toHaveLength(1);
    const warm = relay.ctx.vault.cached(visitorId) !== null;
    now = began + 90 * DAY;
    expect((await run()).counts).toEqual({ messages: 1, form: 2 });
    expect([warm, relay.ctx.vault.cached(visitorId)]).toEqual([true, null]);
    expect(await read.messagesAfter(conversationId, 0, 10)).toEqual([]);
    expect((await read.visitor(visitorId))?.formSealed).toBeNull();
    expect(await read.emails.withDigest(digest)).toEqual([]);
    expect(await keysOf(visitorId)).toEqual(['consent', 'evidence', 'form']);
    expect(onDisk(of('messages', 'form'))).toBe(0);
    expect(onDisk(of('consent'))).toBe(1);
    expect(await verified()).toBeNull();
  });

  it('goes whole when its proof is three years old: nothing orphaned, a signed entry, and all others as they were', async () => {
    const gone = await endedVisitor(relay);
    now += DAY;
    const stays = await endedVisitor(relay);
    const visitorId = await visitorIdOf(gone);
    now = began + 3 * 365 * DAY - 1;
    await run();
    expect(await relay.ctx.store.read.consentEventsOf(gone.conversationId)).toHaveLength(2);
    now = began + 3 * 365 * DAY;
    expect((await run()).counts).toMatchObject({ consent: 2 });
    const { read } = relay.ctx.store;
    const counts = await read.subjectCounts({ visitorId, conversationIds: [gone.conversationId] });
    expect(Object.values(counts).every((count) => count === 0)).toBe(true);
    expect(await read.consentEventsOf(stays.conversationId)).toHaveLength(2);
    expect(textsOnDisk(relay, [gone.conversationId, visitorId])).toEqual([]);

    const [erasure] = await read.erasures(DEMO_SITE_ID, 0, 9);
    expect(erasure).toMatchObject({ by: 'relay', reason: 'retention', counts: { consent_event: 2, visitor: 1 } });
    const entry = await read.ledgerEntry(DEMO_SITE_ID, erasure?.seq ?? 0);
    expect(JSON.parse(entry?.body ?? '') as Tombstone).toEqual({ covers: [1, 2], reason: 'retention' });
    expect(await verified()).toBeNull();
  });

  it('leaves a certificate that is one, and that names the relay', async () => {
    const { conversationId } = await endedVisitor(relay);
    now = began + 3 * 365 * DAY;
    await run();
    const [row] = await relay.ctx.store.read.erasures(DEMO_SITE_ID, 0, 9);
    const entry = await relay.ctx.store.read.ledgerEntry(DEMO_SITE_ID, row?.seq ?? 0);
    const certificate = row && certificateOf(row, entry?.hash ?? '', [1, 2]);
    expect(certificateSchema.parse(certificate)).toMatchObject({ by: 'relay', reason: 'retention' });
    expect(JSON.stringify(certificate)).not.toContain(conversationId);
  });

  it('counts a chat that nobody ended from its last message, and ends it, so that nothing is kept for ever', async () => {
    const { conversationId } = await startPlain(relay);
    now = began + 60 * DAY;
    await postMessage(relay.ctx, conversationId, await agentOf(), { id: newId(), body: 'Are you still there?' });
    now = began + 120 * DAY;
    expect((await run()).counts).toEqual({ evidence: 2 });
    now = began + 150 * DAY;
    expect((await run()).counts).toEqual({ messages: 2, form: 2 });
    const { read } = relay.ctx.store;
    expect(await read.conversation(conversationId)).toMatchObject({ status: 'closed', closedBy: 'retention', closedAt: now });
    const late = postMessage(relay.ctx, conversationId, await agentOf(), { id: newId(), body: 'Hello?' });
    await expect(late).rejects.toThrow('conversation_closed');
    const agent = await connectAgent(relay);
    expect(await askAsAgent(agent.socket, 'conversation:reopen', { conversationId })).toEqual({
      ok: false,
      error: 'conversation_over',
    });
    agent.socket.close();
  });

  it('counts from the withdrawal, and from the end of what was agreed where nobody ended it', async () => {
    const [withdrawn, expired] = [await startPlain(relay), await startPlain(relay)];
    now = began + 10 * DAY;
    await keepSession(withdrawn);
    const { session, actId, control, action, clientTime, viewport } = decisionOf(withdrawn);
    const taken = await post(relay, '/api/consents/withdraw', { session, actId, control, action, clientTime, viewport });
    expect(taken.status).toBe(200);
    await relay.ctx.store.write((tx) => tx.updateConversation(expired.conversationId, { consentUntil: began + 20 * DAY }));
    now = began + 100 * DAY;
    expect((await run()).counts).toMatchObject({ messages: 1, form: 2 });
    expect(await relay.ctx.store.read.messagesAfter(withdrawn.conversationId, 0, 9)).toEqual([]);
    now = began + 110 * DAY;
    expect((await run()).counts).toEqual({ messages: 1, form: 2 });
  });

  it('keeps of the form what was agreed beside the chat, for as long as that holds', async () => {
    const visitor = await startVisitor(relay, { name: 'Aoife', email: 'aoife@example.ie' });
    await post(relay, '/api/conversation/end', { session: visitor.session, nextSession: null });
    const visitorId = await visitorIdOf(visitor);
    now = began + 90 * DAY;
    expect((await run()).counts).toMatchObject({ messages: 1, form: 1 });
    const { read } = relay.ctx.store;
    const form = async () =>
      openForm(await visitorKeys(relay.ctx, read, visitorId), visitorId, (await read.visitor(visitorId))?.formSealed ?? null);
    expect(await form()).toEqual({ name: null, email: 'aoife@example.ie' });
    // The reading list was agreed to for a year at most.
    now = began + 360 * DAY - 1;
    expect((await run()).counts).toEqual({});
    now = began + 360 * DAY;
    expect((await run()).counts).toMatchObject({ form: 1 });
    expect(await form()).toEqual({ name: null, email: null });
  });

  it('lets the rows stand for statistics where the owner chose that: author, time and number, and no word', async () => {
    const site = await relay.ctx.store.read.siteById(DEMO_SITE_ID);
    if (!site) throw new Error('no site');
    await relay.ctx.store.write((tx) => tx.upsertSite({ ...site, settings: { ...site.settings, whenDue: 'redact' } }));
    const visitor = await startPlain(relay);
    const { conversationId } = visitor;
    await postMessage(relay.ctx, conversationId, await agentOf(), { id: newId(), body: 'Two are left.' });
    const archive = await archiveOf(relay, visitor.session);
    expect(archive.data.conversations[0]?.messages.map(({ erased }) => erased)).toEqual([null, null]);
    const before = await relay.ctx.store.read.messagesAfter(conversationId, 0, 9);
    now = began + 90 * DAY;
    expect((await run()).counts).toMatchObject({ messages: 2 });
    const agent = await connectAgent(relay);
    const { messages } = dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId }));
    expect(messages.map(({ seq, author, at, body, erasedAt }) => [seq, author, at, body, erasedAt])).toEqual([
      [1, 'visitor', began, '(erased)', now],
      [2, 'agent', began, '(erased)', now],
    ]);
    const { conversations } = dataOf(await askAsAgent(agent.socket, 'inbox:list', { view: 'all', before: null }));
    expect(conversations[0]?.last).toMatchObject({ body: '(erased)', erasedAt: now });
    agent.socket.close();
    expect(onDisk(before.map(({ bodySealed }) => bodySealed))).toBe(0);
    expect(await keysOf(await visitorIdOf(visitor))).not.toContain('messages');
    // Gone with everything else at the end.
    now = began + 3 * 365 * DAY;
    await run();
    expect(await relay.ctx.store.read.messagesAfter(conversationId, 0, 9)).toEqual([]);
    expect(await verified()).toBeNull();
  });

  it('is nowhere on the disk afterwards, and everybody else is whole (PR-61)', async () => {
    const agent = await connectAgent(relay);
    const gone = await startCanary(relay, agent, 'kept-long-enough');
    agent.socket.close();
    await relay.ctx.store.write((tx) => tx.retention.deleteHold(gone.conversationId));
    now = began + 1000 * DAY;
    const other = await endedVisitor(relay);
    await run();
    // The reading list that was agreed to ran for a year; the proof counts from its end.
    now = began + (360 + 3 * 365) * DAY + HOUR;
    await run();
    expect(textsOnDisk(relay, [...gone.texts, ...gone.ids])).toEqual([]);
    expect(onDisk(gone.keys)).toBe(0);
    const said = relay.logs.join('\n');
    expect([...gone.texts, ...gone.ids].filter((text) => said.includes(text))).toEqual([]);
    expect(await relay.ctx.store.read.consentEventsOf(other.conversationId)).not.toEqual([]);
    expect(await verified()).toBeNull();
  });

  it('lets a visitor withdraw and put right after their keys went: under fresh ones, which go in turn', async () => {
    const visitor = await startPlain(relay);
    const { conversationId } = visitor;
    const visitorId = await visitorIdOf(visitor);
    const { read } = relay.ctx.store;
    now = began + 40 * DAY;
    const before = await read.dataKeysOf(visitorId);
    await run();
    // A relay that has not noticed yet: the old keys are in its memory.
    relay.ctx.vault.keysOf(visitorId, before);
    await keepSession(visitor);
    const decided = await post(relay, '/api/consents/decide', decisionOf(visitor, { purpose: 'news', granted: false }));
    expect(decided.status).toBe(200);
    const agent = await connectAgent(relay);
    expect(dataOf(await askAsAgent(agent.socket, 'consent:card', { conversationId })).ip.masked).toBeNull();
    const archive = await archiveOf(relay, visitor.session);
    expect(archive.data.evidence.map(({ value }) => value)).toContain('127.0.0.1');
    const form = { name: 'Aoife O’Rourke', email: 'aoife@orourke.example' };
    const fresh = relay.ctx.vault.mint(visitorId, now).rows.find((row) => row.class === 'form');
    await relay.ctx.store.write((tx) => tx.retention.shred(visitorId, 'form', fresh ?? null));
    relay.ctx.vault.keysOf(visitorId, before);
    expect((await post(relay, '/api/privacy/rectify', { session: visitor.session, ...form })).status).toBe(200);
    relay.ctx.vault.forgetAll();
    expect((await post(relay, '/api/privacy/form', { session: visitor.session })).body).toMatchObject(form);
    agent.socket.close();
    now = began + 70 * DAY;
    expect((await run()).counts).toEqual({ evidence: 2 });
    expect(await verified()).toBeNull();
  });

  it('goes on where it was killed or refused: one that cannot be settled keeps nothing from the others', async () => {
    for (let n = 0; n < 3; n++) await endedVisitor(relay);
    now = began + 2 * DAY;
    await run();
    now = began + 30 * DAY;
    const { store } = relay.ctx;
    const write = store.write.bind(store);
    let turns = 0;
    const broken = <T>(work: (tx: Tx) => Promise<T>) => (++turns === 1 ? Promise.reject(new Error('odd')) : write(work));
    const ran = await runRetention({ ...relay.ctx, store: { ...store, write: broken as typeof write } }, true);
    expect([ran.counts, ran.failed]).toEqual([{ evidence: 4 }, 1]);
    expect((await lateness(store.read, now)).overdue).toEqual([]);
    // Left for a day and more, it is said (PR-61).
    expect((await lateness(store.read, now + DAY + 1)).overdue).toEqual(['evidence']);
    const next = await run();
    expect([next.counts, next.failed]).toEqual([{ evidence: 2 }, 0]);
    expect(relay.logs.filter((line) => line.includes('retention: one not settled'))).toHaveLength(1);
  });

  it('is found by its time alone: a look costs the same, however much is kept (PR-61)', async () => {
    for (let n = 0; n < 3; n++) await startPlain(relay);
    const database = new Database(join(relay.dataDir, 'parley.sqlite'), { readonly: true });
    const plan = database
      .prepare(
        `explain query plan select * from retention_due where due_at is not null and due_at <= 5
         and (due_at, conversation_id, kind) > (1, '', '') order by due_at, conversation_id, kind limit 10`,
      )
      .all() as { detail: string }[];
    database.close();
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^SEARCH retention_due USING INDEX retention_due_at /),
    ]);
    const looked = await relay.ctx.store.read.retention.due(now, null, 10);
    expect(looked).toEqual([]);
  });

  it('tells what it did: counts and ages in a table and a line of the log, and no name (PR-61)', async () => {
    const { conversationId } = await endedVisitor(relay);
    await endedVisitor(relay);
    now = began + 30 * DAY;
    const before = relay.logs.length;
    const preview = await previewRetention(relay.ctx);
    expect(preview).toEqual({ counts: { evidence: 4 }, conversations: 2, held: 0, more: false });
    const dump = dumpTables(relay);
    await previewRetention(relay.ctx);
    expect(dumpTables(relay)).toEqual(dump);
    await run();
    const [ran] = await relay.ctx.store.read.retention.runs(9);
    expect(ran).toMatchObject({ counts: { evidence: 4 }, failed: 0, byRelay: true, finishedAt: now });
    expect(ran?.oldest).toMatchObject({ messages: 30 * DAY, consent: 30 * DAY });
    const lines = relay.logs.slice(before).filter((line) => line.includes('retention looked through'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"evidence":4');
    expect(lines[0]).not.toContain(conversationId);
    // The oldest that is left is never a day over its time (PR-61).
    for (let day = 31; day <= 95; day += 8) {
      now = began + day * DAY;
      await run();
      const oldest = await relay.ctx.store.read.retention.oldest();
      expect(oldest.filter(({ dueAt }) => dueAt < now - DAY)).toEqual([]);
    }
    expect(await lateness(relay.ctx.store.read, now)).toMatchObject({ isLate: false, overdue: [] });
    expect(await lateness(relay.ctx.store.read, now + DAY + 1)).toMatchObject({ isLate: true });
    const warned = () => relay.logs.filter((line) => line.includes('retention is late')).length;
    expect([await warnOfLateness(relay.ctx), warned()]).toEqual([false, 0]);
    now += DAY + 1;
    expect([await warnOfLateness(relay.ctx), warned()]).toEqual([true, 1]);
  });

  it('leaves no screen and no other relay with it', async () => {
    const visitor = await startPlain(relay);
    const { conversationId } = visitor;
    const socket = await visitor.connect();
    const agent = await connectAgent(relay);
    dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId }));
    const [heard, told, closed] = [factsOf(socket), factsOf(agent.socket), closedBy(socket)];
    const other = await startTestRelay({ dataDir: relay.dataDir, overrides: { store: relay.ctx.store, clock: () => now } });
    const visitorId = await visitorIdOf(visitor);
    await syncForAgent(other.ctx, conversationId, 0);
    expect(other.ctx.vault.cached(visitorId)).not.toBeNull();
    now = began + 90 * DAY;
    await run();
    await closed;
    expect(heard).toContainEqual({ name: 'session:ended', fact: { reason: 'expired' } });
    await waitFor(() => told.some(({ name }) => name === 'messages:erased'), 'the agent to be told');
    expect(told).toContainEqual({ name: 'messages:erased', fact: { conversationId } });
    await waitFor(() => other.ctx.vault.cached(visitorId) === null, 'the other relay to forget the key');
    agent.socket.close();
  });
});

describe('what the relay keeps of its own (PR-60)', () => {
  it('goes too: the audit after its period, and what is left of sessions', async () => {
    const agent = await connectAgent(relay);
    agent.socket.close();
    const before = (await relay.ctx.store.read.audit.newest(99)).length;
    expect(before).toBeGreaterThan(0);
    now = began + 200 * DAY;
    expect((await run()).counts).toMatchObject({ security: 1 });
    now = began + 361 * DAY;
    expect((await run()).counts).toMatchObject({ audit: before });
    expect(await relay.ctx.store.read.audit.newest(99)).toEqual([]);
    const { status, stdout } = await runCli(['verify'], { PARLEY_DATA: relay.dataDir });
    expect([status, stdout]).toEqual([0, expect.stringContaining('whole')]);
  });
});
