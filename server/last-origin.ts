import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';

const fileIn = (dataDir: string): string => join(dataDir, 'origin');

/** Written at each start: a command runs in another shell, whose PORT and PARLEY_PUBLIC_URL are not the relay's. */
export function keepOrigin({ dataDir }: Config, origin: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(fileIn(dataDir), `${origin}\n`);
}

/** The address for a link that a command prints: what its shell says, else where the relay was last, else the default. */
export function lastOrigin({ dataDir, port, publicUrl }: Config): string {
  return publicUrl ?? keptOrigin(dataDir) ?? `http://localhost:${port}`;
}

function keptOrigin(dataDir: string): string | null {
  try {
    const kept = readFileSync(fileIn(dataDir), 'utf8').trim();
    return URL.canParse(kept) && new URL(kept).origin === kept ? kept : null;
  } catch {
    return null;
  }
}
