import { expect, it } from 'vitest';
import { scripts } from './scenarios/scripts.ts';
import { announceSeed } from './support/seed.ts';

const seed = announceSeed('scripts');

it('whatever script chance writes, what was written is there once and in one order for everybody', async () => {
  expect((await scripts({ rounds: Number(process.env.RUNS ?? 8), seed })).rounds).toBe(Number(process.env.RUNS ?? 8));
}, 600_000);
