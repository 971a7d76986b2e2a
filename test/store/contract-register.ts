import { describe, expect, it } from 'vitest';
import { newId } from '../../shared/ids.ts';
import type { Stage } from './contract.ts';
import { appendEvent, NOW, SITE, seedConversation } from './seed.ts';

const ALL = { siteId: SITE.id };

/** The register, and whom an erasure by filter would take: what is read over all conversations. */
export function describeRegister(stage: Stage): void {
  describe('register', () => {
    it('lists each act once, the newest first, with its events and the entries that commit to them', async () => {
      const { store } = stage;
      const [one, other] = [await seedConversation(store), await seedConversation(store)];
      const first = (await appendEvent(store, one, { at: NOW })).event;
      await appendEvent(store, one, { at: NOW, actId: first.actId, purpose: 'news', state: 'ConsentRefused' });
      const later = (await appendEvent(store, other, { at: NOW + 5 })).event;
      const { register } = store.read;
      expect(await register.acts({}, null, 9)).toEqual([
        { id: later.actId, at: NOW + 5 },
        { id: first.actId, at: NOW },
      ]);
      expect(await register.acts({}, { at: NOW + 5, id: later.actId }, 9)).toEqual([{ id: first.actId, at: NOW }]);
      expect(await register.countActs(ALL, 9)).toBe(2);
      expect(await register.countActs(ALL, 1)).toBe(1);
      const events = await register.eventsOf([first.actId]);
      const entry = await store.read.ledgerEntry(SITE.id, 1);
      expect(events.map(({ seq, purpose }) => [seq, purpose])).toEqual([
        [1, 'chat'],
        [2, 'news'],
      ]);
      expect(events[0]).toMatchObject({ hash: entry?.hash, prevHash: entry?.prevHash, conversationId: one.id });
      expect(await register.eventsOf([])).toEqual([]);
    });

    it('narrows by everything that it is asked', async () => {
      const { store } = stage;
      const one = await seedConversation(store);
      const { event } = await appendEvent(store, one, { at: NOW, purpose: 'news', state: 'ConsentRefused' });
      const fits = async (filter: Parameters<typeof store.read.register.acts>[0]) =>
        (await store.read.register.acts(filter, null, 9)).length;
      const { noticeHash, conversationId, visitorId, seq, actId } = event;
      expect(
        await fits({ ...ALL, purpose: 'news', states: ['ConsentRefused'], noticeHashes: [noticeHash], from: NOW, to: NOW + 1 }),
      ).toBe(1);
      expect(await fits({ seq, actPrefix: actId.slice(0, 4), conversationId, visitorIds: [visitorId] })).toBe(1);
      expect(await fits({ actPrefix: actId })).toBe(1);
      for (const filter of [
        { siteId: 'another' },
        { purpose: 'chat' },
        { states: [] },
        { states: ['ConsentGiven' as const] },
        { noticeHashes: [] },
        { from: NOW + 1 },
        { to: NOW },
        { seq: seq + 1 },
        { actPrefix: `${actId.slice(0, -1)}${actId.endsWith('0') ? '1' : '0'}` },
        { conversationId: newId() },
        { visitorIds: [] },
      ])
        expect([filter, await fits(filter)]).toEqual([filter, 0]);
    });
  });

  describe('whom an erasure by filter takes', () => {
    it('are visitors all of whose conversations fit', async () => {
      const { store } = stage;
      const one = await seedConversation(store);
      const other = await seedConversation(store);
      await store.write(async (tx) => {
        await tx.updateConversation(one.id, { status: 'closed', withdrawnAt: NOW });
        await tx.insertConversation({ ...other, id: newId(), status: 'closed', createdAt: NOW + 9, lastAt: NOW + 9 });
      });
      const any = { siteId: SITE.id, status: 'any' as const };
      const { erasable } = store.read;
      expect(await erasable.count(any)).toEqual({ visitors: 2, conversations: 3, open: 1, held: 0 });
      expect(await erasable.visitors({ ...any, status: 'ended' }, 9)).toEqual([one.visitorId]);
      expect(await erasable.visitors({ ...any, status: 'withdrawn' }, 9)).toEqual([one.visitorId]);
      expect(await erasable.visitors({ ...any, lastBefore: NOW + 9 }, 9)).toEqual([one.visitorId]);
      expect(await erasable.visitors({ ...any, beganFrom: NOW + 1 }, 9)).toEqual([]);
      expect(await erasable.visitors({ ...any, beganTo: NOW + 1 }, 9)).toEqual([one.visitorId]);
      expect(await erasable.visitors(any, 1)).toHaveLength(1);
      expect(await erasable.count({ ...any, siteId: 'another' })).toEqual({ visitors: 0, conversations: 0, open: 0, held: 0 });
    });
  });
}
