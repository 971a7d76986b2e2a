import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { residentBytes } from './processes.ts';
import type { Seats } from './seats.ts';
import { seat, startGenerator, startRelayOf, type Variant } from './variants.ts';

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Seats that were made before, with the store that knows them: a relay that has just made them has memory to spare. */
export interface Prepared {
  seats: Seats;
  env: Record<string, string>;
  remove(): void;
}

export async function prepare(variant: Variant, connections: number): Promise<Prepared> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const env = { ...variant.env, BENCH_DATA_DIR: folder };
  const relay = startRelayOf({ ...variant, env });
  try {
    return { seats: await seat(relay, connections, 0), env, remove: () => rmSync(folder, { recursive: true, force: true }) };
  } finally {
    await relay.stop();
  }
}

/** Resident bytes that each idle visitor costs a fresh relay, after it has collected its garbage. */
export async function idleBytes(variant: Variant, { seats, env }: Prepared): Promise<number> {
  const relay = startRelayOf({ ...variant, env });
  const generator = startGenerator();
  const settled = async (): Promise<number> => {
    for (let at = 0; at < 3; at++) {
      await relay.ask({ kind: 'collect' });
      await pause(300);
    }
    return residentBytes(relay.pid);
  };
  try {
    const { port, origin } = (await relay.ask({ kind: 'listen' })) as Seats;
    const before = await settled();
    await generator.ask({ kind: 'connect', seats: { ...seats, port, origin } });
    // Beyond what a connect sets going: presence, the first pings.
    await pause(2000);
    return ((await settled()) - before) / seats.visitors.length;
  } finally {
    await Promise.all([generator.stop(), relay.stop()]);
  }
}
