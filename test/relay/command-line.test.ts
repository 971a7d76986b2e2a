import { readdirSync, rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type CliProcess, startCli } from '../support/cli.ts';
import { newDataDir } from '../support/start-relay.ts';

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

describe('the command line', () => {
  it('tells what it can when it is asked for help, and starts nothing', async () => {
    for (const run of await runAll([['--help'], ['-h'], ['help'], ['start', '--help']]))
      expect(run).toEqual({ status: 0, stdout: expect.stringMatching(/^parley start .*\nparley verify /), stderr: '', left: [] });
  });

  it('does not guess what was meant', async () => {
    for (const run of await runAll([['serve'], ['--port', '9000'], ['start', 'now'], ['snippet'], ['__proto__']]))
      expect(run).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(/^parley start /), left: [] });
  });
});
