import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { OWNER } from '../../support/start-relay.ts';

const READY_WITHIN = 30_000;
const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface RelayUnder {
  origin: string;
  port: number;
  /** The relay's own process; what it runs under has another. */
  pid: number;
  output: { stdout: string; stderr: string };
  /** The exit code, or null after a signal. */
  finished: Promise<number | null>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** SIGKILL for all of it, and waits for the end. */
  kill(): Promise<void>;
}

export interface UnderOptions {
  dataDir: string;
  env?: Record<string, string>;
  /** A program and its arguments that start the relay: strace, a namespace of its own. */
  under?: string[];
  /** Statements for the writing connection, see entry.ts. */
  sql?: string;
}

/** Starts the relay of entry.ts, by itself or under another program, and resolves once it is ready. */
export async function startRelayUnder({ dataDir, env = {}, under = [], sql }: UnderOptions): Promise<RelayUnder> {
  const [program = '', ...args] = [...under, process.execPath, '--import', 'tsx', 'test/faults/disk/entry.ts'];
  const child = spawn(program, args, {
    cwd: root,
    // A group of its own, so that all of it can be ended together.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      HOST: '127.0.0.1',
      PARLEY_DATA: dataDir,
      PARLEY_LOG: 'silent',
      PARLEY_OWNER_EMAIL: OWNER.email,
      PARLEY_OWNER_PASSWORD: OWNER.password,
      ...(sql !== undefined && { FAULT_SQL: sql }),
      ...env,
    },
  });
  const output = collect(child);
  const finished = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  // Whoever waits for it hears of a failure; nobody has to.
  finished.catch(() => undefined);
  const kill = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) signal(-child.pid, 'SIGKILL');
    await finished;
  };
  const [, port, pid] = await readiness(child, output).catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  return {
    origin: `http://localhost:${port}`,
    port: Number(port),
    pid: Number(pid),
    output,
    finished,
    async stop() {
      signal(Number(pid), 'SIGTERM');
      await finished;
    },
    kill,
  };
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  return output;
}

function readiness(child: ChildProcess, output: { stdout: string; stderr: string }): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the relay is not ready after ${READY_WITHIN} ms`)), READY_WITHIN);
    child.stdout?.on('data', () => {
      const line = /^ready (\d+) (\d+)$/m.exec(output.stdout);
      if (line) resolve(line);
      if (line) clearTimeout(late);
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(late);
      reject(new Error(`the relay ended: ${output.stderr}`));
    });
  });
}

/** False when there is nobody to tell. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
