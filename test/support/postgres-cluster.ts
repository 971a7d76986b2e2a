import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres } from '../../scripts/find-tools.mjs';
import { freePort } from './ports.ts';
import { waitFor } from './wait-for.ts';

/** A PostgreSQL server of one's own, in a temporary folder on a free port. */
export interface Cluster {
  url: string;
  /** Starts it again after `kill`. */
  start(): void;
  /** SIGKILL for the server; `all`: for each of its processes at once. Resolves when none is left. */
  kill(all: boolean): Promise<void>;
  /** SIGSTOP for all its processes: it hangs, and says nothing. */
  pause(): void;
  resume(): void;
  /** Stops it, however it is, and removes its folder. */
  remove(): void;
}

export async function startCluster(settings: string[] = []): Promise<Cluster> {
  const bin = findPostgres();
  if (!bin) throw new Error('PostgreSQL is missing. Run: node scripts/ensure-tools.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'parley-postgres-'));
  const owner = serverAccount();
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const port = await freePort();
  const asServer = (program: string, ...args: string[]): void => run(owner !== null, join(bin, program), args);
  const control = (...args: string[]): void => asServer('pg_ctl', '-D', data, '-w', ...args);
  asServer('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync');
  const listening = [`-p ${port}`, `-k ${folder}`, '-c listen_addresses=127.0.0.1', ...settings.map((one) => `-c ${one}`)];
  const server = (): number => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  let state: 'running' | 'paused' | 'down' = 'down';
  const cluster: Cluster = {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    start() {
      const begin = (): void => control('-l', join(folder, 'log'), '-o', listening.join(' '), 'start');
      try {
        begin();
      } catch {
        // After a kill the memory of the dead server may be held for a moment longer.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
        begin();
      }
      state = 'running';
    },
    async kill(all) {
      const [pid, children] = [server(), childrenOf(server())];
      state = 'down';
      // The server first: it must not start others meanwhile.
      for (const one of all ? [pid, ...children] : [pid]) signal(one, 'SIGKILL');
      await waitFor(() => ![pid, ...children].some(isAlive), 'PostgreSQL to be gone');
    },
    pause() {
      state = 'paused';
      signal(server(), 'SIGSTOP');
      for (const child of childrenOf(server())) signal(child, 'SIGSTOP');
    },
    resume() {
      for (const pid of [...childrenOf(server()), server()]) signal(pid, 'SIGCONT');
      state = 'running';
    },
    remove() {
      try {
        if (state === 'paused') cluster.resume();
        if (state === 'running') control('-m', 'immediate', 'stop');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
  cluster.start();
  return cluster;
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

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent);
}

function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== null && stat.state !== 'Z';
}

/** The state and the parent of a process, or null when it is gone. */
function statOf(pid: number): { state: string; parent: number } | null {
  try {
    // The name stands in brackets, and may hold anything.
    const [state = '', parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
