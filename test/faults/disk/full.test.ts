import { describe, expect, it } from 'vitest';
import { testSeed } from '../scenario.ts';
import { fullDisk, startOnFullDisk } from './full.ts';

const seed = testSeed();

describe('a full disk', () => {
  it('refuses what is sent, loses nothing, goes on reading, and is over when there is room', async () => {
    expect(await fullDisk.run({ seed, count: 1 })).toContain('1 outages: slowest answer');
  });

  it('stops a start with one line, and no start hangs', async () => {
    expect(await startOnFullDisk.run({ seed, count: 4 })).toMatch(/^[2-4] starts refused in one line/);
  }, 150_000);
});
