import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup as buildIfStale } from '../../../support/built-setup.ts';
import { waitFor } from '../../../support/wait-for.ts';

const program = fileURLToPath(new URL('../../../../dist/server/cli.js', import.meta.url));

export interface BuiltRelay {
  origin: string;
  close(): Promise<void>;
}

/** The relay as it is shipped, built, in a process of its own, on a port of the kernel's choice. */
export async function startBuiltRelay(embeddedBy: string): Promise<BuiltRelay> {
  buildIfStale();
  const data = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const settings = { PORT: '0', PARLEY_DATA: data, PARLEY_DEMO_ORIGINS: embeddedBy, PARLEY_LOG: 'error' };
  const child = spawn(process.execPath, [program, 'start'], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  try {
    const address = (): string | undefined => /(http:\/\/\S+)\/console\//.exec(said)?.[1];
    const origin = await waitFor(address, 'the relay to say where it is', { timeoutMs: 20_000 });
    return { origin, close };
  } catch (error) {
    await close();
    throw error;
  }
}
