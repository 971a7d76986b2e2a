import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireConsents } from '../../server/consent/expire.ts';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { newId } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import type {
  RegisterChoices,
  RegisterFilterInput,
  RegisterPage,
  RegisterRecord,
  RegisterVerified,
} from '../../shared/register.ts';
import { addAgent, signIn } from '../support/agent.ts';
import { get, post, type Reply } from '../support/http.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor, type TestVisitor } from '../support/visitor.ts';

const DPO = { name: 'Deirdre', email: 'dpo@shop.example', password: 'a quiet place by the sea' };
const SECRET = 'canary-words-of-a-visitor';
let relay: TestRelay;
let cookie: string;
let agentCookie: string;
let first: TestVisitor;
let second: TestVisitor;
let gone: TestVisitor;

beforeAll(async () => {
  relay = await startTestRelay();
  await addAgent(relay, { ...DPO, role: 'privacy' });
  await addAgent(relay, { name: 'Ada', email: 'ada@shop.example', password: DPO.password });
  cookie = (await signIn(relay, DPO)).cookie;
  agentCookie = (await signIn(relay, { email: 'ada@shop.example', password: DPO.password })).cookie;
  first = await startVisitor(relay, { name: '=cmd|calc', message: { id: newId(), body: SECRET } });
  second = await startVisitor(relay);
  await post(relay, '/api/consents/decide', decisionOf(second));
  gone = await startVisitor(relay);
  await eraseVisitor(relay.ctx, { conversationId: gone.conversationId }, { actor: { kind: 'operator' }, reason: 'request' });
});
afterAll(() => relay?.close());

const search = (filter: RegisterFilterInput, as = cookie): Promise<Reply<RegisterPage>> =>
  post<RegisterPage>(relay, '/api/agent/register/search', { filter, before: null }, { cookie: as });
const idsOf = async (filter: RegisterFilterInput) => (await search(filter)).body.lines.map(({ id }) => id);
const audited = async () => (await relay.ctx.store.read.audit.newest(1))[0];

describe('the consent register', () => {
  it('lists every act and every erasure, the newest first, with the entries that prove them', async () => {
    const { lines, count } = (await search({})).body;
    expect(lines.map(({ state, seqs }) => [state, seqs])).toEqual([
      ['erased', [8]],
      ['ConsentGiven', [5]],
      ['ConsentGiven', [3, 4]],
      ['ConsentGiven', [1, 2]],
    ]);
    expect(count).toBe(4);
    expect(lines[3]).toMatchObject({ id: first.request.actId, site: 'demo', conversationId: first.conversationId });
    expect(lines[3]?.purposes.map(({ id, state }) => [id, state])).toEqual([
      ['answer', 'ConsentGiven'],
      ['news', 'ConsentGiven'],
    ]);
    const entry = await relay.ctx.store.read.ledgerEntry((await relay.ctx.store.read.sites())[0]?.id ?? '', 2);
    expect(lines[3]).toMatchObject({ hash: entry?.hash, prevHash: entry?.prevHash });
  });

  it('is searched by entry, receipt and conversation, and narrowed by site, purpose, event, notice and day', async () => {
    const { actId } = first.request;
    expect(await idsOf({ search: '2' })).toEqual([actId]);
    expect(await idsOf({ search: actId.slice(0, 12) })).toEqual([actId]);
    expect(await idsOf({ search: `${actId.slice(0, 4)} ${actId.slice(4)}` })).toEqual([actId]);
    expect(await idsOf({ search: first.conversationId })).toEqual([actId]);
    expect(await idsOf({ search: gone.conversationId })).toEqual([]);
    expect(await idsOf({ search: 'Aoife' })).toEqual([]);
    expect(await idsOf({ purpose: 'persistence' })).toHaveLength(1);
    expect(await idsOf({ state: 'erased' })).toHaveLength(1);
    expect(await idsOf({ state: 'ConsentWithdrawn' })).toEqual([]);
    expect(await idsOf({ site: 'demo', notice: '1 en' })).toHaveLength(3);
    expect(await idsOf({ notice: '2 en' })).toEqual([]);
    expect(await idsOf({ site: 'elsewhere' })).toEqual([]);
    const today = new Date(relay.ctx.clock()).toISOString().slice(0, 10);
    expect(await idsOf({ from: today, to: today })).toHaveLength(4);
    expect(await idsOf({ to: '2020-01-01' })).toEqual([]);
    expect((await search({ search: 'x'.repeat(65) })).status).toBe(400);
  });

  it('says what it can be narrowed by', async () => {
    const { body } = await get<RegisterChoices>(relay, '/api/agent/register/choices', { cookie });
    expect(body.sites).toEqual([{ key: 'demo', name: 'Northwind Books' }]);
    expect(body.purposes.map(({ id }) => id)).toEqual(['answer', 'news', 'persistence']);
    expect(body.notices).toEqual(['1 en']);
  });

  it('opens a line with the screen that it was done on, and writes down who looked (PR-81)', async () => {
    const { body } = await get<RegisterRecord>(relay, `/api/agent/register/record/${first.request.actId}`, { cookie });
    expect(body).toMatchObject({ action: 'click', page: 'http://shop.example/books', viewport: 'desktop' });
    expect(body.shown).toBe(`/shown/${first.conversationId}`);
    expect(await audited()).toMatchObject({ action: 'register.viewed', object: first.conversationId });
    expect((await get(relay, body.shown ?? '', { cookie })).status).toBe(200);
    expect(await audited()).toMatchObject({ action: 'form.shown', object: first.conversationId });
    expect((await get(relay, '/api/agent/register/record/nothing', { cookie })).status).toBe(404);
  });

  it('says why an act opens no screen: it ran out, or its build was not kept', async () => {
    let now = Date.now();
    const other = await startTestRelay({ overrides: { clock: () => now } });
    try {
      const visitor = await startVisitor(other);
      await post(other, '/api/consents/decide', decisionOf(visitor, { granted: true }));
      now += 181 * DAY;
      await expireConsents(other.ctx);
      const { read } = other.ctx.store;
      const dpo = await signIn(other);
      const acts = [...new Set((await read.consentEventsOf(visitor.conversationId)).map(({ actId }) => actId))];
      const shown = async (actId: string) => {
        const { body } = await get<RegisterRecord>(other, `/api/agent/register/record/${actId}`, { cookie: dpo.cookie });
        return [body.shown, body.notShown];
      };
      expect(await Promise.all(acts.map(shown))).toEqual([
        [`/shown/${visitor.conversationId}`, null],
        [`/shown/act/${acts[1]}`, null],
        [null, 'no_screen'],
      ]);
      expect((await get(other, `/shown/act/${acts[2]}`, { cookie: dpo.cookie })).status).toBe(404);
      // As a release was before these screens were kept.
      read.release = async () => null;
      expect(await shown(acts[1] ?? '')).toEqual([null, 'not_kept']);
    } finally {
      await other.close();
    }
  });

  it('verifies one line and the whole chain, and names the entry at fault', async () => {
    const verify = async (act: string | null) =>
      (await post<RegisterVerified>(relay, '/api/agent/register/verify', { site: 'demo', act }, { cookie })).body;
    expect(await verify(first.request.actId)).toMatchObject({ entries: 2, fault: null });
    expect(await verify(null)).toMatchObject({ entries: 8, fault: null, head: { seq: 8 } });
    const other = await startTestRelay();
    try {
      const visitor = await startVisitor(other);
      const dpo = await signIn(other);
      const events = await other.ctx.store.read.consentEventsOfAct(visitor.request.actId);
      // As somebody would who has the database in hand.
      other.ctx.store.read.consentEventsOfAct = async () =>
        events.map((event, at) => (at === 1 ? { ...event, state: 'ConsentRefused' } : event));
      const { body } = await post<RegisterVerified>(
        other,
        '/api/agent/register/verify',
        { site: 'demo', act: visitor.request.actId },
        { cookie: dpo.cookie },
      );
      expect(body.fault).toEqual({ seq: 2, kind: 'altered_row' });
    } finally {
      await other.close();
    }
  });

  it('is taken along as CSV without formulas and as JSON, with nothing that is sealed', async () => {
    const csv = await get(relay, '/api/agent/register/export.csv?site=demo&purpose=', { cookie });
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename=consent-register-\d{4}-\d\d-\d\d\.csv$/);
    const rows = csv.text.trimEnd().split('\r\n');
    expect(rows).toHaveLength(5);
    expect(rows[4]).toContain(`,demo,ConsentGiven,answer: ConsentGiven; news: ConsentGiven,1,en,`);
    const json = await get<{ entry: number; receipt: string | null }[]>(relay, '/api/agent/register/export.json', { cookie });
    expect(json.body.map(({ entry }) => entry)).toEqual([8, 5, 4, 2]);
    for (const text of [csv.text, json.text])
      for (const word of [SECRET, 'calc', 'aoife@', '127.0.0.1']) expect(text).not.toContain(word);
    expect(await audited()).toMatchObject({ action: 'register.exported', object: 'all' });
    expect((await get(relay, '/api/agent/register/export.csv?state=nothing', { cookie })).status).toBe(400);
    expect((await get(relay, '/api/agent/register/export.xls', { cookie })).status).toBe(404);
  });

  it('gives page after page, and each line once', async () => {
    const many = await startTestRelay();
    try {
      const dpo = await signIn(many);
      for (let at = 0; at < 52; at += 1) await startVisitor(many);
      const body = { filter: {}, before: null };
      const one = await post<RegisterPage>(many, '/api/agent/register/search', body, { cookie: dpo.cookie });
      expect([one.body.lines.length, one.body.count]).toEqual([50, 52]);
      const next = { ...body, before: one.body.next };
      const two = await post<RegisterPage>(many, '/api/agent/register/search', next, { cookie: dpo.cookie });
      expect([two.body.lines.length, two.body.next]).toEqual([2, null]);
      expect(new Set([...one.body.lines, ...two.body.lines].map(({ id }) => id)).size).toBe(52);
    } finally {
      await many.close();
    }
  });

  it('is closed to agents, to pages of others and to nobody’s session', async () => {
    expect((await search({}, agentCookie)).status).toBe(403);
    expect((await search({}, '')).status).toBe(401);
    for (const path of ['choices', 'export.csv', 'export.json', `record/${first.request.actId}`]) {
      expect((await get(relay, `/api/agent/register/${path}`, { cookie: agentCookie })).status).toBe(403);
      expect((await get(relay, `/api/agent/register/${path}`, { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    }
  });
});
