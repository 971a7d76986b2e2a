import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachRound, type Scenario } from '../scenario.ts';
import { judge } from './judge.ts';
import { checkOrder, toldIn } from './order.ts';
import { seeded } from './random.ts';
import { startRelayUnder } from './relay-under.ts';
import { type Act, readTrace, strace } from './strace.ts';
import { type History, work } from './workload.ts';

/** In the middle of the load. */
const FAIL_FROM = 45;
const FAIL_WITHIN = 20;

/**
 * A sync of the log fails once, and every later one claims to be well. Nothing that the failed one should have kept is
 * acknowledged, nor anything after it; the relay says that it is not ready, and a new start has all that was told.
 */
export const failedSync: Scenario = {
  name: 'a sync that fails',
  async run(options) {
    let told = 0;
    const rounds = await eachRound(options, 5, async (seed) => {
      told += await oneFailure(seed);
    });
    return `${rounds} failed syncs: ${told} messages and consents told before, none after`;
  },
};

async function oneFailure(seed: number): Promise<number> {
  const random = seeded(seed);
  const root = mkdtempSync(join(tmpdir(), 'parley-disk-'));
  const trace = join(mkdtempSync(join(tmpdir(), 'parley-trace-')), 'trace');
  const dataDir = join(root, 'data');
  const history: History = new Map();
  try {
    const inject = `fsync:error=EIO:when=${FAIL_FROM + random.below(FAIL_WITHIN)}`;
    const relay = await startRelayUnder({ dataDir, under: strace(trace, inject) });
    try {
      // Enough turns that the chosen sync is reached however many writes share one.
      await work(relay, history, random, { lanes: 4, visitors: 3, turns: 10, burst: 6 });
      const { status } = await fetch(`${relay.origin}/readyz`);
      if (status !== 503) throw new Error(`/readyz says ${status} after a failed sync`);
      await relay.stop();
    } finally {
      await relay.kill();
    }
    const acts = await readTrace(trace, root);
    const told = toldIn(acts, history);
    const { violations } = checkOrder(acts, told);
    const failed = acts.findIndex(isLostLog);
    if (failed < 0) throw new Error('no sync of the log has failed');
    const after = acts.slice(failed).filter((act) => act.kind === 'write' && act.file.endsWith('-wal'));
    if (after.length > 0) violations.push(`${after.length} writes to the log after its sync had failed`);
    const kept = told.map(({ asked }) => asked);
    violations.push(...(await judge(dataDir, kept, history)));
    if (violations.length > 0) throw new Error(`seed ${seed}: ${violations.join('\n')}`);
    return kept.length;
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(join(trace, '..'), { recursive: true, force: true });
  }
}

function isLostLog(act: Act): boolean {
  return act.kind === 'lost' && act.path.endsWith('-wal');
}
