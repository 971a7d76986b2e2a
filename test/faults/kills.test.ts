import { describe, expect, it } from 'vitest';
import { createDatabase } from '../support/postgres.ts';
import { killedAtPoints, killedAtRandom, terminated } from './scenarios/kills.ts';
import { announceSeed } from './support/seed.ts';

const seed = announceSeed('kills');

describe('a relay that is killed', () => {
  it('at random moments under load loses nothing acknowledged and doubles nothing', async () => {
    expect((await killedAtRandom({ rounds: 5, seed })).rounds).toBe(5);
  });

  it('at named points leaves of the one message what the point says, and in the end it is there once', async () => {
    expect((await killedAtPoints({ rounds: 4, seed })).rounds).toBe(4);
  });

  it('at named points, on PostgreSQL, does the same', async () => {
    const database = await createDatabase();
    try {
      expect((await killedAtPoints({ rounds: 4, seed, databaseUrl: database.url })).rounds).toBe(4);
    } finally {
      await database.drop();
    }
  });

  it('with SIGTERM under load finishes what was begun, and ends in time', async () => {
    expect((await terminated({ rounds: 2, seed })).rounds).toBe(2);
  });
});
