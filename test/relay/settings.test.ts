import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { DAY } from '../../shared/limits.ts';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import { connectAgent, signIn } from '../support/agent.ts';
import { get, post, setCookies } from '../support/http.ts';
import { askAsAgent, dataOf } from '../support/sockets.ts';
import { newDataDir, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, startVisitor } from '../support/visitor.ts';

const DESK = '/api/agent/notices/demo';

describe('a setting that its notice does not say yet', () => {
  const dataDir = newDataDir();
  let relay: TestRelay;
  let cookie: string;

  /** The settings become others, and the relay starts anew. */
  beforeAll(async () => {
    const first = await startTestRelay({ dataDir });
    const site = await first.ctx.store.read.siteByKey('demo');
    if (!site) throw new Error('no demo site');
    const settings = { ...site.settings, ipMode: 'truncated' as const, cookieLife: 7 * DAY };
    await first.ctx.store.write((tx) => tx.upsertSite({ ...site, settings }));
    await first.close();
    relay = await startTestRelay({ dataDir });
    cookie = (await signIn(relay)).cookie;
  });
  afterAll(async () => {
    await relay?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const desk = async (): Promise<NoticeDesk> => (await get<NoticeDesk>(relay, `${DESK}/en`, { cookie })).body;
  async function ipOf(conversationId: string) {
    const agent = await connectAgent(relay);
    const { ip } = dataOf(await askAsAgent(agent.socket, 'consent:card', { conversationId }));
    agent.socket.close();
    return ip;
  }
  const cut = { mode: 'truncated', masked: '127.0.0.0/24', mayReveal: true };
  /** For how long a frame load renews the cookie of a visitor who accepts it now. */
  async function renewedFor(): Promise<string | undefined> {
    const visitor = await startVisitor(relay);
    expect((await post(relay, '/api/consents/decide', decisionOf(visitor))).status).toBe(200);
    const frame = await get(relay, '/frame/demo', {
      cookie: `${CHAT_COOKIE}=${visitor.session}`,
      'sec-fetch-site': 'cross-site',
    });
    return /Max-Age=\d+/.exec(setCookies(frame).join())?.[0];
  }

  it('[PR-06] [PR-63] of less of the address holds at once, and is told until its words are published', async () => {
    const before = await desk();
    // Less than the notice says is kept at once; more waits for it.
    expect(await ipOf((await startVisitor(relay)).conversationId)).toEqual(cut);
    expect(before.notes).toEqual([
      'The setting is to keep IP addresses without their end; the notice in force says whole. No more than the setting is kept from now on; publish the draft, so that the notice says what is done.',
      'The setting gives the cookie 7 days; the notice in force says 24 hours. The relay does as the notice says until you publish the draft.',
    ]);
    // The draft was made at the start, and it is whole.
    expect(before.draft?.doc.words.form.clause).toContain('your IP address without its end for 30 days.');
    expect(before.draft?.doc.full.table).toContainEqual({
      term: 'IP address',
      text: 'Kept without its end as proof that you agreed, 30 days',
    });
    expect(before.draft?.hash).not.toBe(before.inForce?.hash);
    expect([before.findings, before.material]).toEqual([[], true]);
  });

  it('[PR-07] of the cookie too', async () => {
    expect(await renewedFor()).toBe('Max-Age=86400');
    const { draft } = await desk();
    expect(draft?.doc.words.cookie.body).toContain('after 7 days without use at most');
    expect(draft?.doc.facts?.storage.map(({ life }) => life)).toEqual(['P7D', 'P7D', 'P7D']);
    expect(draft?.doc.periods.cookie).toBe('P7D');
  });

  it('[PR-06] [PR-07] is in force once it is published, and stays so over the next start', async () => {
    const { draft } = await desk();
    const published = await post<NoticeDesk>(relay, `${DESK}/publish`, { locale: 'en', hash: draft?.hash }, { cookie });
    expect([published.status, published.body.notes, published.body.draft]).toEqual([200, [], null]);
    expect(await ipOf((await startVisitor(relay)).conversationId)).toEqual(cut);
    expect(await renewedFor()).toBe('Max-Age=604800');
    await relay.close();
    relay = await startTestRelay({ dataDir });
    cookie = (await signIn(relay)).cookie;
    const after = await desk();
    expect([after.inForce?.hash, after.draft, after.notes]).toEqual([draft?.hash, null, []]);
  });

  it('[PR-06] a draft says what the settings say, whatever was written in its place', async () => {
    const { inForce } = await desk();
    if (!inForce?.doc.facts) throw new Error('nothing is in force');
    const { doc } = inForce;
    const clause = doc.words.form.clause.replace(/, your IP address [^.]*/, '');
    const wrong = {
      ...doc,
      facts: { ...doc.facts, ip: 'none' as const, storage: [] },
      words: { ...doc.words, form: { ...doc.words.form, clause }, cookie: { ...doc.words.cookie, body: 'None.' } },
      full: { ...doc.full, table: doc.full.table.filter(({ term }) => term !== 'IP address') },
    };
    const saved = await post<NoticeDesk>(relay, `${DESK}/draft`, { doc: wrong }, { cookie });
    const next = saved.body.draft?.doc;
    expect([next?.facts, next?.words]).toEqual([inForce.doc.facts, inForce.doc.words]);
    expect(next?.full.table.at(-1)?.term).toBe('IP address');
    expect(saved.body.findings).toEqual([]);
  });
});
