import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { END_WITHIN } from '../../server/ending/due.ts';
import { endSite } from '../../server/ending/end-site.ts';
import { handOverSite } from '../../server/ending/hand-over.ts';
import { isSigned, publicKeys } from '../../server/ledger/signing.ts';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { visitorExport } from '../../shared/export.ts';
import { newId } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import { END_METHOD, endBytes, type HandOver, handOver, REMAINS, type SiteEnd, siteEnd } from '../../shared/site-end.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { unzip } from '../support/archive.ts';
import { type Canary, startCanary } from '../support/canary.ts';
import { type Finished, runCli } from '../support/cli.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { get } from '../support/http.ts';
import { createDatabase } from '../support/postgres.ts';
import { askAsAgent, askAsVisitor, closedBy, dataOf, factsOf, visitorSocket } from '../support/sockets.ts';
import { newDataDir, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { addTenant, TENANT_WORDS, type Tenant } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const SAID = [
  'canary-kite-first',
  'canary-kite-second',
  'canary-kite-answer',
  'Canary Kite Name',
  'canary.kite@example.ie',
  'Canary-kite-browser',
];

const dataDir = newDataDir();
const folder = mkdtempSync(join(tmpdir(), 'parley-close-'));
const given = join(folder, 'kite');
let relay: TestRelay;
let desk: TestAgent;
let tenant: Tenant;
let other: Canary;
let conversationId: string;
let session: string;
let visitorId: string;

beforeAll(async () => {
  relay = await startTestRelay({ dataDir, env: { PARLEY_TRUST_PROXY: '1' } });
  desk = await connectAgent(relay);
  other = await startCanary(relay, desk, 'stays');
  tenant = await addTenant(relay);
  const request = await tenant.start(
    { name: SAID[3] ?? null, email: SAID[4] ?? null, message: { id: newId(), body: SAID[0] ?? '' } },
    { 'user-agent': `Mozilla/5.0 (${SAID[5]})`, 'x-forwarded-for': '203.0.113.77' },
  );
  ({ conversationId, session } = request);
  dataOf(await askAsAgent(desk.socket, 'message:send', { conversationId, id: newId(), body: SAID[2] ?? '' }));
  dataOf(await askAsAgent(desk.socket, 'ip:reveal', { conversationId }));
  await tenant.start();
  visitorId = (await relay.ctx.store.read.conversation(conversationId))?.visitorId ?? '';
});
afterAll(async () => {
  desk?.socket.close();
  await relay?.close();
  for (const one of [dataDir, folder]) rmSync(one, { recursive: true, force: true });
});

const close = (...args: string[]): Promise<Finished> => runCli(['close-site', ...args], { PARLEY_DATA: dataDir });
const jsonIn = (name: string): unknown => JSON.parse(readFileSync(join(given, name), 'utf8'));

async function holds({ signature, ...unsigned }: HandOver | SiteEnd): Promise<boolean> {
  const key = (await publicKeys(relay.ctx.store.read)).get(signature.kid);
  return key !== undefined && isSigned(endBytes(unsigned), signature, key);
}

/** Every row that is of the other site, its owner or its visitor; the ledger of one site never names another. */
function ofOthers(): Record<string, unknown[]> {
  const theirs = ['site_demo', ...other.ids];
  return Object.fromEntries(
    Object.entries(dumpTables(relay))
      .filter(([table]) => table !== 'audit')
      .map(([table, rows]) => [table, rows.filter((row) => theirs.some((id) => JSON.stringify(row).includes(id)))]),
  );
}

describe('the end of a service: the hand-over (PR-59)', () => {
  it('writes everything about each visitor, the owner’s words and the proof, signed, and takes nothing away', async () => {
    const before = dumpTables(relay);
    const { status, stdout, stderr } = await close('kite', given);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`parley close-site kite ${given} --delete kite`);
    const manifest = handOver.parse(jsonIn('hand-over.json'));
    expect(manifest).toMatchObject({ site_key: 'kite', visitors: 2, notices: 1, ledger: { entries: 4 } });
    expect(Date.parse(manifest.due) - Date.parse(manifest.time)).toBe(END_WITHIN);
    expect(END_WITHIN).toBe(30 * DAY);
    expect(await holds(manifest)).toBe(true);
    expect(readdirSync(given, { recursive: true, encoding: 'utf8' })).toEqual(
      expect.arrayContaining(manifest.files.map(({ name }) => name)),
    );
    const files = unzip(readFileSync(join(given, 'visitors', `${visitorId}.zip`)));
    const archive = visitorExport.parse(JSON.parse(String(files.get('export.json'))));
    expect(archive.conversations[0]?.messages.map(({ text }) => text)).toEqual([SAID[0], SAID[2]]);
    expect(archive.form).toContainEqual({ field: 'name', value: SAID[3], portable: true });
    expect(readFileSync(join(given, 'site.json'), 'utf8')).toContain('Ask Kanarek');
    expect(readdirSync(join(given, 'notices'))).toHaveLength(2);
    expect(
      readFileSync(join(given, 'ledger', 'entries.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(4);
    for (const table of ['conversation', 'message', 'consent_event', 'notice', 'site'])
      expect(dumpTables(relay)[table]).toEqual(before[table]);
    expect((await runCli(['doctor'], { PARLEY_DATA: dataDir })).stdout).toMatch(
      /note {3}kite: its data was handed over; it has to be erased by/,
    );
  });

  it('erases nothing unless the key is typed, the hand-over is there, and all of it is as it was signed', async () => {
    const before = dumpTables(relay);
    const file = join(given, 'visitors', `${visitorId}.zip`);
    const whole = readFileSync(file);
    const manifest = readFileSync(join(given, 'hand-over.json'), 'utf8');
    const refused = async (line: RegExp, ...args: string[]): Promise<void> => {
      const end = await close(...args);
      expect([end.status, end.stdout, end.stderr]).toEqual([1, '', expect.stringMatching(line)]);
    };
    await refused(/--delete kite\. Nothing was erased/, 'kite', given, '--delete', 'demo');
    await refused(/has no hand-over of kite/, 'kite', join(folder, 'none'), '--delete', 'kite');
    await refused(/has no hand-over of demo/, 'demo', given, '--delete', 'demo');
    await refused(/There is no site "kites"/, 'kites', given, '--delete', 'kites');
    writeFileSync(file, whole.subarray(1));
    await refused(/is not as it was signed/, 'kite', given, '--delete', 'kite');
    rmSync(file);
    await refused(/is not as it was signed/, 'kite', given, '--delete', 'kite');
    writeFileSync(file, whole);
    writeFileSync(join(given, 'hand-over.json'), manifest.replace('"visitors": 2', '"visitors": 1'));
    await refused(/is not as it was signed/, 'kite', given, '--delete', 'kite');
    writeFileSync(join(given, 'hand-over.json'), manifest);
    await refused(/is there already/, 'kite', given);
    const after = dumpTables(relay);
    for (const table of Object.keys(before).filter((name) => !/^(audit|retention|site_end)/.test(name)))
      expect([table, after[table]]).toEqual([table, before[table]]);
  });
});

describe('the end of a service: the erasure (PR-59)', () => {
  it('leaves nothing of the site that can be read, the other site whole, and a signed report', async () => {
    const socket = await visitorSocket(relay, { auth: { session } });
    dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body: SAID[1] ?? '' }));
    // What the owner wrote stands there in the clear until it is taken away: the search finds what is there.
    expect(textsOnDisk(relay, TENANT_WORDS)).toEqual(TENANT_WORDS);
    const before = ofOthers();
    const heard = factsOf(socket);
    const closed = closedBy(socket);
    const { status, stdout, stderr } = await close('kite', given, '--delete', 'kite');
    expect(status).toBe(0);
    const report = siteEnd.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ site_key: 'kite', visitors: 2, notices: 1, method: [...END_METHOD], remains: [...REMAINS] });
    expect(report.counts).toMatchObject({ visitor: 2, conversation: 2, message: 4, data_key: 8, consent_event: 4 });
    expect(report.erasures).toHaveLength(2);
    expect(await holds(report)).toBe(true);
    expect((await relay.ctx.store.read.audit.newest(50)).filter(({ action }) => action === 'site.ended')).toHaveLength(1);
    expect(await holds({ ...report, visitors: 3 })).toBe(false);
    expect(siteEnd.parse(jsonIn('end-of-service.json'))).toEqual(report);
    await closed;
    expect(heard).toContainEqual({ name: 'session:ended', fact: { reason: 'erased' } });
    // What came after the hand-over was handed over before it went.
    expect(stderr).toContain('Visitors with something new since the hand-over: 1.');
    const [later = ''] = readdirSync(given).filter((name) => name.startsWith('later-'));
    const added = unzip(readFileSync(join(given, later, 'visitors', `${visitorId}.zip`)));
    expect(String(added.get('export.json'))).toContain(SAID[1]);
    const everything = [...TENANT_WORDS, ...SAID, conversationId, visitorId];
    await waitFor(() => textsOnDisk(relay, everything).length === 0, 'the bytes to leave the files');
    expect(everything.filter((text) => relay.logs.join('\n').includes(text))).toEqual([]);
    expect(ofOthers()).toEqual(before);
    expect(textsOnDisk(relay, other.ids)).toEqual(other.ids);
    const { read } = relay.ctx.store;
    for (const { id } of await read.sites()) expect((await verifyLedger(read, relay.ctx.vault, id)).fault).toBeNull();
  });

  it('answers that the chat has ended, and takes no new consent', async () => {
    const loader = await get(relay, '/s/kite.js');
    expect([loader.status, loader.text]).toEqual([410, '/* This chat has ended: its script tag can go. */\n']);
    const frame = await get(relay, '/frame/kite');
    expect([frame.status, frame.text]).toEqual([410, expect.stringContaining('<p>This chat has ended.</p>')]);
    expect(frame.text).not.toContain('<script');
    expect(await tenant.tryToStart()).toBe(404);
    expect((await get(relay, '/s/demo.js')).status).toBe(200);
    const shelf = await get<{ sites: { key: string }[] }>(relay, '/api/agent/notices', { cookie: desk.cookie });
    expect(shelf.body.sites.map(({ key }) => key)).toEqual(['demo']);
    expect((await get(relay, '/api/agent/notices/kite/en', { cookie: desk.cookie })).status).toBe(404);
  });

  it('is over for good: its report is printed again, and nothing is handed over or erased a second time', async () => {
    const again = await close('kite', join(folder, 'again'));
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('has ended already')]);
    expect(await holds(siteEnd.parse(JSON.parse(again.stdout)))).toBe(true);
    expect(existsSync(join(folder, 'again'))).toBe(false);
    expect((await runCli(['doctor'], { PARLEY_DATA: dataDir })).stdout).toContain('ok     kite: its service has ended');
    const [first, second] = await relay.ctx.store.read.audit.newest(2);
    expect([first?.action, second?.action]).not.toContain('site.exported');
  });

  it('is erasure and nothing less: no command and no word offers hiding, hashing or masking in its place', async () => {
    const usage = (await runCli(['help'], {})).stdout;
    expect(usage).toContain('close-site SITE FOLDER');
    expect(usage).not.toMatch(/anonymi|pseudonymi|mask|hash|soft/i);
    for (const args of [['--mask', 'kite'], ['--anonymise', 'kite'], ['--delete']])
      expect((await close('kite', given, ...args)).status).toBe(2);
    expect(END_METHOD).toEqual(['service_stopped', 'visitors_erased', 'words_deleted', 'none_found']);
  });
});

describe('a site that ends while visitors come (PR-59)', () => {
  it.each(['SQLite', 'PostgreSQL'])(
    'on %s nobody slips in, and the demo does not come back with the next start',
    async (kind) => {
      const database = kind === 'PostgreSQL' ? await createDatabase() : null;
      const folderOf = newDataDir();
      const options = { dataDir: folderOf, ...(database && { env: { DATABASE_URL: database.url } }) };
      const busy = await startTestRelay(options);
      const coming = await addTenant(busy);
      await coming.start();
      const kept = new Map<string, string | Uint8Array>();
      const keep = (name: string, body: string | Uint8Array): void => {
        kept.set(name, body);
      };
      const manifest = await handOverSite(busy.ctx, coming.site, keep);
      let over = false;
      const starting = (async () => {
        const ends: number[] = [];
        while (!over || ends.length < 10) ends.push(...(await Promise.all([coming.tryToStart(), coming.tryToStart()])));
        return ends;
      })();
      const { report, later } = await endSite(busy.ctx, coming.site, manifest, keep);
      over = true;
      const ends = await starting;
      // Who got in was handed over and erased; who came later was told that there is nothing.
      expect(new Set(ends)).toEqual(new Set([...(ends.includes(200) ? [200] : []), 404]));
      expect(report.visitors).toBe(1 + ends.filter((end) => end === 200).length);
      expect(later).toBe(report.visitors - 1);
      const { read } = busy.ctx.store;
      expect(await read.estate.visitorsOf(coming.site.id, '', 9)).toEqual([]);
      expect(await read.noticesInForce(coming.site.id)).toEqual([]);
      const demo = await read.siteByKey('demo');
      if (!demo) throw new Error('no demo');
      await endSite(busy.ctx, demo, await handOverSite(busy.ctx, demo, () => undefined), () => undefined);
      await busy.close();
      const next = await startTestRelay(options);
      expect((await get(next, '/s/demo.js')).status).toBe(410);
      expect(await next.ctx.store.read.noticesInForce(demo.id)).toEqual([]);
      await next.close();
      rmSync(folderOf, { recursive: true, force: true });
      await database?.drop();
    },
  );
});
