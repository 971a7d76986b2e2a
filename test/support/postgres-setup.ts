import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findPostgres } from '../../scripts/find-tools.mjs';
import { freePort } from './ports.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL in which tests make databases of their own. */
    databaseUrl: string;
  }
}

interface Running {
  url: string;
  users: number;
  stop: () => void;
}

/** Projects load this file each for themselves; the server is one for all of them. */
const shared = globalThis as { parleyTestPostgres?: Promise<Running> };

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.parleyTestPostgres ??= startPostgres();
  const running = await shared.parleyTestPostgres;
  running.users++;
  project.provide('databaseUrl', running.url);
  return async () => {
    if (--running.users === 0) running.stop();
  };
}

/** What `DATABASE_URL` names, or a fresh cluster in a temporary folder on a free port. */
export async function startPostgres(): Promise<Running> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, users: 0, stop: () => undefined };
  const bin = findPostgres();
  if (!bin) throw new Error('PostgreSQL is missing. Run: node scripts/ensure-tools.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'parley-postgres-'));
  const owner = serverAccount();
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const port = await freePort();
  const control = (...args: string[]): void => run(owner !== null, join(bin, 'pg_ctl'), ['-D', data, '-w', ...args]);
  run(owner !== null, join(bin, 'initdb'), [
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ]);
  // Durability is proved elsewhere; here only the answers count, so the disk need not keep up.
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200`;
  control('-l', join(folder, 'log'), '-o', options, 'start');
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    users: 0,
    stop: () => {
      control('-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: then it runs as the account that its package made. */
function serverAccount(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

function run(asPostgres: boolean, command: string, args: string[]): void {
  const [program, all] = asPostgres ? ['runuser', ['-u', 'postgres', '--', command, ...args]] : [command, args];
  // The server inherits what it is given and outlives this call: it must not hold a pipe of ours.
  const done = spawnSync(program, all, { stdio: 'ignore', cwd: '/' });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${done.status ?? done.error?.message}`);
}
