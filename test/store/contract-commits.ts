import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StoreUnavailable, UniqueViolation } from '../../server/store/store.ts';
import type { Stage } from './contract.ts';
import { buildAgent, SITE, seedConversation, send } from './seed.ts';

export function describeCommits(stage: Stage): void {
  describe('commits', () => {
    it('rolls back the member that throws, with its own error, and keeps its neighbours', async () => {
      const { store } = stage;
      const [before, failing, after] = [buildAgent(), buildAgent(), buildAgent()];
      class OwnError extends Error {}
      const results = await Promise.allSettled([
        store.write((tx) => tx.insertAgent(before)),
        store.write(async (tx) => {
          await tx.insertAgent(failing);
          throw new OwnError('no');
        }),
        store.write((tx) => tx.insertAgent(before)),
        store.write(async (tx) => {
          await tx.insertAgent(after);
          return (await tx.countAgents()) + 40;
        }),
      ]);
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
      expect(results[1]).toMatchObject({ reason: expect.any(OwnError) });
      expect(results[2]).toMatchObject({ reason: expect.any(UniqueViolation) });
      expect(results[3]).toMatchObject({ value: 42 });
      expect(await store.read.agentById(before.id)).toEqual(before);
      expect(await store.read.agentById(failing.id)).toBeNull();
      expect(await store.read.agentById(after.id)).toEqual(after);
    });

    it('rolls back a lone write that throws', async () => {
      const { store } = stage;
      const agent = buildAgent();
      const failing = store.write(async (tx) => {
        await tx.insertAgent(agent);
        throw new RangeError('no');
      });
      await expect(failing).rejects.toBeInstanceOf(RangeError);
      expect(await store.read.agentById(agent.id)).toBeNull();
    });

    it.each([1, 3])('fails a write that looked away from a failed statement, among %i', async (among) => {
      const { store } = stage;
      const agent = buildAgent();
      await store.write((tx) => tx.insertAgent(agent));
      const other = buildAgent();
      const looksAway = store.write(async (tx) => {
        await tx.insertAgent(other);
        await tx.insertAgent(agent).catch(() => undefined);
        return 'as if nothing had happened';
      });
      const neighbours = Array.from({ length: among - 1 }, () => store.write((tx) => tx.insertAgent(buildAgent())));
      await expect(looksAway).rejects.toBeInstanceOf(UniqueViolation);
      await Promise.all(neighbours);
      expect(await store.read.agentById(other.id)).toBeNull();
    });

    it('gives a rule the same unique error inside the transaction', async () => {
      const { store } = stage;
      const agent = buildAgent();
      await store.write((tx) => tx.insertAgent(agent));
      let seen: unknown;
      const work = store.write((tx) =>
        tx.insertAgent(agent).catch((error: unknown) => {
          seen = error;
          throw new RangeError('said in the rule’s words');
        }),
      );
      await expect(work).rejects.toBeInstanceOf(RangeError);
      expect(seen).toBeInstanceOf(UniqueViolation);
    });

    it('shows a member what it wrote, and nobody else before the commit', async () => {
      const { store } = stage;
      const agent = buildAgent();
      const seen = await store.write(async (tx) => {
        await tx.insertAgent(agent);
        return { inside: await tx.agentById(agent.id), outside: await store.read.agentById(agent.id) };
      });
      expect(seen).toEqual({ inside: agent, outside: null });
      expect(await store.read.agentById(agent.id)).toEqual(agent);
    });

    it('answers reads while a write takes its time, and keeps later writes in order', async () => {
      const { store } = stage;
      const order: string[] = [];
      const slow = store.write(async (tx) => {
        await tx.upsertSite({ ...SITE, name: 'slow' });
        await sleep(100);
        order.push('slow');
      });
      await sleep(20);
      const quick = store.write(async () => {
        order.push('quick');
      });
      expect((await store.read.siteById(SITE.id))?.name).toBe(SITE.name);
      expect(order).toEqual([]);
      await Promise.all([slow, quick]);
      expect(order).toEqual(['slow', 'quick']);
      expect((await store.read.siteById(SITE.id))?.name).toBe('slow');
    });

    it('refuses a statement that comes after its transaction', async () => {
      const { store } = stage;
      const agent = buildAgent();
      let late: (() => Promise<void>) | undefined;
      await store.write(async (tx) => {
        late = () => tx.insertAgent(agent);
      });
      await expect(late?.()).rejects.toThrow('the transaction is over');
      expect(await store.read.agentById(agent.id)).toBeNull();
    });

    it('finishes what was accepted before it closes, and refuses what comes after', async () => {
      const { store, backend } = stage;
      const conversation = await seedConversation(store);
      const sends = Array.from({ length: 20 }, () => send(store, conversation.id));
      const closing = store.close();
      await expect(send(store, conversation.id)).rejects.toBeInstanceOf(StoreUnavailable);
      expect(await Promise.all(sends)).toHaveLength(20);
      await closing;
      await store.close();
      await expect(store.read.siteById(SITE.id)).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(store.ping(500)).rejects.toBeInstanceOf(StoreUnavailable);
      stage.store = await backend.open();
      expect(await stage.store.read.messagesAfter(conversation.id, 0, 100)).toHaveLength(20);
    });

    it('answers a ping', async () => {
      await expect(stage.store.ping(2000)).resolves.toBeUndefined();
    });
  });
}
