import { expect, it } from 'vitest';
import { stateEquality } from './scenarios/equality.ts';
import { announceSeed } from './support/seed.ts';

const seed = announceSeed('state equality');

it('old state plus facts is the state fetched afresh, for visitor and agent, whatever fact it was', async () => {
  const { figures } = await stateEquality({ rounds: 1, seed });
  expect(figures.comparisons).toBeGreaterThan(20);
});
