import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import type { NoticeDesk, NoticeShelf } from '../../shared/owner-api.ts';
import { addAgent, signIn } from '../support/agent.ts';
import { get, post, type Reply } from '../support/http.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { frameBoot, postStart, startRequestFrom, startVisitor } from '../support/visitor.ts';

const DESK = '/api/agent/notices/demo';
const AGENT = { name: 'Ada', email: 'ada@northwind.example', password: 'another long enough phrase' };

describe('the desk of notices', () => {
  let relay: TestRelay;
  let cookie: string;

  beforeAll(async () => {
    relay = await startTestRelay();
    cookie = (await signIn(relay)).cookie;
  });
  afterAll(() => relay?.close());

  const desk = async (): Promise<NoticeDesk> => (await get<NoticeDesk>(relay, `${DESK}/en`, { cookie })).body;
  const save = (doc: unknown, who = cookie): Promise<Reply<NoticeDesk>> => post(relay, `${DESK}/draft`, { doc }, { cookie: who });
  const publish = (hash: string, who = cookie) =>
    post<NoticeDesk & { findings: string[] }>(relay, `${DESK}/publish`, { locale: 'en', hash }, { cookie: who });
  const longer = (days: number): NoticeDoc => {
    const { form } = DEMO_NOTICE.words;
    const clause = form.clause.replace('90 days', `${days} days`);
    const purposes = DEMO_NOTICE.purposes.map((one) => (one.id === 'answer' ? { ...one, retention: `P${days}D` } : one));
    return { ...DEMO_NOTICE, purposes, words: { ...DEMO_NOTICE.words, form: { ...form, clause } } };
  };

  it('[PR-09] shows what is in force, keeps a draft, tells what it changes and whom, and publishes what was seen', async () => {
    const visitor = await startVisitor(relay);
    const before = await desk();
    expect(before).toMatchObject({ site: { key: 'demo' }, inForce: { version: 1 }, draft: null, changes: [], affected: 0 });
    const { body: drafted } = await save(longer(120));
    expect(drafted).toMatchObject({ draft: { doc: { version: 2 } }, findings: [], material: true, affected: 1 });
    expect(drafted.changes.map(({ path }) => path).sort()).toEqual(['purposes.0.retention', 'words.form.clause']);
    expect((await desk()).draft).toEqual(drafted.draft);
    // Until it is published the form asks with the old words.
    expect((await frameBoot(relay)).notice.hash).toBe(before.inForce?.hash);
    const { status, body: after } = await publish(drafted.draft?.hash ?? '');
    expect([status, after.inForce?.version, after.draft, after.versions.length]).toEqual([200, 2, null, 2]);
    const boot = await frameBoot(relay);
    expect(boot.notice.hash).toBe(drafted.draft?.hash);
    expect((await postStart(relay, startRequestFrom(boot))).status).toBe(200);
    // Who began under the old words keeps them, and they stay readable.
    expect((await get(relay, `/notice/${before.inForce?.hash}`)).status).toBe(200);
    const events = await relay.ctx.store.read.consentEventsOf(visitor.conversationId);
    expect(new Set(events.map(({ noticeHash }) => noticeHash))).toEqual(new Set([before.inForce?.hash]));
    expect((await relay.ctx.store.read.audit.newest(1))[0]).toMatchObject({
      action: 'notice.published',
      object: drafted.draft?.hash,
    });
  });

  it('[PR-01] a purpose whose terms change is another version of it, which the owner cannot choose; other words are none', async () => {
    const { inForce } = await desk();
    const versions = (doc: NoticeDoc | undefined) => doc?.purposes.map(({ id, version }) => `${id} ${version}`);
    const now = versions(inForce?.doc);
    const written = { ...(inForce?.doc as NoticeDoc) };
    const reworded = { ...written, purposes: written.purposes.map((one) => ({ ...one, version: 9 })) };
    expect(versions((await save(reworded)).body.draft?.doc)).toEqual(now);
    const rebased = written.purposes.map((one) => (one.id === 'news' ? { ...one, legalBasis: 'contract' as const } : one));
    const { draft, changes } = (await save({ ...written, purposes: rebased })).body;
    expect(versions(draft?.doc)).toEqual(now?.map((one) => (one.startsWith('news') ? 'news 2' : one)));
    expect(changes.map(({ path }) => path)).toEqual(['purposes.1.legalBasis']);
  });

  it('[PR-01] a purpose that was left out for a while, and comes back on another basis, is another version', async () => {
    const full = (await desk()).inForce?.doc as NoticeDoc;
    const bare = { ...full, purposes: full.purposes.filter(({ id }) => id !== 'news') };
    const { draft } = (await save(bare)).body;
    expect((await publish(draft?.hash ?? '')).status).toBe(200);
    const back = (change: object) => ({
      ...full,
      purposes: full.purposes.map((one) => (one.id === 'news' ? { ...one, ...change } : one)),
    });
    const newsOf = async (doc: unknown) => (await save(doc)).body.draft?.doc.purposes.find(({ id }) => id === 'news')?.version;
    expect(await newsOf(back({}))).toBe(1);
    expect(await newsOf(back({ legalBasis: 'legitimate_interest' }))).toBe(2);
  });

  it('[PR-03] refuses to publish what the linter does not let pass, with the rule and the remedy, and keeps the draft', async () => {
    const { body: drafted } = await save({ ...longer(90), authority: '' });
    expect(drafted.findings).toEqual([
      {
        rule: 'PR-03',
        level: 'error',
        key: 'authority.missing',
        where: '',
        text: 'Name the authority to which a visitor can complain. (PR-03)',
      },
    ]);
    const refused = await publish(drafted.draft?.hash ?? '');
    expect([refused.status, refused.body.findings]).toEqual([400, drafted.findings.map(({ text }) => text)]);
    expect((await desk()).draft).toEqual(drafted.draft);
  });

  it('[PR-03] takes up a ready-made text as the draft, with whoever answers as in force, and publishes no bracket of it', async () => {
    const adopt = (profile: string, locale = 'en', who = cookie) =>
      post<NoticeDesk>(relay, `${DESK}/adopt`, { profile, locale }, { cookie: who });
    const { inForce, profiles } = await desk();
    expect(profiles.map(({ id }) => id)).toEqual(['eu', 'uk', 'california', 'brazil', 'vietnam']);
    const { status, body } = await adopt('vietnam');
    expect([status, body.draft?.doc.jurisdiction, body.draft?.doc.version]).toEqual([200, 'VN', (inForce?.version ?? 0) + 1]);
    expect(body.draft?.doc.controller).toEqual(inForce?.doc.controller);
    expect(body.findings.map(({ text }) => text)).toContain(
      'Only you know what belongs in place of [Name of your hosting provider]. Write it there. (PR-03)',
    );
    expect((await publish(body.draft?.hash ?? '')).status).toBe(400);
    // Another choice takes its place; what is none leaves it.
    expect((await adopt('uk')).body.draft?.doc.jurisdiction).toBe('GB');
    expect((await adopt('atlantis')).status).toBe(400);
    expect((await adopt('uk', 'vi')).status).toBe(400);
    expect((await desk()).draft?.doc.jurisdiction).toBe('GB');
    expect((await desk()).inForce?.hash).toBe(inForce?.hash);
  });

  it('[PR-38] publishes only the words that were previewed', async () => {
    const first = (await save(longer(60))).body.draft?.hash ?? '';
    await save(longer(61));
    expect((await publish(first)).status).toBe(409);
    expect((await publish('0'.repeat(64))).status).toBe(409);
  });

  it('keeps apart what two owners write at once: who changed another draft than this is told, and loses nothing', async () => {
    const saveOver = (doc: NoticeDoc, base: string | null) => post<NoticeDesk>(relay, `${DESK}/draft`, { doc, base }, { cookie });
    const first = (await save(longer(50))).body.draft?.hash ?? '';
    const second = await saveOver(longer(51), first);
    expect(second.status).toBe(200);
    expect((await saveOver(longer(52), first)).status).toBe(409);
    expect((await saveOver(longer(52), null)).status).toBe(409);
    expect((await desk()).draft?.hash).toBe(second.body.draft?.hash);
    // The same words once more, because an answer was lost, are no conflict.
    expect((await saveOver(longer(51), first)).status).toBe(200);
  });

  it('lists the sites with their languages, written or published, to owners alone', async () => {
    await save({ ...longer(90), locale: 'de' });
    const { status, body } = await get<NoticeShelf>(relay, '/api/agent/notices', { cookie });
    const { publishedAt, version } = (await desk()).inForce ?? {};
    expect(status).toBe(200);
    expect(body.sites).toEqual([
      {
        key: 'demo',
        name: 'Northwind Books',
        locales: [
          { locale: 'de', version: null, publishedAt: null, hasDraft: true },
          { locale: 'en', version, publishedAt, hasDraft: true },
        ],
      },
    ]);
    expect((await get(relay, '/api/agent/notices')).status).toBe(401);
  });

  it('a change of words alone is not material', async () => {
    const inForce = (await desk()).inForce?.doc;
    const form = { ...DEMO_NOTICE.words.form, promise: 'A person answers, usually within the hour.' };
    const { body } = await save({
      ...inForce,
      words: { ...inForce?.words, form: { ...inForce?.words.form, promise: form.promise } },
    });
    expect([body.material, body.changes.map(({ path }) => path)]).toEqual([false, ['words.form.promise']]);
  });

  it('opens to owners alone, and takes nothing that is no notice', async () => {
    await addAgent(relay, AGENT);
    const agent = (await signIn(relay, AGENT)).cookie;
    expect((await get(relay, `${DESK}/en`)).status).toBe(401);
    expect((await get(relay, `${DESK}/en`, { cookie: agent })).status).toBe(403);
    expect((await get(relay, '/api/agent/notices', { cookie: agent })).status).toBe(403);
    expect((await save(longer(70), agent)).status).toBe(403);
    expect((await publish('0'.repeat(64), agent)).status).toBe(403);
    expect((await post(relay, `${DESK}/adopt`, { profile: 'eu', locale: 'en' }, { cookie: agent })).status).toBe(403);
    expect((await get(relay, '/api/agent/notices/nowhere/en', { cookie })).status).toBe(404);
    const before = (await desk()).draft;
    for (const wrong of [
      null,
      {},
      { ...longer(70), extra: 1 },
      { ...longer(70), purposes: 'none' },
      { ...longer(70), site: 'other' },
      // Nothing in a notice could tick a box beforehand (PR-11).
      { ...longer(70), purposes: longer(70).purposes.map((one) => ({ ...one, ticked: true })) },
    ])
      expect((await save(wrong)).status).toBe(400);
    expect((await desk()).draft).toEqual(before);
  });
});
