import { expect, it } from 'vitest';
import { crowdComesBack } from './scenarios/restart.ts';
import { announceSeed } from './support/seed.ts';

const seed = announceSeed('restart');

it('a crowd whose relay was killed, and stopped, comes back in time, spread by chance, with everything it wrote', async () => {
  const { rounds, figures } = await crowdComesBack({ rounds: 2, seed, clients: 200 });
  expect([rounds, figures.messages]).toEqual([2, 3 * 200]);
});
