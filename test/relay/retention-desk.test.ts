import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runRetention } from '../../server/retention/job.ts';
import type { Certificate } from '../../shared/erasure.ts';
import { DAY } from '../../shared/limits.ts';
import type { ConversationRetention, RetentionDesk, RetentionPreview } from '../../shared/retention.ts';
import { endedVisitor, startPlain } from '../support/aged.ts';
import { addAgent, connectAgent, signIn, type TestAgent } from '../support/agent.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import type { TestVisitor } from '../support/visitor.ts';

const AGENT = { name: 'Tomás', email: 'tomas@northwind.example', password: 'a quiet harbour in the morning' };
const PRIVACY = { ...AGENT, name: 'Ines', email: 'ines@northwind.example', role: 'privacy' as const };

let relay: TestRelay;
let owner: TestAgent;
let agent: { cookie: string };
let privacy: { cookie: string };
let visitor: TestVisitor;

beforeAll(async () => {
  relay = await startTestRelay();
  owner = await connectAgent(relay);
  for (const one of [AGENT, PRIVACY]) await addAgent(relay, one);
  agent = await signIn(relay, AGENT);
  privacy = await signIn(relay, PRIVACY);
  visitor = await startPlain(relay);
});
afterAll(async () => {
  owner?.socket.close();
  await relay?.close();
});

const DESK = '/api/agent/privacy/retention';
const as = ({ cookie }: { cookie: string }) => ({ cookie });
const of = (one: TestVisitor, who: { cookie: string } = privacy) =>
  get<ConversationRetention>(relay, `/api/agent/retention/${one.conversationId}`, as(who));
const hold = (one: TestVisitor, change: Record<string, unknown> = {}, who: { cookie: string } = privacy) =>
  post<ConversationRetention>(
    relay,
    `${DESK}/hold`,
    { conversationId: one.conversationId, reason: 'Claim 4711 by Aoife O’Reilly', until: Date.now() + 100 * DAY, ...change },
    as(who),
  );
const acts = async (action: string) => (await relay.ctx.store.read.audit.newest(100)).filter((row) => row.action === action);

describe('what is due of a conversation (PR-61)', () => {
  it('is told to everybody at the desk: when, how long after what, and since when it runs', async () => {
    const ended = await endedVisitor(relay);
    const { body } = await of(ended, agent);
    const closed = (await relay.ctx.store.read.conversation(ended.conversationId))?.closedAt ?? 0;
    expect(body).toMatchObject({ open: false, hold: null, mayDecide: false });
    expect(body.kinds).toEqual([
      { kind: 'messages', since: closed, dueAt: closed + 90 * DAY, period: 'P90D', goneAt: null },
      { kind: 'form', since: closed, dueAt: closed + 90 * DAY, period: 'P90D', goneAt: null },
      { kind: 'evidence', since: expect.any(Number), dueAt: expect.any(Number), period: 'P30D', goneAt: null, address: true },
      { kind: 'consent', since: closed, dueAt: closed + 3 * 365 * DAY, period: 'P3Y', goneAt: null },
    ]);
    expect((await of(visitor)).body).toMatchObject({ open: true, mayDecide: true });
    expect((await get(relay, `/api/agent/retention/${visitor.conversationId}`)).status).toBe(401);
    expect((await get(relay, '/api/agent/retention/nobody', as(agent))).status).toBe(404);
  });
});

describe('the desk of retention (PR-60)', () => {
  it.each(['', '/preview', '/export/x'])('GET %s is for owner and privacy role alone', async (path) => {
    expect((await get(relay, DESK + path)).status).toBe(401);
    expect((await get(relay, DESK + path, as(agent))).status).toBe(403);
  });
  it.each(['/mode', '/hold', '/lift'])('POST %s too, and changes nothing for anybody else', async (path) => {
    const before = dumpTables(relay);
    const bodies: Record<string, object> = {
      '/mode': { site: 'demo', whenDue: 'redact' },
      '/hold': { conversationId: visitor.conversationId, reason: 'x', until: Date.now() + DAY },
      '/lift': { conversationId: visitor.conversationId },
    };
    expect((await post(relay, DESK + path, bodies[path])).status).toBe(401);
    expect((await post(relay, DESK + path, bodies[path], as(agent))).status).toBe(403);
    expect(dumpTables(relay)).toEqual(before);
  });

  it('shows the periods in force and where they come from, the choice, the oldest, the looks and what is late', async () => {
    await runRetention(relay.ctx, true);
    const { status, body } = await get<RetentionDesk>(relay, DESK, as(owner));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      isLate: false,
      overdue: [],
      holds: [],
      own: [
        { what: 'audit', period: 360 * DAY },
        { what: 'security', period: 180 * DAY },
        { what: 'requests', period: 3 * 365 * DAY },
        { what: 'breaches', period: 5 * 365 * DAY },
      ],
    });
    expect(body.sites).toMatchObject([{ key: 'demo', whenDue: 'erase', notices: [{ locale: 'en', version: 1 }] }]);
    expect(body.sites[0]?.notices[0]?.periods).toEqual([
      { what: 'messages', period: 'P90D', purpose: 'Answer my message' },
      { what: 'form', period: 'P90D', purpose: 'Answer my message' },
      { what: 'form', period: 'P12M', purpose: 'Monthly reading list' },
      { what: 'evidence', period: 'P30D', purpose: null },
      { what: 'consent', period: 'P3Y', purpose: null },
    ]);
    expect(body.oldest.map(({ kind, period }) => [kind, period / DAY])).toEqual([
      ['messages', 90],
      ['form', 360],
      ['evidence', 30],
      ['consent', 1095],
    ]);
    expect(body.runs.length).toBeGreaterThan(0);
    const preview = await get<RetentionPreview>(relay, `${DESK}/preview`, as(owner));
    expect(preview.body).toEqual({ counts: {}, conversations: 0, held: 0, more: false });
  });

  it('takes the choice of the owner, and writes down whose it was', async () => {
    const chosen = await post<RetentionDesk>(relay, `${DESK}/mode`, { site: 'demo', whenDue: 'redact' }, as(privacy));
    expect([chosen.status, chosen.body.sites[0]?.whenDue]).toEqual([200, 'redact']);
    expect(await acts('retention.changed')).toMatchObject([{ detail: { mode: 'redact' } }]);
    expect((await post(relay, `${DESK}/mode`, { site: 'none', whenDue: 'redact' }, as(privacy))).status).toBe(404);
    expect((await post(relay, `${DESK}/mode`, { site: 'demo', whenDue: 'never' }, as(privacy))).status).toBe(400);
    await post(relay, `${DESK}/mode`, { site: 'demo', whenDue: 'erase' }, as(owner));
  });
});

describe('a hold, set at the desk (PR-61)', () => {
  it('has a reason that only the role reads, an owner and an end, and is written down', async () => {
    const { status, body } = await hold(visitor);
    expect([status, body.hold]).toMatchObject([200, { by: 'Ines', reason: 'Claim 4711 by Aoife O’Reilly' }]);
    expect((await of(visitor, agent)).body.hold).toMatchObject({ by: 'Ines', reason: null });
    expect(textsOnDisk(relay, ['Claim 4711'])).toEqual([]);
    expect(relay.logs.join('\n')).not.toContain('Claim 4711');
    expect(await acts('hold.set')).toMatchObject([{ object: visitor.conversationId }]);
    expect((await get<RetentionDesk>(relay, DESK, as(owner))).body.holds).toMatchObject([
      { conversationId: visitor.conversationId, by: 'Ines', reason: 'Claim 4711 by Aoife O’Reilly' },
    ]);
    const lifted = await post<ConversationRetention>(
      relay,
      `${DESK}/lift`,
      { conversationId: visitor.conversationId },
      as(owner),
    );
    expect(lifted.body.hold).toBeNull();
    expect(await acts('hold.lifted')).toHaveLength(1);
    expect((await post(relay, `${DESK}/lift`, { conversationId: visitor.conversationId }, as(owner))).status).toBe(404);
  });

  it.each([
    ['no reason', { reason: '  ' }],
    ['one without end', { until: Date.now() + 900 * DAY }],
    ['one that is past', { until: Date.now() - 1 }],
    ['one of ten thousand letters', { reason: 'x'.repeat(10_000) }],
  ])('is refused with %s', async (_, change) => {
    expect((await hold(visitor, change)).status).toBe(400);
    expect(await relay.ctx.store.read.retention.hold(visitor.conversationId)).toBeNull();
  });

  it('stands in no way of the erasure of an agent who may, nor of an export, which tells of it', async () => {
    const other = await startPlain(relay);
    await hold(other);
    const archive = await fetch(`${relay.origin}${DESK}/export/${other.conversationId}`, {
      headers: { 'sec-fetch-site': 'same-origin', cookie: privacy.cookie },
    });
    expect([archive.status, archive.headers.get('content-type')]).toEqual([200, 'application/zip']);
    expect(await acts('export.agent')).toHaveLength(1);
    const body = { conversationId: other.conversationId, reason: 'no_longer_needed' };
    const preview = await post<{ counts: object }>(
      relay,
      '/api/agent/erasures/preview',
      { conversationId: other.conversationId },
      as(privacy),
    );
    expect(preview.body.counts).toMatchObject({ legal_hold: 1 });
    const erased = await post<Certificate>(relay, '/api/agent/erasures/one', body, as(privacy));
    expect(erased.body).toMatchObject({ by: 'agent', counts: { legal_hold: 1 } });
    expect((await of(other)).status).toBe(404);
    expect((await post(relay, '/api/agent/erasures/one', body, as(privacy))).status).toBe(404);
  });
});
