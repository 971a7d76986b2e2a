import { describe, expect, it } from 'vitest';
import { UniqueViolation } from '../../server/store/store.ts';
import { newId } from '../../shared/ids.ts';
import type { Stage } from './contract.ts';
import { buildAgent, buildDelivery, buildWebhook, NOW, SITE, seedConversation, send } from './seed.ts';

export function describeRecipients(stage: Stage): void {
  describe('recipients', () => {
    it('keeps subscriptions; a removed one is known and in no list, its secret and what waited for it gone', async () => {
      const { store } = stage;
      const [one, other] = [buildWebhook(), buildWebhook({ createdAt: NOW + 1, events: ['data.rectified', 'visitor.erased'] })];
      await store.write(async (tx) => {
        await tx.webhooks.insert(other);
        await tx.webhooks.insert(one);
        await tx.webhooks.insertDelivery(buildDelivery(one.id));
        await tx.webhooks.insertDelivery(buildDelivery(other.id));
        await tx.webhooks.setPaused(other.id, NOW);
      });
      const { webhooks } = store.read;
      expect(await webhooks.all()).toEqual([one, { ...other, pausedAt: NOW }]);
      expect(await webhooks.ofSite(SITE.id)).toEqual(await webhooks.all());
      expect(await webhooks.ofSite('another')).toEqual([]);
      expect(await webhooks.due(NOW)).toEqual([one.id]);
      await store.write((tx) => tx.webhooks.remove(one.id, NOW + 5));
      expect(await webhooks.byId(one.id)).toEqual({ ...one, removedAt: NOW + 5, secretSealed: null });
      expect((await webhooks.all()).map(({ id }) => id)).toEqual([other.id]);
      expect(await webhooks.due(NOW)).toEqual([]);
      expect(await webhooks.counts()).toEqual([{ webhookId: other.id, waiting: 1, lastConfirmedAt: null }]);
      const dropped = (await webhooks.newest(9)).find(({ webhookId }) => webhookId === one.id);
      expect(dropped).toMatchObject({ payloadSealed: null, confirmedAt: null, removedAt: NOW + 5 });
    });

    it('gives a delivery to one of those who claim it, and to another only once the claim has run out', async () => {
      const { store } = stage;
      const webhook = buildWebhook();
      const delivery = buildDelivery(webhook.id);
      await store.write(async (tx) => {
        await tx.webhooks.insert(webhook);
        await tx.webhooks.insertDelivery(delivery);
      });
      const claim = (now: number) => store.write((tx) => tx.webhooks.claim(webhook.id, now, now + 60));
      const claims = await Promise.all([claim(NOW), claim(NOW), claim(NOW), claim(NOW)]);
      const taken = claims.filter((one) => one !== null);
      expect(taken).toEqual([{ ...delivery, position: 0, attempts: 1, claimedUntil: NOW + 60 }]);
      expect(await claim(NOW + 59)).toBeNull();
      expect(await claim(NOW + 60)).toMatchObject({ id: delivery.id, attempts: 2 });
      // Whoever lost the claim says nothing of when it is tried again; that it was confirmed counts from anybody.
      const late = { at: NOW + 70, nextAt: NOW + 999, outcome: '500', acceptedAt: null };
      await store.write((tx) => tx.webhooks.postpone(delivery.id, NOW + 60, late));
      expect(await store.read.webhooks.delivery(delivery.id)).toMatchObject({ nextAt: NOW, lastOutcome: null });
      await store.write((tx) => tx.webhooks.postpone(delivery.id, NOW + 120, late));
      expect(await store.read.webhooks.delivery(delivery.id)).toMatchObject({
        nextAt: NOW + 999,
        lastOutcome: '500',
        claimedUntil: 0,
      });
      expect(await claim(NOW + 998)).toBeNull();
      await store.write((tx) => tx.webhooks.hurry({ webhookId: webhook.id }, NOW + 200));
      expect(await store.read.webhooks.due(NOW + 200)).toEqual([webhook.id]);
      expect(await store.write((tx) => tx.webhooks.confirm(delivery.id, NOW + 300, '204'))).toBe(true);
      expect(await store.write((tx) => tx.webhooks.confirm(delivery.id, NOW + 301, '200'))).toBe(false);
      expect(await store.read.webhooks.delivery(delivery.id)).toMatchObject({
        payloadSealed: null,
        confirmedAt: NOW + 300,
        lastOutcome: '204',
      });
      expect(await store.read.webhooks.due(NOW + 999)).toEqual([]);
      expect(await store.read.webhooks.counts()).toEqual([{ webhookId: webhook.id, waiting: 0, lastConfirmedAt: NOW + 300 }]);
    });

    it('gives what is about one visitor in its order, and lets nobody else wait for it', async () => {
      const { store } = stage;
      const [visitor, neighbour] = [await seedConversation(store), await seedConversation(store)];
      const webhook = buildWebhook();
      const about = ({ visitorId }: { visitorId: string }, createdAt: number) =>
        buildDelivery(webhook.id, { visitorId, createdAt });
      const [first, second, third] = [about(visitor, NOW), about(visitor, NOW), about(neighbour, NOW + 2)];
      await store.write((tx) => tx.webhooks.insert(webhook));
      for (const one of [first, second, third]) await store.write((tx) => tx.webhooks.insertDelivery(one));
      const claim = async () => (await store.write((tx) => tx.webhooks.claim(webhook.id, NOW, NOW + 60)))?.id ?? null;
      expect([await claim(), await claim(), await claim()]).toEqual([first.id, third.id, null]);
      // Taken to be done later is told: what follows may follow.
      const accepted = { at: NOW + 1, nextAt: NOW + 999, outcome: '202', acceptedAt: NOW + 1 };
      await store.write((tx) => tx.webhooks.postpone(first.id, NOW + 60, accepted));
      expect([await claim(), await claim()]).toEqual([second.id, null]);
      expect((await store.read.webhooks.toldOf(visitor.visitorId)).map(({ id, recipient }) => [id, recipient])).toEqual([
        [first.id, webhook.recipient],
        [second.id, webhook.recipient],
      ]);
    });

    it('finds who was told of an erasure', async () => {
      const { store } = stage;
      const webhook = buildWebhook();
      const delivery = buildDelivery(webhook.id, { event: 'visitor.erased', erasureId: 'e1' });
      await store.write(async (tx) => {
        await tx.webhooks.insert(webhook);
        await tx.webhooks.insertDelivery(delivery);
      });
      expect((await store.read.webhooks.toldOfErasure('e1')).map(({ id }) => id)).toEqual([delivery.id]);
      expect(await store.read.webhooks.toldOfErasure('e2')).toEqual([]);
    });
  });

  describe('restriction', () => {
    it('[PR-53] takes a visitor out of every list and count, and takes no message, until it is lifted', async () => {
      const { store } = stage;
      const agent = buildAgent();
      await store.write((tx) => tx.insertAgent(agent));
      const [hidden, stays] = [await seedConversation(store), await seedConversation(store)];
      for (const one of [hidden, stays]) await send(store, one.id);
      const { id, visitorId } = hidden;
      const row = { id: newId(), siteId: SITE.id, visitorId, ground: 'request', askedBy: 'visitor', at: NOW } as const;
      const restrict = { ...row, toldAt: null, toldBy: null, liftedAt: null };
      await store.write(async (tx) => {
        await tx.restrictions.insert(restrict);
        await tx.restrictions.hide(visitorId, NOW);
      });
      const twice = store.write((tx) => tx.restrictions.insert({ ...restrict, id: newId() }));
      await expect(twice).rejects.toBeInstanceOf(UniqueViolation);
      const shown = async () => {
        const views = await Promise.all(
          (['unassigned', 'mine', 'all'] as const).map((view) => store.read.inbox(view, agent.id, null, 9)),
        );
        return views.map((rows) => rows.map((one) => one.id));
      };
      expect(await shown()).toEqual([[stays.id], [], [stays.id]]);
      expect(await store.read.inboxCounts(agent.id)).toEqual({ unassigned: 1, mine: 0, all: 1, unread: 1 });
      expect(await store.read.inboxRow(id)).toBeNull();
      expect((await store.read.conversation(id))?.restrictedAt).toBe(NOW);
      expect(await store.read.restrictions.conversations()).toEqual([id]);
      expect(await send(store, id)).toBeNull();
      expect(await send(store, id, { agentId: agent.id })).toBeNull();
      expect(await store.write((tx) => tx.takeSeqInPlace(id, 'visitor', NOW))).toBeNull();
      await store.write(async (tx) => {
        await tx.restrictions.setTold(visitorId, NOW + 1, 'email');
        await tx.restrictions.setLifted(visitorId, NOW + 2);
        await tx.restrictions.hide(visitorId, null);
      });
      expect(await store.read.restrictions.inForce(visitorId)).toBeNull();
      expect(await store.read.restrictions.all()).toEqual([]);
      expect(await store.read.restrictions.of(visitorId)).toEqual([
        { ...row, toldAt: NOW + 1, toldBy: 'email', liftedAt: NOW + 2 },
      ]);
      expect(await send(store, id)).toBe(2);
      expect((await store.read.inboxCounts(agent.id)).unassigned).toBe(2);
    });

    it('[PR-53] keeps objections: one at a time for a purpose, those that wait first', async () => {
      const { store } = stage;
      const { id: conversationId, visitorId } = await seedConversation(store);
      const objection = (purpose: string, at: number) => ({
        ...{ id: newId(), siteId: SITE.id, visitorId, conversationId, purpose, noticeHash: 'n', at },
        ...({ state: 'pending', reason: null, answerSealed: null, decidedAt: null } as const),
      });
      const [first, second] = [objection('statistics', NOW), objection('security', NOW + 1)];
      for (const one of [first, second]) await store.write((tx) => tx.restrictions.insertObjection(one));
      const twice = store.write((tx) => tx.restrictions.insertObjection(objection('statistics', NOW + 2)));
      await expect(twice).rejects.toBeInstanceOf(UniqueViolation);
      const decided = { state: 'overruled', reason: 'legal_claims', answerSealed: null, decidedAt: NOW + 3 } as const;
      await store.write((tx) => tx.restrictions.decideObjection({ id: second.id, ...decided }));
      expect(await store.read.restrictions.objection(second.id)).toEqual({ ...second, ...decided });
      expect((await store.read.restrictions.objections(9)).map(({ id }) => id)).toEqual([first.id, second.id]);
      expect((await store.read.restrictions.objectionsOf(visitorId)).map(({ id }) => id)).toEqual([first.id, second.id]);
    });
  });
}
