import { describe, expect, it } from 'vitest';
import { awayForLong } from './scenarios/absence.ts';
import { cutWithinFrames, droppedAnswers, swallowed } from './scenarios/links.ts';
import { announceSeed } from './support/seed.ts';

const seed = announceSeed('links');

describe('a link that breaks', () => {
  it('with the answer to a send loses and doubles nothing', async () => {
    expect((await droppedAnswers({ rounds: 24, seed })).rounds).toBe(24);
  });

  it.each(['up', 'down'] as const)('within a frame on its way %s loses and doubles nothing', async (direction) => {
    expect((await cutWithinFrames({ rounds: 12, seed, direction })).rounds).toBe(12);
  });

  it.each(['up', 'down'] as const)('in one direction only, %s, is noticed and replaced', async (direction) => {
    expect((await swallowed({ rounds: 1, seed, direction })).rounds).toBe(1);
  });

  it('for longer than any page or buffer holds brings everything on return, in order and once', async () => {
    expect((await awayForLong({ rounds: 2, seed, messages: 230 })).rounds).toBe(2);
  });
});
