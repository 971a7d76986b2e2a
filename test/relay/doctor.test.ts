import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { DAY } from '../../shared/limits.ts';
import { type Finished, runCli } from '../support/cli.ts';
import { post } from '../support/http.ts';
import { newDataDir, startTestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

describe('parley doctor', () => {
  let dataDir: string;
  let headsFile: string;

  beforeEach(() => {
    dataDir = newDataDir();
    headsFile = join(dataDir, 'heads.jsonl');
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const doctor = (env: Record<string, string> = {}): Promise<Finished> => runCli(['doctor'], { PARLEY_DATA: dataDir, ...env });

  /** A relay that ran `ago` milliseconds before now: a visitor, and then a start that signs a head. */
  async function ran(ago = 0, env: Record<string, string> = { PARLEY_HEADS_FILE: headsFile }): Promise<void> {
    const overrides = { clock: () => Date.now() - ago };
    const first = await startTestRelay({ dataDir, overrides });
    await startVisitor(first);
    await first.close();
    const again = await startTestRelay({ dataDir, env, overrides });
    await waitFor(async () => (await again.ctx.store.read.newestTreeHead(DEMO_SITE_ID)) !== null, 'a head');
    await again.close();
  }

  it('says of each thing how it stands, and ends with 0 where nothing is wrong', async () => {
    await ran();
    const { status, stdout, stderr } = await doctor({ PARLEY_HEADS_FILE: headsFile });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^ok {5}The SQLite database is open, and its tables are those of this release \(schema \d+\)\.$/),
      'ok     The master key is here and opens what was sealed.',
      expect.stringMatching(/^ok {5}5 keys are under master key [0-9a-f]{16}: 1 consent, 1 evidence, 2 form, 1 messages\.$/),
      expect.stringMatching(/^ok {5}Signed with key \S+, 0 hours old\./),
      `ok     Erasures are written down in ${join(dataDir, 'erasures.jsonl')} too. Keep it on another disk than the database: a restore needs it.`,
      expect.stringMatching(/^note {3}The relay is at http:\/\/localhost:\d+, for this machine alone\./),
      'ok     demo: the newest signed head is 0 hours old and covers 2 entries.',
      `ok     demo: the newest head is kept in ${headsFile} too.`,
      'ok     demo (en): notice 1 is in force and lacks nothing.',
      expect.stringMatching(/^ok {5}audit: the newest signed head is 0 hours old and covers \d+ entries\.$/),
      `ok     audit: the newest head is kept in ${headsFile} too.`,
      'note   audit: no copy is kept off this host. Set PARLEY_AUDIT_FILE or PARLEY_AUDIT_URL.',
      'ok     What is kept was looked through 0 hours ago; nothing is a day over its time.',
    ]);
  });

  it('notes what is not wrong and still worth knowing: no witness, settings that are not published, a draft', async () => {
    await ran(0, {});
    const relay = await startTestRelay({ dataDir });
    const site = await relay.ctx.store.read.siteById(DEMO_SITE_ID);
    if (!site) throw new Error('no demo site');
    await relay.ctx.store.write((tx) => tx.upsertSite({ ...site, settings: { ...site.settings, ipMode: 'none' } }));
    await relay.close();
    await (await startTestRelay({ dataDir })).close();
    const { status, stdout } = await doctor({ PARLEY_PUBLIC_URL: 'https://chat.example.com' });
    expect(status).toBe(0);
    expect(stdout).toContain('ok     Visitors reach the relay at https://chat.example.com.\n');
    expect(stdout).toContain('note   demo: no head is kept outside of the database.');
    expect(stdout).toContain('ok     demo (en): notice 1 is in force and lacks nothing.\n');
    expect(stdout).toContain('note   demo (en): The setting is to keep IP addresses not at all; the notice in force says whole.');
    expect(stdout).toContain('note   demo (en): a draft waits to be published.\n');
  });

  it('[PR-43] names what is wrong, each by itself, and ends with 1', async () => {
    await ran(400 * DAY);
    writeFileSync(headsFile, '');
    const { status, stdout } = await doctor({ PARLEY_MASTER_KEY: 'ab'.repeat(32), PARLEY_HEADS_FILE: headsFile });
    expect(status).toBe(1);
    const wrong = stdout.split('\n').filter((line) => line.startsWith('WRONG'));
    expect(wrong).toEqual([
      expect.stringContaining('sealed under another master key'),
      expect.stringMatching(/5 keys are under master key \S+, which is not in use/),
      expect.stringMatching(/The signing key \S+ is 400 days old/),
      expect.stringContaining('demo: the newest signed head is 400 days old.'),
      expect.stringContaining(`demo: ${headsFile} does not have the newest head.`),
      expect.stringContaining('audit: the newest signed head is 400 days old.'),
      expect.stringContaining(`audit: ${headsFile} does not have the newest head.`),
      expect.stringMatching(/^WRONG {2}What is kept was last looked through 400 days ago\./),
    ]);
    rmSync(headsFile);
    expect((await doctor({ PARLEY_HEADS_FILE: headsFile })).stdout).toContain(`WRONG  demo: ${headsFile} cannot be read: `);
  });

  it('reads the notice in force with the eyes of the linter', async () => {
    const relay = await startTestRelay({ dataDir });
    const { store } = relay.ctx;
    const inForce = await store.read.noticeInForce(DEMO_SITE_ID, 'en');
    if (!inForce) throw new Error('nothing is in force');
    // As it could be published before the linter knew better.
    const doc = { ...inForce.doc, version: 2, authority: '' };
    await store.write((tx) => tx.insertNotice({ ...inForce, hash: 'a'.repeat(64), version: 2, doc }));
    await relay.close();
    const { status, stdout } = await doctor();
    expect(status).toBe(1);
    expect(stdout).toContain('ok     demo: nothing is in the ledger yet.');
    expect(stdout).toContain(
      'WRONG  demo (en): notice 2 is in force. Name the authority to which a visitor can complain. (PR-03)\n',
    );
  });

  it('makes nothing where no relay has run', async () => {
    const { status, stdout, stderr } = await doctor();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^parley doctor cannot be done\. There is no database /);
  });

  it('[PR-51] says which requests by right are late, and counts those that are due within three days', async () => {
    await ran();
    const relay = await startTestRelay({ dataDir });
    const { session } = await startVisitor(relay);
    for (const kind of ['object', 'complaint'])
      await post(relay, '/api/privacy/request', { session, kind, text: 'canary', contact: null });
    const { store } = relay.ctx;
    const [first, second] = await store.read.requests.list('open', 9);
    await relay.close();
    const before = await doctor({ PARLEY_HEADS_FILE: headsFile });
    expect(before.stdout).toContain('ok     Requests by right that are open: 2. None is due within three days.');
    const again = await startTestRelay({ dataDir });
    const { store: open } = again.ctx;
    await open.write((tx) => tx.requests.update(first?.id ?? '', { answerDue: dayIn(2) }));
    await again.close();
    expect((await doctor({ PARLEY_HEADS_FILE: headsFile })).stdout).toContain(
      'note   Requests by right that are due within three days: 1.',
    );
    const last = await startTestRelay({ dataDir });
    await last.ctx.store.write((tx) => tx.requests.update(second?.id ?? '', { answerDue: dayIn(-1) }));
    await last.close();
    const late = await doctor({ PARLEY_HEADS_FILE: headsFile });
    expect([late.status, late.stdout.includes('canary')]).toEqual([1, false]);
    expect(late.stdout).toContain('WRONG  Requests by right that are OVERDUE: 1; due within three days: 1.');
  });
});

const dayIn = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
