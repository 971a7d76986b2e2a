import { retentionWords } from '../../shared/i18n/retention.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { DAY } from '../../shared/limits.ts';
import type { RetentionCounts } from '../../shared/retention.ts';
import type { Config } from '../config.ts';
import { RecentConversations } from '../conversations/recent.ts';
import { loadSigningKey } from '../ledger/signing.ts';
import { createLog } from '../log.ts';
import { previewRetention, runRetention } from '../retention/job.ts';
import { silentWorld } from '../world.ts';
import { openBeside, openVault } from './open.ts';

const say = (key: keyof typeof retentionWords, values: Record<string, string | number> = {}): void =>
  console.log(fill(retentionWords[key], values));

/** Looks through what is due at once, or with `isDry` counts it; 1 when something could not be settled. */
export async function retentionCommand(config: Config, isDry: boolean): Promise<number> {
  const store = await openBeside(config);
  try {
    const vault = await openVault(config, store);
    if (isDry) {
      const { counts, held, more } = await previewRetention({ store, vault, config, clock: Date.now });
      say('dry.begin');
      sayCounts(counts);
      if (held > 0) say('held', { count: held });
      if (more) say('more');
      return 0;
    }
    const signing = await loadSigningKey(store, vault, Date.now());
    const beside = {
      recent: new RecentConversations(),
      world: silentWorld(),
      clock: Date.now,
      log: createLog({ ...config, logLevel: 'error' }, process.stderr),
    };
    const run = await runRetention({ ...beside, config, store, vault, signing }, false);
    say('run.begin', { ms: run.finishedAt - run.startedAt });
    sayCounts(run.counts);
    const oldest = Object.entries(run.oldest).map(([kind, age]) =>
      fill(retentionWords['oldest.one'], { kind, days: Math.floor(age / DAY) }),
    );
    if (oldest.length > 0) say('oldest', { kinds: oldest.join(', ') });
    else say('oldest.none');
    if (run.failed > 0) say('failed', { count: run.failed });
    else say('running');
    return run.failed > 0 ? 1 : 0;
  } finally {
    await store.close();
  }
}

function sayCounts(counts: RetentionCounts): void {
  const found = Object.entries(counts) as [keyof RetentionCounts, number][];
  if (found.length === 0) console.log(`  ${retentionWords.none}`);
  for (const [kind, count] of found) console.log(`  ${fill(retentionWords[`kind.${kind}`], { count })}`);
}
