import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyTree, type TreeCopy } from '../support/tree-copy.ts';
import { waitFor } from '../support/wait-for.ts';

/** The README's first command, in a tree in which nothing is built. */
let tree: TreeCopy;
const running = new Set<ChildProcess>();

beforeAll(() => {
  tree = copyTree();
});
afterAll(() => {
  for (const { pid } of running) endGroup(pid);
  tree?.remove();
});

/** Whatever a failed test left of the group. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

interface Started {
  npm: ChildProcess;
  origin: string;
  said: string;
}

async function npmStart(timeoutMs: number): Promise<Started> {
  const env = { PATH: process.env.PATH, HOME: tree.folder, PORT: '0', PARLEY_LOG: 'silent', npm_config_update_notifier: 'false' };
  // In a group of its own, so that a failed test leaves nothing behind.
  const npm = spawn('npm', ['start'], { cwd: tree.folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  running.add(npm);
  let said = '';
  for (const stream of [npm.stdout, npm.stderr])
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  const origin = await waitFor(
    () => {
      if (npm.exitCode !== null) throw new Error(`npm start ended: ${said}`);
      return /(http:\/\/localhost:\d+)\/console\//.exec(said)?.[1];
    },
    'the printed address',
    { timeoutMs },
  );
  return { npm, origin, said };
}

const answers = (origin: string): Promise<boolean> =>
  fetch(`${origin}/healthz`).then(
    (reply) => reply.ok,
    () => false,
  );

describe('npm start', () => {
  it('builds what is not built, runs the relay, and a SIGTERM to npm alone ends it within ten seconds', async () => {
    const { npm, origin, said } = await npmStart(150_000);
    expect(said).toContain('Building');
    expect((await fetch(`${origin}/console/`)).status).toBe(200);
    expect((await fetch(`${origin}/s/demo.js`)).status).toBe(200);
    expect(await answers(origin)).toBe(true);
    npm.kill('SIGTERM');
    await waitFor(async () => !(await answers(origin)), 'the relay to end', { timeoutMs: 10_000 });
    // The kernel drops the lock with the process: the same folder opens again.
    const again = await npmStart(60_000);
    expect(again.said).not.toContain('Building');
    expect(existsSync(join(tree.folder, 'data', 'parley.sqlite'))).toBe(true);
    again.npm.kill('SIGTERM');
    await waitFor(async () => !(await answers(again.origin)), 'the relay to end again', { timeoutMs: 10_000 });
  }, 240_000);
});
