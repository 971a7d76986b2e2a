import { eachRound, type Scenario } from '../scenario.ts';
import { failedSync } from './failed-sync.ts';
import { fullDisk, startOnFullDisk } from './full.ts';
import { cutPower } from './images.ts';
import { checkOrder, toldIn } from './order.ts';
import { seeded } from './random.ts';
import { type Recording, type RecordOptions, record } from './record.ts';

/** Some fifty syncs under load, in a few seconds. */
const LOAD = { lanes: 4, visitors: 3, turns: 6, burst: 6 };
/** The log is written back several times in one recording, and begun anew. */
export const EARLY_CHECKPOINTS = 'pragma wal_autocheckpoint = 100';
/** In the middle of the load: a first start and the sign-in take about eighteen syncs. */
const KILL_FROM = 49;
const KILL_WITHIN = 20;
const IMAGES_OF_ONE = 200;

/** Nothing about a message or a consent leaves the relay before it is on the disk, also over a kill and a new start. */
const orderOfDisk: Scenario = {
  name: 'order of disk',
  async run(options) {
    let told = 0;
    const rounds = await eachRound(options, 5, async (seed) => {
      const recording = await recordWithKill({ seed });
      const { kept, violations } = orderIn(recording);
      if (violations.length > 0) throw new Error(`seed ${seed}: ${violations.join('\n')}`);
      told += kept;
    });
    return `${rounds} recordings, each killed once at a sync: ${told} messages and consents told, each after its sync`;
  },
};

/** Whatever a power cut leaves opens, is whole, verifies, and has everything that was told before it. */
const powerCuts: Scenario = {
  name: 'power cuts',
  async run(options) {
    const { count = IMAGES_OF_ONE, ...rest } = options;
    const sums = { images: 0, unsynced: 0, told: 0 };
    const images = Math.min(count, IMAGES_OF_ONE);
    const rounds = await eachRound({ ...rest, count: Math.ceil(count / images) }, 1, async (seed) => {
      const recording = await recordWithKill({ seed, sql: EARLY_CHECKPOINTS });
      const report = await cutPower(recording, seed, images);
      if (report.faults.length > 0) throw new Error(`seed ${seed}: ${report.faults.slice(0, 20).join('\n')}`);
      sums.images += report.images;
      sums.unsynced += report.unsynced;
      sums.told += report.told;
    });
    return `${sums.images} images of ${rounds} recordings, ${sums.unsynced} with writes that were not synced: ${sums.told} messages and consents kept`;
  },
};

/** What is wrong with the order in a recording, with proof that everything acknowledged was looked at. */
export function orderIn({ acts, history, lives }: Recording): { kept: number; violations: string[] } {
  const told = toldIn(acts, history);
  const seen = new Set(told.map(({ asked }) => asked.id));
  const unseen = [...history.values()].filter(({ id, acked }) => acked && !seen.has(id));
  if (unseen.length > 0) throw new Error(`${unseen.length} were acknowledged, and the trace does not show it`);
  const { kept, violations } = checkOrder(acts, told);
  // What a killed relay wrote and did not sync is read as committed by the next one: it syncs the log before all else.
  for (const from of lives.slice(1)) {
    const next = acts
      .slice(from)
      .find((act) => (act.kind === 'write' ? act.file : act.kind === 'sync' ? act.path : '').endsWith('-wal'));
    if (next?.kind !== 'sync') violations.push(`the start at act ${from} wrote to the log that it found before it had synced it`);
  }
  return { kept, violations };
}

/** A first start that is killed at a sync in the middle of its load, and a second that ends well. */
export function recordWithKill(options: Pick<RecordOptions, 'seed' | 'sql'>): Promise<Recording> {
  return record({ ...options, load: LOAD, killAtSync: KILL_FROM + seeded(options.seed).below(KILL_WITHIN) });
}

export const diskScenarios: readonly Scenario[] = [orderOfDisk, powerCuts, failedSync, fullDisk, startOnFullDisk];
