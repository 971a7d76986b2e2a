import { expect, it } from 'vitest';
import { testSeed } from '../scenario.ts';
import { databaseScenarios } from './scenarios.ts';

const seed = testSeed();

it.each(databaseScenarios)(
  '$name: nothing is lost, senders hear so in time, and it heals by itself',
  async ({ run }) => {
    expect(await run({ seed, count: 1 })).toContain('1 outages: slowest answer');
  },
  120_000,
);
