import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/ports.ts';
import { newDataDir, OWNER } from '../../support/start-relay.ts';

const main = fileURLToPath(new URL('./relay-main.mjs', import.meta.url));

/**
 * Where a relay can be told to die while it stores a message: in the transaction, with the COMMIT about to leave, with
 * the commit done and nobody told, with the others told and the sender not.
 */
export const KILL_POINTS = ['work-done', 'at-commit', 'committed', 'emitted'] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

export interface RelayProcess {
  /** The origin that the relay takes for its own, whichever road leads to it. */
  readonly origin: string;
  readonly port: number;
  readonly dataDir: string;
  /** What it was configured with, beyond what every relay here is. */
  readonly env: Readonly<Record<string, string>>;
  readonly alive: boolean;
  /** What it said when it ended without having been told to. */
  readonly crash: string | null;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  /** Tells it to die when it has passed this point so many times. */
  dieAt(point: KillPoint, passes?: number): Promise<void>;
  /** Resolves when the process that runs now is gone. */
  gone(): Promise<void>;
  kill(): Promise<void>;
  /** SIGTERM: how it ended, and how long that took. */
  terminate(): Promise<{ status: number | null; milliseconds: number }>;
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** A relay in a process of its own, on its own data and on a port that it keeps through every death. */
export async function startRelayProcess(env: Record<string, string> = {}): Promise<RelayProcess> {
  const dataDir = newDataDir();
  const port = await freePort();
  let child: ChildProcess | null = null;
  let end = Promise.resolve();
  let errors = '';
  /** The processes that were told to end; of each, for one may be gone for good only when the next one runs. */
  const doomed = new WeakSet<ChildProcess>();
  let crash: string | null = null;

  async function tryStart(): Promise<boolean> {
    await end;
    errors = '';
    const started = fork(main, {
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: {
        PATH: process.env.PATH,
        PORT: String(port),
        HOST: '127.0.0.1',
        PARLEY_DATA: dataDir,
        PARLEY_LOG: 'silent',
        PARLEY_OWNER_EMAIL: OWNER.email,
        PARLEY_OWNER_PASSWORD: OWNER.password,
        ...env,
      },
    });
    child = started;
    started.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    end = new Promise((resolve) => started.once('close', () => resolve()));
    const answer = await Promise.race([heard(started, 'ready'), end.then(() => null)]);
    started.once('close', (status, signal) => {
      if (answer !== null && !doomed.has(started)) crash = `it ended with ${signal ?? status}: ${errors}`;
    });
    return answer !== null;
  }

  async function start(): Promise<void> {
    // Between a death and the next start an outgoing connection may have been given this port, for a moment.
    for (let tries = 1; !(await tryStart()); tries++) {
      if (tries === 20 || !errors.includes('is taken')) throw new Error(`the relay does not start: ${errors}`);
    }
  }

  function running(): ChildProcess {
    if (!child || child.exitCode !== null || child.signalCode !== null) throw new Error(`the relay is not running: ${errors}`);
    return child;
  }

  function killChild(): void {
    if (!child) return;
    doomed.add(child);
    child.kill('SIGKILL');
  }

  await start();
  return {
    origin: env.PARLEY_PUBLIC_URL ?? `http://localhost:${port}`,
    port,
    dataDir,
    env,
    get alive() {
      return child !== null && child.exitCode === null && child.signalCode === null;
    },
    get crash() {
      return crash;
    },
    start,
    async dieAt(point, passes = 0) {
      const told = running();
      doomed.add(told);
      const answer = heard(told, 'armed');
      told.send({ point, passes });
      await answer;
    },
    gone: () => end,
    async kill() {
      killChild();
      await end;
    },
    async terminate() {
      const told = running();
      doomed.add(told);
      const began = performance.now();
      told.kill('SIGTERM');
      await end;
      return { status: told.exitCode, milliseconds: performance.now() - began };
    },
    freeze: () => void running().kill('SIGSTOP'),
    thaw: () => void running().kill('SIGCONT'),
    async close() {
      killChild();
      await end;
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function heard(child: ChildProcess, name: 'ready' | 'armed'): Promise<unknown> {
  return new Promise((resolve) => {
    const listen = (message: unknown): void => {
      const value = (message as Record<string, unknown> | null)?.[name];
      if (value === undefined) return;
      child.off('message', listen);
      resolve(value);
    };
    child.on('message', listen);
  });
}
