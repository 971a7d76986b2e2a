import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Limits, readConfig } from '../../server/config.ts';
import type { Overrides } from '../../server/context.ts';
import { type Relay, startRelay } from '../../server/index.ts';
import { createLog } from '../../server/log.ts';

export const OWNER = { email: 'owner@northwind.example', password: 'correct horse battery staple' };

export interface RelayOptions {
  /** Further environment, on top of port 0, a data folder of its own and an owner. */
  env?: Record<string, string>;
  /** Origins of host pages that may embed the demo site. */
  hostOrigins?: string[];
  /** Keeps to this data folder, and leaves it when the relay closes: for tests that start it twice. */
  dataDir?: string;
  /** The product's own limits where they are what is tested; otherwise so high that no test meets them. */
  limits?: Partial<Limits>;
  overrides?: Overrides;
}

export interface TestRelay extends Relay {
  dataDir: string;
  /** Every log line so far, at the most talkative level. */
  logs: string[];
}

/** The real relay on a port of its own, with everything that a test may want to see of it. */
export async function startTestRelay(options: RelayOptions = {}): Promise<TestRelay> {
  const dataDir = options.dataDir ?? newDataDir();
  const config = readConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    PARLEY_DATA: dataDir,
    PARLEY_OWNER_EMAIL: OWNER.email,
    PARLEY_OWNER_PASSWORD: OWNER.password,
    PARLEY_DEMO_ORIGINS: (options.hostOrigins ?? []).join(','),
    PARLEY_LOG: 'debug',
    ...options.env,
  });
  const limits = { ...unmetLimits(config.limits), ...options.limits };
  const logs: string[] = [];
  const log = createLog(config, collect(logs));
  const relay = await startRelay({ ...config, limits }, { log, ...options.overrides });
  let closed: Promise<void> | null = null;
  return {
    ...relay,
    dataDir,
    logs,
    close: () => {
      closed ??= relay.close().finally(() => {
        if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      });
      return closed;
    },
  };
}

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'parley-relay-'));
}

/** So high that no test meets them. */
export function unmetLimits(limits: Limits): Limits {
  return Object.fromEntries(
    Object.entries(limits).map(([name, limit]) => [name, { ...limit, points: 1_000_000 }]),
  ) as unknown as Limits;
}

function collect(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
      done();
    },
  });
}

/** The relays of one test file: opened as a test needs them, and closed all together after it. */
export function testRelays(): { start(options?: RelayOptions): Promise<TestRelay>; close(): Promise<void> } {
  const open: TestRelay[] = [];
  return {
    async start(options) {
      const relay = await startTestRelay(options);
      open.push(relay);
      return relay;
    },
    async close() {
      for (const relay of open.splice(0)) await relay.close();
    },
  };
}
