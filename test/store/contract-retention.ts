import { describe, expect, it } from 'vitest';
import type { DataClass, RetentionDueRow } from '../../server/store/rows.ts';
import { newId } from '../../shared/ids.ts';
import type { Stage } from './contract.ts';
import { buildEntry, bytes, NOW, SITE, seedConversation, send } from './seed.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function describeRetention(stage: Stage): void {
  describe('retention', () => {
    const watch = async (kind: DataClass, dueAt: number): Promise<string> => {
      const { id } = await seedConversation(stage.store);
      await stage.store.write((tx) => tx.retention.watch(id, [kind], NOW, dueAt));
      return id;
    };
    const names = (rows: RetentionDueRow[]) => rows.map(({ conversationId, kind, dueAt }) => [conversationId, kind, dueAt]);

    it('finds what is due, the longest ago first, page by page, and nothing twice (PR-61)', async () => {
      const { read } = stage.store;
      const late = await watch('messages', NOW + 3);
      const early = await watch('consent', NOW + 1);
      const same = await watch('form', NOW + 1);
      const future = await watch('messages', NOW + 9);
      const all = await read.retention.due(NOW + 5, null, 10);
      const first = [early, same].sort();
      expect(all.map(({ conversationId }) => conversationId)).toEqual([...first, late]);
      const one = await read.retention.due(NOW + 5, null, 1);
      const two = await read.retention.due(NOW + 5, one[0] ?? null, 1);
      const rest = await read.retention.due(NOW + 5, two[0] ?? null, 9);
      expect(names([...one, ...two, ...rest])).toEqual(names(all));
      expect(names(all).flat()).not.toContain(future);
    });

    it('sets a clock again, lets a done one rest, and wakes it for what comes anew', async () => {
      const { store } = stage;
      const { retention } = store.read;
      const id = await watch('evidence', NOW);
      const clock = { conversationId: id, kind: 'evidence' as const };
      await store.write((tx) => tx.retention.postpone({ ...clock, since: NOW + 1, dueAt: NOW + DAY, held: 1 }));
      expect(await retention.dueOf(id)).toEqual([{ ...clock, since: NOW + 1, dueAt: NOW + DAY, held: 1, doneAt: null }]);
      // What is held is nobody's lateness.
      expect(await retention.oldest()).toEqual([]);
      await store.write((tx) => tx.retention.lookAgain(id, NOW + 5));
      expect(await retention.oldest()).toEqual([{ kind: 'evidence', since: NOW + 1, dueAt: NOW + 5 }]);
      await store.write((tx) => tx.retention.done(id, 'evidence', NOW + 6));
      await store.write((tx) => tx.retention.lookAgain(id, NOW + 7));
      expect(await retention.due(NOW + 10 * DAY, null, 9)).toEqual([]);
      expect(await retention.dueOf(id)).toMatchObject([{ dueAt: null, doneAt: NOW + 6, held: 0 }]);
      await store.write((tx) => tx.retention.watch(id, ['evidence'], NOW + 8, NOW + 9));
      expect(await retention.dueOf(id)).toMatchObject([{ dueAt: NOW + 9, doneAt: null }]);
    });

    it('tells the oldest of each kind', async () => {
      for (const [at, kind] of [
        [3, 'messages'],
        [1, 'messages'],
        [2, 'consent'],
      ] as const) {
        const { id } = await seedConversation(stage.store);
        await stage.store.write((tx) => tx.retention.watch(id, [kind], NOW - at, NOW + at));
      }
      expect(await stage.store.read.retention.oldest()).toEqual([
        { kind: 'messages', since: NOW - 3, dueAt: NOW + 1 },
        { kind: 'consent', since: NOW - 2, dueAt: NOW + 2 },
      ]);
    });

    it('deletes the messages of one conversation, or what was said in them', async () => {
      const { store } = stage;
      const [gone, redacted, stays] = [
        await seedConversation(store),
        await seedConversation(store),
        await seedConversation(store),
      ];
      for (const { id } of [gone, redacted, stays]) for (let n = 0; n < 2; n++) await send(store, id);
      const counts = await store.write(async (tx) => [
        await tx.retention.deleteMessages(gone.id),
        await tx.retention.redactMessages(redacted.id, NOW + 9),
      ]);
      expect(counts).toEqual([2, 2]);
      expect(await store.read.messagesAfter(gone.id, 0, 9)).toEqual([]);
      const left = await store.read.messagesAfter(redacted.id, 0, 9);
      expect(left.map(({ seq, author, bodySealed, erasedAt }) => [seq, author, bodySealed.length, erasedAt])).toEqual([
        [1, 'visitor', 0, NOW + 9],
        [2, 'visitor', 0, NOW + 9],
      ]);
      expect((await store.read.inboxRow(redacted.id))?.last?.erasedAt).toBe(NOW + 9);
      expect((await store.read.messagesAfter(stays.id, 0, 9)).map(({ erasedAt }) => erasedAt)).toEqual([null, null]);
      expect(await store.read.retention.countBodies([gone.id, redacted.id, stays.id])).toBe(2);
    });

    it('shreds one key of one visitor, puts a fresh one in its place where there is to be one, and counts', async () => {
      const { store } = stage;
      const { visitorId } = await seedConversation(store);
      const other = await seedConversation(store);
      const key = (id: string, whose: string, of: DataClass) => ({
        id,
        visitorId: whose,
        class: of,
        wrapped: bytes(id),
        masterKeyId: 'm',
        createdAt: NOW,
      });
      await store.write(async (tx) => {
        for (const of of ['messages', 'form'] as const) await tx.insertDataKey(key(`${of}-1`, visitorId, of));
        await tx.insertDataKey(key('messages-2', other.visitorId, 'messages'));
      });
      const before = (await store.read.retention.state()).shreds;
      const done = await store.write(async (tx) => [
        await tx.retention.shred(visitorId, 'messages', null),
        await tx.retention.shred(visitorId, 'form', key('form-3', visitorId, 'form')),
        await tx.retention.shred(visitorId, 'consent', null),
      ]);
      expect(done).toEqual([true, true, false]);
      expect((await store.read.dataKeysOf(visitorId)).map(({ id }) => id)).toEqual(['form-3']);
      expect(await store.read.dataKeysOf(other.visitorId)).toHaveLength(1);
      expect((await store.read.retention.state()).shreds).toBe(before + 2);
    });

    it('gives the turn to one relay at a time, and to the next when it is late or its clock was wrong (PR-61)', async () => {
      const { store } = stage;
      const claim = (now: number) => store.write((tx) => tx.retention.claim(now, now + HOUR));
      const turns = await Promise.all([claim(NOW), claim(NOW), claim(NOW)]);
      expect(turns.filter(Boolean)).toHaveLength(1);
      expect(await claim(NOW + HOUR - 1)).toBe(false);
      expect(await claim(NOW + HOUR)).toBe(true);
      await store.write((tx) => tx.retention.finish(NOW + 2, NOW + 3 * HOUR));
      expect(await store.read.retention.state()).toMatchObject({ ranAt: NOW + 2, nextAt: NOW + 3 * HOUR });
      expect(await claim(NOW + 2 * HOUR)).toBe(false);
      // A year was noted by mistake; the clock is right again.
      expect(await claim(NOW - 365 * DAY)).toBe(true);
    });

    it('keeps one hold for a conversation, and names those that stand', async () => {
      const { store } = stage;
      const { id: conversationId } = await seedConversation(store);
      const hold = { conversationId, id: 'h1', reasonSealed: bytes('why'), agentId: 'a', setAt: NOW, until: NOW + 5 };
      const second = { ...hold, id: 'h2', until: NOW + 9 };
      for (const one of [hold, second]) await store.write((tx) => tx.retention.upsertHold(one));
      expect(await store.read.retention.hold(conversationId)).toMatchObject({ id: 'h2', until: NOW + 9 });
      expect((await store.read.retention.holds(NOW + 8, 9)).map(({ id }) => id)).toEqual(['h2']);
      expect(await store.read.retention.holds(NOW + 9, 9)).toEqual([]);
      const lifted = await store.write(async (tx) => [
        await tx.retention.deleteHold(conversationId),
        await tx.retention.deleteHold(conversationId),
      ]);
      expect(lifted).toEqual([true, false]);
    });

    it('remembers runs, for a while', async () => {
      const { store } = stage;
      const run = (at: number, byRelay: boolean) => ({
        id: newId(at),
        startedAt: at - 1,
        finishedAt: at,
        byRelay,
        counts: { messages: 3 },
        oldest: { messages: 7 },
        failed: 1,
      });
      const [old, fresh] = [run(NOW, true), run(NOW + 2, false)];
      for (const one of [old, fresh]) await store.write((tx) => tx.retention.insertRun(one));
      expect(await store.read.retention.runs(9)).toEqual([fresh, old]);
      await store.write((tx) => tx.retention.deleteRunsBefore(NOW + 1));
      expect(await store.read.retention.runs(9)).toEqual([fresh]);
    });

    it('remembers an erasure that nobody asked for as the relay’s', async () => {
      const { store } = stage;
      const row = {
        siteId: SITE.id,
        seq: 1,
        id: newId(),
        at: NOW,
        by: 'relay' as const,
        reason: 'retention' as const,
        counts: {},
        messageId: null,
        subjectDigest: null,
        kid: 'k',
        signature: 's',
      };
      await store.write(async (tx) => {
        await tx.appendEntries([buildEntry(await tx.lockLedgerHead(SITE.id))]);
        await tx.insertErasure(row);
      });
      expect(await store.read.erasures(SITE.id, 0, 9)).toEqual([row]);
    });

    it('lets go of ended sessions and links of staff', async () => {
      const { store } = stage;
      await store.write(async (tx) => {
        const agent = { email: 'a@example.org', name: 'A', role: 'agent' as const, passwordHash: 'h', createdAt: NOW };
        await tx.insertAgent({ ...agent, id: 'a', disabledAt: null });
        for (const [tokenHash, expiresAt] of [
          ['old', NOW],
          ['new', NOW + 9],
        ] as const) {
          await tx.insertAgentSession({ tokenHash, agentId: 'a', createdAt: NOW, seenAt: NOW, expiresAt });
          await tx.insertLink({ tokenHash, kind: 'reset', agentId: 'a', createdAt: NOW, expiresAt, usedAt: null });
        }
      });
      const before = { security: NOW + 5, access: NOW, requests: NOW, breaches: NOW, audit: NOW };
      expect(await store.read.retention.countOwn(before)).toEqual({ security: 2, access: 0, requests: 0, breaches: 0, audit: 0 });
      expect(await store.write((tx) => tx.retention.deleteSecurityLogs(NOW + 5))).toBe(2);
      expect([await store.read.agentSession('old'), await store.read.link('old')]).toEqual([null, null]);
      expect([await store.read.agentSession('new'), await store.read.link('new')]).not.toContain(null);
    });
  });
}
