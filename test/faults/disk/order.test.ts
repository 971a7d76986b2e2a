import { beforeAll, describe, expect, it } from 'vitest';
import { testSeed } from '../scenario.ts';
import { failedSync } from './failed-sync.ts';
import { cutAfterLastWord, cutPower } from './images.ts';
import { type Recording, record } from './record.ts';
import { EARLY_CHECKPOINTS, orderIn, recordWithKill } from './scenarios.ts';

const seed = testSeed();

describe('what the relay does to the disk', () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await recordWithKill({ seed, sql: EARLY_CHECKPOINTS });
  }, 120_000);

  it('has a sync of the log before anything that leaves it, also over a kill and a new start', () => {
    const { kept, violations } = orderIn(recording);
    expect(violations).toEqual([]);
    expect(kept).toBeGreaterThan(200);
  });

  it('leaves after a power cut what opens, is whole, verifies, and has all that was acknowledged', async () => {
    const { images, unsynced, told, faults } = await cutPower(recording, seed, 200);
    expect(faults).toEqual([]);
    expect(images).toBe(200);
    expect(unsynced).toBeGreaterThan(100);
    expect(told).toBeGreaterThan(200);
    expect(await cutAfterLastWord(recording)).toEqual([]);
  }, 240_000);
});

it('acknowledges nothing once a sync has failed, and says that it is not ready', async () => {
  expect(await failedSync.run({ seed, count: 1 })).toMatch(
    /^1 failed syncs: [1-9]\d* messages and consents told before, none after/,
  );
}, 120_000);

it('with synchronous=NORMAL the same check is red, and a power cut loses what was acknowledged', async () => {
  const load = { lanes: 2, visitors: 1, turns: 5, burst: 4 };
  const recording = await record({ seed, load, sql: 'pragma synchronous = NORMAL' });
  const { kept, violations } = orderIn(recording);
  expect(violations.length).toBeGreaterThan(kept);
  expect(violations[0]).toMatch(/^(message|consent) \S+ was told at act \d+, and the log was not synced/);
  const lost = (await cutAfterLastWord(recording)).filter((fault) => /^(message|consent) \S+ is gone$/.test(fault));
  expect(lost.length).toBeGreaterThan(10);
}, 120_000);
