import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../shared/limits.ts';
import { endedVisitor } from '../support/aged.ts';
import { runCli, startCli } from '../support/cli.ts';
import { dumpTables } from '../support/database.ts';
import { newDataDir, startTestRelay } from '../support/start-relay.ts';
import { waitFor } from '../support/wait-for.ts';

describe('parley retention (PR-61)', { timeout: 90_000 }, () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = newDataDir();
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const cli = (...args: string[]) => runCli(args, { PARLEY_DATA: dataDir });

  /** Chats that ended so long before now, and have not been looked at since. */
  async function ended(count: number, ago: number): Promise<void> {
    const relay = await startTestRelay({ dataDir, overrides: { clock: () => Date.now() - ago } });
    for (let n = 0; n < count; n++) await endedVisitor(relay);
    await relay.close();
  }

  it('counts with --dry-run and takes nothing; without it takes what is due, and says what', async () => {
    await ended(2, 100 * DAY);
    const before = dumpTables({ dataDir });
    const dry = await cli('retention', '--dry-run');
    expect([dry.status, dry.stderr]).toEqual([0, '']);
    expect(dry.stdout.split('\n').map((line) => line.trim())).toEqual(
      expect.arrayContaining(['2 messages', '4 fields of the form', '4 addresses and browsers kept as evidence']),
    );
    expect(dumpTables({ dataDir })).toEqual(before);
    const done = await cli('retention');
    expect([done.status, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toContain('2 messages');
    expect(done.stdout).toContain('consent 100 days');
    expect(dumpTables({ dataDir }).message).toEqual([]);
    expect((await cli('retention')).stdout).toContain('everything that is kept is within its time');
    expect((await cli('verify')).status).toBe(0);
    expect((await cli('retention', 'now')).status).toBe(2);
  });

  it('is missed by doctor when it does not run', async () => {
    await ended(1, 100 * DAY);
    const { status, stdout } = await cli('doctor');
    expect(status).toBe(1);
    expect(stdout).toContain('WRONG  What is kept was last looked through 100 days ago.');
    await cli('retention');
    expect((await cli('doctor')).stdout).toContain('ok     What is kept was looked through 0 hours ago');
  });

  it('killed in the middle of it leaves each talk whole or gone, and the next one goes on', async () => {
    await ended(40, 100 * DAY);
    const { child, finished } = startCli(['retention'], { PARLEY_DATA: dataDir });
    const left = () => (dumpTables({ dataDir }).message ?? []).length;
    await waitFor(() => left() < 40, 'some to be gone', { timeoutMs: 20_000 });
    child.kill('SIGKILL');
    await finished;
    const after = dumpTables({ dataDir });
    const rows = (table: string) => (after[table] ?? []) as Record<string, unknown>[];
    for (const { id, visitor_id } of rows('conversation')) {
      const said = rows('message').filter(({ conversation_id }) => conversation_id === id).length;
      const key = rows('data_key').filter((one) => one.visitor_id === visitor_id && one.class === 'messages').length;
      const due = rows('retention_due').find((one) => one.conversation_id === id && one.kind === 'messages');
      expect([said, key, due?.done_at === null]).toEqual(said === 1 ? [1, 1, true] : [0, 0, false]);
    }
    const next = await cli('retention');
    expect([next.status, left()]).toEqual([0, 0]);
    expect((await cli('verify')).stdout).toContain(`demo: whole.`);
  });
});
