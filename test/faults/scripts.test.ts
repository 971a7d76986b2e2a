import { expect, it } from 'vitest';
import { scripts } from './scenarios/scripts.ts';
import { announceSeed } from './support/seed.ts';

const seed = announceSeed('scripts');

it('whatever script chance writes, what was written is there once and in one order for everybody', async () => {
  const { rounds, figures } = await scripts({ rounds: 8, seed });
  expect(rounds).toBe(8);
  expect(figures.steps).toBeGreaterThan(8);
});
