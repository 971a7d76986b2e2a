import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { PROFILES, profileNotice } from '../../server/notices/profiles/index.ts';
import { rulesOf } from '../../server/redaction/rules.ts';
import { durationMs } from '../../shared/durations.ts';
import { DAY } from '../../shared/limits.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import { get, setCookies } from '../support/http.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await startTestRelay();
});
afterAll(() => relay?.close());

/** What a notice does to a visitor: not how it says it. */
const effects = ({ jurisdiction, fields, periods, purposes, facts }: NoticeDoc) => ({
  jurisdiction,
  fields,
  periods,
  purposes: purposes.map(({ id, legalBasis, asked, required, dataTypes, retention, validity, recipients }) => {
    return { id, legalBasis, asked, required, dataTypes, retention, validity, recipients };
  }),
  ip: facts?.ip,
  storage: facts?.storage,
  transfers: facts?.transfers,
  automated: facts?.automated,
});

async function effective(): Promise<unknown> {
  // Folders are this machine's.
  const { dataDir: _, erasuresFile: ___, limits: __, ...config } = readConfig({});
  const [site] = await relay.ctx.store.read.sites();
  const [notice] = await relay.ctx.store.read.noticesInForce(site?.id ?? '');
  const redaction = site && rulesOf(site.settings);
  return { config, site: { settings: site?.settings, redaction }, notice: notice && effects(notice.doc) };
}

describe('private by default (PR-74)', () => {
  it('a fresh install with no setting touched is what the golden file says, to the letter', async () => {
    const golden = JSON.parse(readFileSync('test/vectors/fresh-install.json', 'utf8')) as unknown;
    expect(await effective()).toEqual(golden);
  });

  it('keeps nothing in a browser unless it is asked for and agreed to, and then for a day', async () => {
    const [site] = await relay.ctx.store.read.sites();
    expect(site?.settings.cookieLife).toBe(DAY);
    const { session } = await startVisitor(relay);
    const frame = await get(relay, '/frame/demo', { 'sec-fetch-dest': 'iframe' });
    expect(setCookies(frame)).toEqual([]);
    expect(session).toHaveLength(43);
  });

  it('asks for no name and no e-mail, decides nothing by a machine, sends nothing abroad or to others; every ready-made notice too', async () => {
    const [site] = await relay.ctx.store.read.sites();
    const [fresh] = await relay.ctx.store.read.noticesInForce(site?.id ?? '');
    const ready = PROFILES.flatMap(({ id, locales }) => locales.map((locale) => profileNotice(id, locale, 'demo', null)));
    for (const doc of [fresh?.doc, ...ready]) {
      if (!doc) throw new Error('a notice');
      expect(doc.fields).toEqual({ name: 'optional', email: 'optional' });
      expect(doc.facts?.automated).toBeNull();
      expect(doc.facts?.transfers).toEqual([]);
      const optional = doc.purposes.filter(({ required }) => !required);
      for (const one of optional) expect([one.id, one.legalBasis, one.recipients]).toEqual([one.id, 'consent', []]);
      // Every period ends, and none is longer than the shipped default (PR-60).
      const longest = { ip: 30 * DAY, proof: 3 * 365 * DAY, cookie: DAY };
      for (const [name, most] of Object.entries(longest))
        expect([name, durationMs(doc.periods[name as keyof typeof longest]) <= most]).toEqual([name, true]);
      for (const { id, retention } of doc.purposes) expect([id, durationMs(retention) <= 365 * DAY]).toEqual([id, true]);
      expect(durationMs(doc.purposes.find(({ required }) => required)?.retention ?? '')).toBe(90 * DAY);
    }
  });

  it('has no door for files, transcripts by e-mail or the following of visitors', async () => {
    for (const path of ['/api/uploads', '/api/files', '/api/attachments', '/api/transcript', '/api/visits', '/api/track'])
      expect([path, (await get(relay, path)).status]).toEqual([path, 404]);
    const config = readConfig({});
    // Nobody outside is told anything: no witness, no proxy believed, no further site let in.
    expect([config.heads, config.trustProxy, config.demoOrigins]).toEqual([{ file: null, url: null }, 0, []]);
    expect(config.host).toBe('127.0.0.1');
  });
});
