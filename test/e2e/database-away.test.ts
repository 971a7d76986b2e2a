import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../support/postgres-cluster.ts';
import { bubblesWith, conversations, openStage, type Stage, said } from '../support/stage.ts';

let cluster: Cluster;
let stage: Stage;

beforeAll(async () => {
  cluster = await startCluster();
  stage = await openStage({ env: { DATABASE_URL: cluster.url, PARLEY_MASTER_KEY: 'ab'.repeat(32) } });
});
afterAll(async () => {
  await stage?.close();
  cluster?.remove();
});

describe('while the database is away', () => {
  it('visitor and agent read that what they send waits, and it arrives once when the database is back', async () => {
    const visitor = await stage.visitor();
    await visitor.begin('Is The Tide Almanac in?', { name: 'Oisin' });
    const agent = await stage.agent();
    await agent.openTalk('Oisin');
    await bubblesWith(agent.bubbles, 'Is The Tide Almanac in?');

    await cluster.kill(true);
    await visitor.say('Asked while it was away');
    await agent.say('Answered while it was away');
    const held = visitor.chat.locator('.strip', { hasText: said.chat('held') });
    const agentHeld = agent.page.locator('.strip', { hasText: said.console('line.held') });
    await held.waitFor();
    await agentHeld.waitFor();
    expect(await held.textContent()).toContain(said.chat('heldText'));
    // The words beneath each message say the same as the strip.
    await visitor.chat.locator('.grp.me .meta', { hasText: said.chat('waits') }).waitFor();
    await agent.page.locator('.grp.me', { hasText: said.console('status.held') }).waitFor();
    expect(await agent.bubbles.filter({ hasText: 'Asked while it was away' }).count()).toBe(0);

    cluster.start();
    await held.waitFor({ state: 'detached' });
    await agentHeld.waitFor({ state: 'detached' });
    for (const text of ['Asked while it was away', 'Answered while it was away']) {
      expect(await bubblesWith(visitor.bubbles, text)).toBe(1);
      expect(await bubblesWith(agent.bubbles, text)).toBe(1);
    }
    const [conversation] = await conversations(stage.relay);
    expect(conversation?.lastSeq).toBe(3);
  });
});
