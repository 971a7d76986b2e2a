import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { keepOrigin, lastOrigin } from '../../server/last-origin.ts';
import type { Me } from '../../shared/api.ts';
import { type CliProcess, runCli, startCli } from '../support/cli.ts';
import { post } from '../support/http.ts';
import { newDataDir, startTestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';

const folders: string[] = [];
const running: CliProcess[] = [];
function dataDir(): string {
  const folder = newDataDir();
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const { child } of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** What each of these makes of an empty data folder. */
function runAll(orders: string[][]) {
  return Promise.all(
    orders.map(async (args) => {
      const folder = dataDir();
      const run = startCli(args, { PARLEY_DATA: folder, PORT: '0', PARLEY_LOG: 'silent' });
      running.push(run);
      return { ...(await run.finished), left: readdirSync(folder) };
    }),
  );
}

/** The folder of a relay that has run and holds one consent. */
async function usedFolder(): Promise<string> {
  const folder = dataDir();
  const relay = await startTestRelay({ dataDir: folder });
  await startVisitor(relay);
  await relay.close();
  return folder;
}

describe('the command line', () => {
  it('tells what it can when it is asked for help, and starts nothing', async () => {
    for (const run of await runAll([['--help'], ['-h'], ['help'], ['start', '--help']]))
      expect(run).toEqual({
        status: 0,
        stdout: expect.stringMatching(/^parley start .*\nparley doctor .*\nparley verify /),
        stderr: '',
        left: [],
      });
  });

  it('does not guess what was meant', async () => {
    for (const run of await runAll([['serve'], ['--port', '9000'], ['start', 'now'], ['snippet'], ['__proto__']]))
      expect(run).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(/^parley start /), left: [] });
  });
});

describe('a command', () => {
  it('makes nothing where no relay has run', async () => {
    for (const run of await runAll([['verify'], ['snippet', 'demo'], ['reset-password', 'a@b.ie']])) {
      expect([run.status, run.stdout, run.left]).toEqual([1, '', []]);
      expect(run.stderr).toMatch(/^parley \S+ cannot be done\. There is no database .*\n$/);
    }
  });

  it('verify tells another master key, and a lost one, from a broken ledger', async () => {
    const folder = await usedFolder();
    const other = await runCli(['verify'], { PARLEY_DATA: folder, PARLEY_MASTER_KEY: 'ab'.repeat(32) });
    expect([other.status, other.stdout]).toEqual([1, '']);
    expect(other.stderr).toMatch(/^parley verify cannot be done\. The database was sealed under another master key\. .*\n$/);
    rmSync(join(folder, 'master.key'));
    const lost = await runCli(['verify'], { PARLEY_DATA: folder });
    // Links, heads and notices need no key; what is sealed stays closed, and that is said (PR-71).
    expect(lost.status).toBe(0);
    expect(lost.stdout).toMatch(/^The master key is not here: no event can be opened\..*\ndemo: whole\. /);
    expect(lost.stdout).toContain('demo: 2 events stay closed, because their keys are not there; their entries hold.');
    expect(readdirSync(folder)).not.toContain('master.key');
  });
});

describe('a printed address', () => {
  it('is the one that the shell gives, else the relay’s last one, else the default', () => {
    const folder = dataDir();
    const config = readConfig({ PARLEY_DATA: folder, PORT: '8090' });
    expect(lastOrigin(config)).toBe('http://localhost:8090');
    keepOrigin(config, 'https://chat.example.com');
    expect(lastOrigin(config)).toBe('https://chat.example.com');
    expect(lastOrigin({ ...config, publicUrl: 'https://other.example.com' })).toBe('https://other.example.com');
    writeFileSync(join(folder, 'origin'), 'javascript:alert(1)');
    expect(lastOrigin(config)).toBe('http://localhost:8090');
  });
});

describe('a start', () => {
  it('whose key file is lost makes no other in its place', async () => {
    const folder = await usedFolder();
    const key = readFileSync(join(folder, 'master.key'));
    rmSync(join(folder, 'master.key'));
    const run = await runCli(['start'], { PARLEY_DATA: folder, PORT: '0', PARLEY_LOG: 'silent' });
    expect([run.status, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(/^Parley cannot start\. The database was sealed under a master key that is not here: .*\n$/);
    expect(readdirSync(folder)).not.toContain('master.key');
    writeFileSync(join(folder, 'master.key'), key);
    const verified = await runCli(['verify'], { PARLEY_DATA: folder });
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('demo: whole. 2 entries')]);
  });
});

describe('parley invite', () => {
  it('makes an account that a one-time link opens, and changes the role of one', async () => {
    const folder = dataDir();
    const relay = await startTestRelay({ dataDir: folder });
    try {
      const invited = await runCli(['invite', 'Dpo@shop.example', 'privacy'], { PARLEY_DATA: folder });
      const token = /#reset=(\S+)/.exec(invited.stdout)?.[1] ?? '';
      const set = await post<Me>(relay, '/api/agent/reset', { token, password: 'a quiet place by the sea' });
      expect(set.body).toMatchObject({ email: 'dpo@shop.example', name: 'Dpo', role: 'privacy' });
      const changed = await runCli(['invite', 'dpo@shop.example', 'agent'], { PARLEY_DATA: folder });
      expect([changed.status, changed.stdout]).toEqual([0, 'The account is there, and has the role agent now.\n']);
      expect((await relay.ctx.store.read.agentByEmail('dpo@shop.example'))?.role).toBe('agent');
      const roles = (await relay.ctx.store.read.audit.newest(9)).filter(({ action }) => action === 'role.changed');
      expect(roles.map(({ actor, detail }) => [actor, detail])).toEqual([
        ['operator', { role: 'agent' }],
        ['operator', { role: 'privacy' }],
        ['operator', { role: 'owner' }],
      ]);
      const refused = await runCli(['invite', 'dpo@shop.example', 'king'], { PARLEY_DATA: folder });
      expect([refused.status, refused.stdout]).toEqual([2, '']);
    } finally {
      await relay.close();
    }
  });
});
