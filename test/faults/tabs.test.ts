import { describe, expect, it } from 'vitest';
import { createDatabase } from '../support/postgres.ts';
import { manyStartsOneCookie, oneStartManyTimes, oneStartTwoRelays } from './scenarios/starts.ts';
import { twoTabs } from './scenarios/tabs.ts';
import { announceSeed } from './support/seed.ts';

const seed = announceSeed('tabs and starts');

describe('one visitor in many places at once', () => {
  it('writes in two tabs, and each message is there once and in one order', async () => {
    expect((await twoTabs({ rounds: 20, seed })).rounds).toBe(20);
  });

  it('presses Start fifty times on links that break and a relay that dies: one conversation, one consent', async () => {
    expect((await oneStartManyTimes({ rounds: 3, seed })).rounds).toBe(3);
  });

  it('sends fifty forms under one cookie: they all join its conversation', async () => {
    expect((await manyStartsOneCookie({ rounds: 2, seed })).rounds).toBe(2);
  });

  it('presses Start at two relays on one PostgreSQL at once: one conversation', async () => {
    const database = await createDatabase();
    try {
      expect((await oneStartTwoRelays({ rounds: 2, seed, databaseUrl: database.url })).rounds).toBe(2);
    } finally {
      await database.drop();
    }
  });
});
