import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitFor } from './wait-for.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The product's command line as it was built, with this environment and no other. */
export interface CliProcess {
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  finished: Promise<Finished>;
}

export function startCli(args: string[], env: Record<string, string>): CliProcess {
  const child = spawn(process.execPath, ['dist/server/cli.js', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...output }));
  });
  return { child, output, finished };
}

export function runCli(args: string[], env: Record<string, string>): Promise<Finished> {
  return startCli(args, env).finished;
}

/** A relay in a process of its own, so that it can be killed. Resolves once it answers. */
export async function startRelayProcess(port: number, env: Record<string, string>): Promise<CliProcess & { origin: string }> {
  const cli = startCli(['start'], { PORT: String(port), HOST: '127.0.0.1', PARLEY_LOG: 'warn', ...env });
  const origin = `http://localhost:${port}`;
  await waitFor(
    async () => {
      if (cli.child.exitCode !== null) throw new Error(`the relay ended: ${cli.output.stderr}`);
      return (
        (await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(2000) })).ok &&
        cli.output.stdout.includes('Parley is running')
      );
    },
    'the relay to answer',
    { timeoutMs: 20_000 },
  );
  return { ...cli, origin };
}
