import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAPERS } from '../../server/papers/index.ts';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import type { ListedPaper } from '../../shared/papers.ts';
import { addAgent, signIn } from '../support/agent.ts';
import { runCli } from '../support/cli.ts';
import { get, post, type Reply } from '../support/http.ts';
import { noticeWithThirdParty } from '../support/notices.ts';
import { addRecipient } from '../support/recipient.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';

const AGENT = { name: 'Ada', email: 'ada@northwind.example', password: 'another long enough phrase' };
const OFFICER = { name: 'Bo', email: 'bo@northwind.example', password: 'a third long enough phrase', role: 'privacy' as const };

let relay: TestRelay;
let owner: string;
let officer: string;
let officerId: string;
let agent: string;
const folder = mkdtempSync(join(tmpdir(), 'parley-papers-'));

beforeAll(async () => {
  relay = await startTestRelay();
  officerId = await addAgent(relay, OFFICER);
  await addAgent(relay, AGENT);
  owner = (await signIn(relay)).cookie;
  officer = (await signIn(relay, OFFICER)).cookie;
  agent = (await signIn(relay, AGENT)).cookie;
});
afterAll(async () => {
  await relay?.close();
  rmSync(folder, { recursive: true, force: true });
});

const paper = (file: string, cookie = owner): Promise<Reply<unknown>> => get(relay, `/api/agent/papers/${file}`, { cookie });

describe('the papers at the desk (PR-73)', () => {
  it('are listed with what each is for and how much is to fill in, for owners and the role privacy alone', async () => {
    const { status, body } = await get<{ papers: ListedPaper[] }>(relay, '/api/agent/papers', { cookie: officer });
    expect(status).toBe(200);
    expect(body.papers.map(({ id }) => id)).toEqual(PAPERS);
    for (const one of body.papers) {
      expect(one.title).toMatch(/^[A-Z]/);
      expect(one.about.length).toBeGreaterThan(20);
    }
    expect(body.papers.find(({ id }) => id === 'cookies')?.blanks).toBe(0);
    expect((await get(relay, '/api/agent/papers', { cookie: agent })).status).toBe(403);
    expect((await get(relay, '/api/agent/papers')).status).toBe(401);
    for (const cookie of [agent, '']) expect([401, 403]).toContain((await paper('impact.html', cookie)).status);
  });

  it.each(PAPERS)('%s is a page without any script, and a file of Markdown', async (id) => {
    const page = await paper(`${id}.html`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'");
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).not.toMatch(/<script|<style|style="|onload/);
    expect(page.text).toContain('<link rel="stylesheet" href="/papers.css">');
    const file = await paper(`${id}.md`);
    expect(file.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="?parley-[a-z-]+-\d{4}-\d\d-\d\d\.md"?$/);
    const [title] = /(?<=^# ).*/.exec(file.text) ?? [];
    expect(page.text).toContain(`<h1>${title}</h1>`);
  });

  it('each taking stands in the trail, with who it was', async () => {
    await paper('record-controller.md', officer);
    const [line] = await relay.ctx.store.read.audit.newest(1);
    expect(line).toMatchObject({ agentId: officerId, action: 'paper.taken', object: 'record-controller' });
    const before = (await relay.ctx.store.read.audit.newest(999)).length;
    for (const file of ['none.md', 'impact.pdf', 'impact', '../impact.md', '__proto__.md'])
      expect((await paper(file)).status).toBe(404);
    expect((await relay.ctx.store.read.audit.newest(999)).length).toBe(before);
  });

  it('follow what is published: a new recipient and its purpose stand in the record from then on', async () => {
    const before = (await paper('record-controller.md')).text;
    expect(before).not.toContain('Paperboat Mail');
    const drafted = await post<NoticeDesk>(
      relay,
      '/api/agent/notices/demo/draft',
      { doc: noticeWithThirdParty() },
      { cookie: owner },
    );
    expect((await paper('record-controller.md')).text).toContain('a draft waits; this paper goes by what is published');
    expect((await paper('record-controller.md')).text).not.toContain('Paperboat Mail');
    const hash = drafted.body.draft?.hash ?? '';
    const published = await post(relay, '/api/agent/notices/demo/publish', { locale: 'en', hash }, { cookie: owner });
    expect(published.status).toBe(200);
    const after = (await paper('record-controller.md')).text;
    expect(after).toContain('| Paperboat Mail, Cork | IE | Recipient | Monthly reading list |');
    expect(after).toContain(hash);
    expect((await paper('record-controller.html')).text).toContain('Paperboat Mail, Cork');
  });

  it('list who is told by webhook and stands in no notice, until they are told nothing more', async () => {
    const unnamed = (text: string): string[] =>
      text.split('\n').filter((line) => line.includes('not named in the notice in force'));
    await addRecipient(relay, { cookie: owner });
    expect(unnamed((await paper('record-controller.md')).text)).toEqual([]);
    const { webhook } = await addRecipient(relay, { cookie: owner }, { recipient: 'Lantern Analytics' });
    for (const id of ['record-controller', 'impact', 'vietnam'])
      expect(unnamed((await paper(`${id}.md`)).text)).toEqual([expect.stringMatching(/^\| Lantern Analytics<br>/)]);
    await post(relay, '/api/agent/privacy/webhooks/pause', { id: webhook.id }, { cookie: owner });
    expect(unnamed((await paper('record-controller.md')).text)).toHaveLength(1);
    await post(relay, '/api/agent/privacy/webhooks/remove', { id: webhook.id }, { cookie: owner });
    expect(unnamed((await paper('record-controller.md')).text)).toEqual([]);
  });
});

describe('parley papers (PR-73)', () => {
  it('writes all of them into a folder, pages that need nothing else, and overwrites nothing', async () => {
    const target = join(folder, 'new', 'papers');
    const run = await runCli(['papers', target], { PARLEY_DATA: relay.dataDir });
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(readdirSync(target).sort()).toEqual(PAPERS.flatMap((id) => [`${id}.html`, `${id}.md`]).sort());
    const page = readFileSync(join(target, 'record-controller.html'), 'utf8');
    expect(page).toContain('http-equiv="Content-Security-Policy"');
    expect(page).not.toContain('<link');
    expect(page).toContain('table.paper');
    expect(statSync(join(target, 'impact.md')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(target, 'cookies.md'), 'utf8')).toContain(relay.origin);
    const again = await runCli(['papers', target], { PARLEY_DATA: relay.dataDir });
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('record-controller.html is there already.')]);
    const [line] = await relay.ctx.store.read.audit.newest(1);
    expect(line).toMatchObject({ agentId: null, action: 'paper.taken', object: 'all' });
  });

  it('says in a line where it cannot write', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const run = await runCli(['papers', join(file, 'x')], { PARLEY_DATA: relay.dataDir });
    expect([run.status, run.stderr]).toEqual([1, expect.stringContaining('cannot be written')]);
    expect((await runCli(['papers'], { PARLEY_DATA: relay.dataDir })).status).toBe(2);
  });
});
