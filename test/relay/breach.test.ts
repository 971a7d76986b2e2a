import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { DAY, HOUR } from '../../shared/limits.ts';
import type { BreachEntry, BreachRegister } from '../../shared/papers.ts';
import { addAgent, connectAgent, signIn, type TestAgent } from '../support/agent.ts';
import { type Canary, startCanary } from '../support/canary.ts';
import { runCli } from '../support/cli.ts';
import { textsOnDisk } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { createDatabase } from '../support/postgres.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { frameBoot, postStart, startRequestFrom, startVisitor } from '../support/visitor.ts';

const AGENT = { name: 'Ada', email: 'ada@northwind.example', password: 'another long enough phrase' };
const OFFICER = { name: 'Bo', email: 'bo@northwind.example', password: 'a third long enough phrase', role: 'privacy' as const };

let relay: TestRelay;
let desk: TestAgent;
let officer: string;
let canary: Canary;
const folder = mkdtempSync(join(tmpdir(), 'parley-breach-'));

beforeAll(async () => {
  relay = await startTestRelay({ env: { PARLEY_TRUST_PROXY: '1' } });
  desk = await connectAgent(relay);
  await addAgent(relay, OFFICER);
  await addAgent(relay, AGENT);
  officer = (await signIn(relay, OFFICER)).cookie;
  canary = await startCanary(relay, desk, 'breach');
  await startVisitor(relay, { name: null, email: null });
});
afterAll(async () => {
  desk?.socket.close();
  await relay?.close();
  rmSync(folder, { recursive: true, force: true });
});

const record = (change: object = {}, cookie = officer) => {
  const now = Date.now();
  const body = { since: now - HOUR, until: now, detectedAt: now, site: null, ...change };
  return post<BreachEntry>(relay, '/api/agent/breaches', body, { cookie });
};
const file = (name: string, cookie = officer) => get(relay, `/api/agent/breaches/${name}`, { cookie });

describe('a breach, at the desk (PR-72)', () => {
  it('is counted by people, kinds and records, with the deadlines of the notices’ laws, and names nobody', async () => {
    const now = Date.now();
    const { status, body } = await record({ detectedAt: now - HOUR });
    expect(status).toBe(200);
    expect(body).toMatchObject({ persons: 2, conversations: 2, state: 'open', site: null });
    expect(body.ownerBy).toBe(now - HOUR + DAY);
    expect(body.authorityBy).toBe(now - HOUR + 72 * HOUR);
    const report = (await file(`${body.id}.md`)).text;
    for (const row of [
      'messages | 2 | 4',
      'form fields (name, e-mail) | 1 | 1',
      'IP address | 2 | 3',
      'browser and system | 2 | 3',
      'consent records | 2 | 5',
      'wrapped keys | 2 | 8',
    ])
      expect(report).toContain(`| ${row} |`);
    expect(report).toContain('| `ip.reveal` | 1 |');
    expect(report).toContain('the authority: Data Protection Commission, Dublin');
    expect(report).toContain('Northwind Books Ltd, privacy@northwind.example');
    for (const item of ['(Art. 33(3)(a))', '(b)', '(c)', '(d)', 'Register (Art. 33(5))']) expect(report).toContain(item);
    expect(report).toContain('a copy of the whole folder can be read');
    expect([...canary.texts, ...canary.ids].filter((text) => report.includes(text))).toEqual([]);
    const page = await file(`${body.id}.html`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.text).toContain('<h1>Breach of ');
  });

  it('gives the conversations concerned as ids alone, in a file of their own, and notes who took it', async () => {
    const { body } = await record();
    const list = await file(`${body.id}.csv`);
    expect(list.headers.get('content-disposition')).toMatch(/^attachment/);
    const [head, ...lines] = list.text.trim().split('\n');
    expect(head).toBe('conversation,visitor,site,began,last_activity,active');
    expect(lines).toHaveLength(2);
    expect(lines.find((line) => line.startsWith(canary.conversationId))).toMatch(
      new RegExp(`^${canary.conversationId},${canary.visitorId},demo,.*,yes$`),
    );
    expect(canary.texts.filter((text) => list.text.includes(text))).toEqual([]);
    const { agentId, action, object } = (await relay.ctx.store.read.audit.newest(1))[0] ?? {};
    expect([agentId !== null, action, object]).toEqual([true, 'breach.listed', body.id]);
  });

  it('tells those who were there from those who wrote in the time, and whom nobody can name any more', async () => {
    const gone = await startVisitor(relay);
    const since = Date.now();
    await eraseVisitor(relay.ctx, { conversationId: gone.conversationId }, { actor: { kind: 'operator' }, reason: 'request' });
    const { body } = await record({ since, until: Date.now() + HOUR });
    const report = (await file(`${body.id}.md`)).text;
    expect(report).toContain('| People whose data lay in the store | 2 |');
    expect(report).toContain('| of them begun or carried on within the time | 0 |');
    expect(report).toContain('| Erased since it began | 1; they may have been concerned');
    const before = await record({ since: 0, until: 1000 });
    expect(before.body).toMatchObject({ persons: 0, conversations: 0 });
  });

  it('stays in the register whatever is decided; what is written about it is sealed on the disk', async () => {
    const { body } = await record();
    const notes = 'Laptop of canary-notes stolen.\nDisk was encrypted.';
    const decide = (state: string, cookie = officer) =>
      post<BreachEntry>(relay, `/api/agent/breaches/${body.id}/decide`, { state, notes }, { cookie });
    const decided = await decide('not_notified');
    expect(decided.body).toMatchObject({ id: body.id, state: 'not_notified', notes });
    expect(decided.body.decidedAt).toBeGreaterThanOrEqual(body.recordedAt);
    const register = await get<BreachRegister>(relay, '/api/agent/breaches', { cookie: officer });
    expect(register.body.breaches.map(({ id }) => id)).toContain(body.id);
    expect(register.body.sites).toEqual([{ key: 'demo', name: 'Northwind Books' }]);
    expect((await file(`${body.id}.md`)).text).toContain('Laptop of canary-notes stolen.<br>Disk was encrypted.');
    expect(textsOnDisk(relay, ['canary-notes'])).toEqual([]);
    expect((await decide('open')).body.decidedAt).toBeNull();
    expect((await decide('closed')).status).toBe(400);
    expect((await post(relay, '/api/agent/breaches/none/decide', { state: 'open', notes: '' }, { cookie: officer })).status).toBe(
      404,
    );
  });

  it('is for owners and the role privacy, and takes no times that cannot be', async () => {
    const { body } = await record();
    const agent = (await signIn(relay, AGENT)).cookie;
    expect((await record({}, desk.cookie)).status).toBe(200);
    expect((await record({}, agent)).status).toBe(403);
    expect((await file('', agent)).status).toBe(403);
    for (const form of ['md', 'html', 'csv']) expect((await file(`${body.id}.${form}`, agent)).status).toBe(403);
    const now = Date.now();
    expect((await record({ since: now, until: now })).status).toBe(400);
    expect((await record({ detectedAt: now + DAY })).status).toBe(400);
    expect((await record({ site: 'nowhere' })).status).toBe(404);
    expect((await file('01a22de9-4144-79e2-8a36-c2a1c0e4d40b.md')).status).toBe(404);
    expect((await file(`${body.id}.pdf`)).status).toBe(404);
  });
});

describe('parley breach (PR-72)', () => {
  const run = (...args: string[]) => runCli(args, { PARLEY_DATA: relay.dataDir });

  it('prints the report, keeps it in the register, and lists the conversations only where that is asked for', async () => {
    const ids = join(folder, 'ids.csv');
    const { status, stdout, stderr } = await run(
      'breach',
      '--since',
      '2020-01-01',
      '--until',
      '2100-01-01T00:00Z',
      '--site',
      'demo',
      '--ids',
      ids,
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^# Breach of \d{4}-\d\d-\d\d\n/);
    expect(stdout).toContain('| Where | site demo |');
    expect(stdout).not.toContain(canary.conversationId);
    const [, id = ''] = /In the register as ([\w-]+)\./.exec(stderr) ?? [];
    expect(readFileSync(ids, 'utf8')).toContain(canary.conversationId);
    expect(statSync(ids).mode & 0o777).toBe(0o600);
    expect((await run('breaches')).stdout).toMatch(new RegExp(`^${id}  detected .*not decided yet  2 people  site demo$`, 'm'));
    const late = await run('breach', '--since', '2020-01-01', '--until', '2020-01-02', '--detected', '2020-01-03T10:00+01:00');
    expect(late.stdout).toContain('2020-01-06 09:00 UTC<br>This time has passed.');
  });

  it('says in a line what is missing or cannot be', async () => {
    const ends = await Promise.all([
      run('breach'),
      run('breach', '--since', 'yesterday', '--until', '2026-01-01'),
      run('breach', '--since', '2026-01-02', '--until', '2026-01-01'),
      run('breach', '--since', '2026-01-01', '--until', '2026-01-02', '--site', 'nowhere'),
      run('breach', '--since', '2026-01-01T10:00', '--until', '2026-01-02'),
      run('doctor', '--since', '2026-01-01'),
    ]);
    expect(ends.map(({ status }) => status)).toEqual([2, 2, 2, 1, 2, 2]);
    expect(ends.map(({ stdout }) => stdout).join('')).toBe('');
    expect(ends[1]?.stderr).toContain('--since must be a date');
    expect(ends[3]?.stderr).toContain('There is no site "nowhere".');
  });
});

describe('a tabletop exercise (PR-72)', () => {
  it.each(['SQLite', 'PostgreSQL'])(
    'on %s, some hundreds of conversations: the report and the list within seconds',
    async (kind) => {
      const database = kind === 'PostgreSQL' ? await createDatabase() : null;
      const large = await startTestRelay(database ? { env: { DATABASE_URL: database.url } } : {});
      try {
        const boot = await frameBoot(large);
        const starts = Array.from({ length: 300 }, () => postStart(large, startRequestFrom(boot)));
        expect(new Set((await Promise.all(starts)).map(({ status }) => status))).toEqual(new Set([200]));
        const { cookie } = await signIn(large);
        const began = performance.now();
        const times = { since: Date.now() - DAY, until: Date.now() + HOUR, detectedAt: Date.now() };
        const { body } = await post<BreachEntry>(large, '/api/agent/breaches', { ...times, site: 'demo' }, { cookie });
        const list = await get(large, `/api/agent/breaches/${body.id}.csv`, { cookie });
        const report = await get(large, `/api/agent/breaches/${body.id}.md`, { cookie });
        expect(performance.now() - began).toBeLessThan(10_000);
        expect(body).toMatchObject({ persons: 300, conversations: 300, site: 'demo' });
        expect(list.text.trim().split('\n')).toHaveLength(301);
        expect(report.text).toContain('| messages | 300 | 300 |');
        if (database) expect(report.text).toContain('The database is on a PostgreSQL server');
      } finally {
        await large.close();
        await database?.drop();
      }
    },
  );
});
