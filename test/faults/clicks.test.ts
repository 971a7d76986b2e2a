import { expect, it } from 'vitest';
import { doubleClicks } from './scenarios/clicks.ts';

it('a double click on Send and Enter held down give one message, on a link and without one', async () => {
  expect((await doubleClicks({ rounds: 2, seed: 1 })).figures.gestures).toBe(16);
});
