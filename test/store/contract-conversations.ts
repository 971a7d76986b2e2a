import { describe, expect, it } from 'vitest';
import { UniqueViolation } from '../../server/store/store.ts';
import { newId } from '../../shared/ids.ts';
import type { Stage } from './contract.ts';
import { buildAgent, buildConversation, buildMessage, LATER, NOW, seedConversation, seedVisitor, send } from './seed.ts';

export function describeConversations(stage: Stage): void {
  describe('conversations', () => {
    it('has one open conversation for each visitor, whoever starts at once', async () => {
      const { store, backend } = stage;
      const visitorId = await seedVisitor(store);
      const starts = await Promise.allSettled(
        Array.from({ length: 50 }, () => store.write((tx) => tx.insertConversation(buildConversation(visitorId)))),
      );
      const refusals = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason] : []));
      expect(refusals).toHaveLength(49);
      expect(refusals.every((reason) => reason instanceof UniqueViolation)).toBe(true);
      expect(await backend.raw('select id from conversation')).toHaveLength(1);
      const open = await store.read.openConversationOf(visitorId);
      await store.write((tx) => tx.updateConversation(open?.id ?? '', { status: 'closed', closedBy: 'agent', closedAt: NOW }));
      expect(await store.read.openConversationOf(visitorId)).toBeNull();
      const next = buildConversation(visitorId, { createdAt: NOW + 1 });
      await store.write((tx) => tx.insertConversation(next));
      expect((await store.read.conversationsOf(visitorId)).map(({ id }) => id)).toEqual([open?.id, next.id]);
      expect(await store.read.conversationsOf('nobody')).toEqual([]);
      const reopening = store.write((tx) => tx.updateConversation(open?.id ?? '', { status: 'open' }));
      await expect(reopening).rejects.toBeInstanceOf(UniqueViolation);
    });

    it('refuses a conversation without a visitor, and a message without a conversation', async () => {
      const { store, backend } = stage;
      await expect(store.write((tx) => tx.insertConversation(buildConversation(newId())))).rejects.toThrow(/foreign key/i);
      await expect(store.write((tx) => tx.insertMessage(buildMessage(newId(), 1)))).rejects.toThrow(/foreign key/i);
      expect(await backend.raw('select id from conversation')).toEqual([]);
      expect(await backend.raw('select id from message')).toEqual([]);
    });

    it('changes what it is told to, and nothing else', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      const agent = buildAgent();
      await store.write((tx) => tx.insertAgent(agent));
      const change = {
        closedBy: 'visitor' as const,
        closedAt: NOW + 1,
        withdrawnAt: NOW + 2,
        leftAt: NOW + 3,
        keptUntil: NOW + 4,
        consentUntil: NOW + 5,
        assigneeId: agent.id,
        lastAt: NOW + 6,
        waitingSince: NOW + 7,
        status: 'closed' as const,
      };
      await store.write((tx) => tx.updateConversation(conversation.id, change));
      expect(await store.read.conversation(conversation.id)).toEqual({ ...conversation, ...change });
      await store.write((tx) => tx.updateConversation(conversation.id, { keptUntil: null }));
      await store.write((tx) => tx.updateConversation(conversation.id, {}));
      expect(await store.read.conversation(conversation.id)).toEqual({ ...conversation, ...change, keptUntil: null });
    });

    it('gives seqs without a gap to 200 sends at once', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      const seqs = await Promise.all(Array.from({ length: 200 }, () => send(store, conversation.id)));
      expect(seqs.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
      const messages = await store.read.messagesAfter(conversation.id, 0, 500);
      expect(messages.map((message) => message.seq)).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
      expect((await store.read.conversation(conversation.id))?.lastSeq).toBe(200);
    });

    it('gives seqs without a gap to writes that run side by side, and undoes the one that fails alone', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      const taken = buildMessage(conversation.id, 1);
      await store.write((tx) => tx.insertMessage(taken));
      await store.write((tx) => tx.takeSeq(conversation.id, 'visitor', null, NOW));
      const beside = (id = newId()) =>
        store.write(
          async (tx) => {
            const seq = await tx.takeSeqInPlace(conversation.id, 'visitor', NOW);
            await tx.insertMessage({ ...buildMessage(conversation.id, seq ?? 0), id });
            return seq;
          },
          { independent: true },
        );
      const results = await Promise.allSettled([
        ...Array.from({ length: 60 }, () => beside()),
        beside(taken.id),
        store.write((tx) => tx.insertAgent(buildAgent())),
        ...Array.from({ length: 60 }, () => beside()),
      ]);
      expect(results.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
      expect(results[60]).toMatchObject({ reason: expect.any(UniqueViolation) });
      const messages = await store.read.messagesAfter(conversation.id, 0, 500);
      expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 121 }, (_, at) => at + 1));
      expect((await store.read.conversation(conversation.id))?.lastSeq).toBe(121);
    });

    it('takes a seq in place only where there is nothing else to write', async () => {
      const { store } = stage;
      const agent = buildAgent();
      await store.write((tx) => tx.insertAgent(agent));
      const conversation = await seedConversation(store);
      const { id } = conversation;
      expect(await store.write((tx) => tx.takeSeqInPlace(id, 'agent', NOW + 1))).toBeNull();
      expect(await store.write((tx) => tx.takeSeqInPlace(id, 'visitor', NOW + 1))).toBe(1);
      await store.write((tx) => tx.takeSeq(id, 'agent', agent.id, NOW + 2));
      expect(await store.write((tx) => tx.takeSeqInPlace(id, 'agent', NOW + 3))).toBe(3);
      const now = await store.read.conversation(id);
      expect(now).toMatchObject({ lastSeq: 3, lastAt: NOW + 2, assigneeId: agent.id, waitingSince: null });
      for (const change of [{ status: 'closed' as const }, { status: 'open' as const, withdrawnAt: NOW }]) {
        await store.write((tx) => tx.updateConversation(id, change));
        expect(await store.write((tx) => tx.takeSeqInPlace(id, 'visitor', NOW + 4))).toBeNull();
      }
      await store.write((tx) => tx.updateConversation(id, { withdrawnAt: null, consentUntil: NOW + 5 }));
      expect(await store.write((tx) => tx.takeSeqInPlace(id, 'visitor', NOW + 5))).toBeNull();
    });

    it('lets a visitor wait from the first unanswered message until an agent answers and takes the conversation', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store, { leftAt: NOW });
      const [ada, ben] = [buildAgent(), buildAgent({ name: 'Ben' })];
      await store.write(async (tx) => {
        await tx.insertAgent(ada);
        await tx.insertAgent(ben);
      });
      await send(store, conversation.id, 'visitor', NOW + 1);
      await send(store, conversation.id, 'visitor', NOW + 2);
      const waiting = { ...conversation, lastSeq: 2, lastAt: NOW + 2, waitingSince: NOW + 1, leftAt: null };
      expect(await store.read.conversation(conversation.id)).toEqual(waiting);
      await store.write((tx) => tx.updateConversation(conversation.id, { leftAt: NOW + 3 }));
      const taken = await store.write((tx) => tx.takeSeq(conversation.id, 'agent', ada.id, NOW + 4));
      const answered = { ...waiting, lastSeq: 3, lastAt: NOW + 4, waitingSince: null, leftAt: NOW + 3, assigneeId: ada.id };
      expect(taken).toEqual(answered);
      const second = await store.write((tx) => tx.takeSeq(conversation.id, 'agent', ben.id, NOW + 5));
      expect(second?.assigneeId).toBe(ada.id);
    });

    it.each([
      ['closed', { status: 'closed' as const }],
      ['withdrawn', { withdrawnAt: NOW }],
      ['past its consent', { consentUntil: NOW }],
    ])('gives no seq in a conversation that is %s', async (_, change) => {
      const { store } = stage;
      const conversation = await seedConversation(store, change);
      expect(await send(store, conversation.id)).toBeNull();
      expect(await send(store, newId())).toBeNull();
      expect(await store.read.conversation(conversation.id)).toEqual(conversation);
    });

    it('refuses a seq or an id that is taken', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      const message = buildMessage(conversation.id, 1);
      await store.write((tx) => tx.insertMessage(message));
      const sameSeq = store.write((tx) => tx.insertMessage(buildMessage(conversation.id, 1)));
      await expect(sameSeq).rejects.toBeInstanceOf(UniqueViolation);
      const sameId = store.write((tx) => tx.insertMessage({ ...message, seq: 2 }));
      await expect(sameId).rejects.toBeInstanceOf(UniqueViolation);
      expect(await store.read.message(message.id)).toEqual(message);
    });

    it('reads messages after a cursor and from the end, in order, with the agent’s name', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      const agent = buildAgent({ name: 'Ada' });
      await store.write((tx) => tx.insertAgent(agent));
      for (const author of ['visitor', { agentId: agent.id }, 'visitor'] as const) await send(store, conversation.id, author);
      const seqs = (rows: { seq: number }[]) => rows.map((row) => row.seq);
      expect(seqs(await store.read.messagesAfter(conversation.id, 1, 100))).toEqual([2, 3]);
      expect(seqs(await store.read.messagesAfter(conversation.id, 0, 2))).toEqual([1, 2]);
      expect(seqs(await store.read.messagesAfter(conversation.id, 3, 2))).toEqual([]);
      const last = await store.read.lastMessages(conversation.id, 2);
      expect(seqs(last)).toEqual([2, 3]);
      expect(last.map((row) => [row.author, row.agentId, row.agentName])).toEqual([
        ['agent', agent.id, 'Ada'],
        ['visitor', null, null],
      ]);
    });

    it('reads messages in the order of their seqs, whatever the clock said', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      for (const at of [NOW + 9, NOW + 1, NOW + 5]) await send(store, conversation.id, 'visitor', at);
      expect((await store.read.messagesAfter(conversation.id, 0, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
      expect((await store.read.lastMessages(conversation.id, 2)).map(({ seq }) => seq)).toEqual([2, 3]);
    });

    it('only raises marks, never past the last message', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      for (let at = 0; at < 5; at++) await send(store, conversation.id);
      const marks = async (side: 'visitor' | 'agent', delivered: number, read: number) => {
        const row = await store.write((tx) => tx.raiseMarks(conversation.id, side, delivered, read));
        expect(row).toEqual(await store.read.conversation(conversation.id));
        return [row?.visitorDeliveredSeq, row?.visitorReadSeq, row?.agentDeliveredSeq, row?.agentReadSeq];
      };
      expect(await marks('visitor', 3, 2)).toEqual([3, 2, 0, 0]);
      expect(await marks('visitor', 1, 1)).toEqual([3, 2, 0, 0]);
      expect(await marks('agent', 0, 4)).toEqual([3, 2, 4, 4]);
      expect(await marks('agent', 99, 0)).toEqual([3, 2, 5, 4]);
      expect(await marks('visitor', 99, 99)).toEqual([5, 5, 5, 4]);
      expect(await store.write((tx) => tx.raiseMarks(newId(), 'agent', 1, 1))).toBeNull();
    });

    it('counts the visitor’s messages after the agents’ mark', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      const agent = buildAgent();
      await store.write((tx) => tx.insertAgent(agent));
      const unread = async () => (await store.read.inboxRow(conversation.id))?.unread;
      for (const author of ['visitor', 'visitor', { agentId: agent.id }, 'visitor'] as const) {
        await send(store, conversation.id, author);
      }
      expect(await unread()).toBe(3);
      await store.write((tx) => tx.raiseMarks(conversation.id, 'agent', 4, 1));
      expect(await unread()).toBe(2);
      await store.write((tx) => tx.raiseMarks(conversation.id, 'visitor', 4, 4));
      expect(await unread()).toBe(2);
      await store.write((tx) => tx.updateConversation(conversation.id, { agentReadSeq: 3 }));
      expect(await unread()).toBe(1);
      await store.write((tx) => tx.raiseMarks(conversation.id, 'agent', 4, 4));
      expect(await unread()).toBe(0);
      await send(store, conversation.id);
      expect(await unread()).toBe(1);
    });

    it('shows the inbox newest first, by view and by page', async () => {
      const { store } = stage;
      const [ada, ben] = [buildAgent({ name: 'Ada' }), buildAgent({ name: 'Ben' })];
      await store.write(async (tx) => {
        await tx.insertAgent(ada);
        await tx.insertAgent(ben);
      });
      const at = async (lastAt: number, change = {}) => (await seedConversation(store, { lastAt, ...change })).id;
      const free = [await at(NOW + 1), await at(NOW + 4)];
      const mine = [await at(NOW + 2, { assigneeId: ada.id }), await at(NOW + 5, { assigneeId: ada.id })];
      const theirs = await at(NOW + 3, { assigneeId: ben.id });
      const closed = await at(NOW + 6, { status: 'closed', assigneeId: ada.id });
      const ids = async (...page: Parameters<typeof store.read.inbox>) => (await store.read.inbox(...page)).map((row) => row.id);
      expect(await ids('unassigned', ada.id, null, 10)).toEqual([free[1], free[0]]);
      expect(await ids('mine', ada.id, null, 10)).toEqual([mine[1], mine[0]]);
      expect(await ids('mine', ben.id, null, 10)).toEqual([theirs]);
      expect(await ids('all', ada.id, null, 2)).toEqual([closed, mine[1]]);
      expect(await ids('all', ada.id, { at: NOW + 5, id: mine[1] ?? '' }, 10)).toEqual([free[1], theirs, mine[0], free[0]]);
      await send(store, free[0] ?? '', 'visitor', NOW + 10);
      await send(store, theirs, 'visitor', NOW + 11);
      expect(await ids('unassigned', ada.id, null, 1)).toEqual([free[0]]);
      expect(await store.read.inboxCounts(ada.id)).toEqual({ unassigned: 2, mine: 2, all: 6, unread: 1 });
      expect(await store.read.inboxCounts(ben.id)).toEqual({ unassigned: 2, mine: 1, all: 6, unread: 2 });
    });

    it('orders conversations of one instant by id', async () => {
      const { store } = stage;
      const ids: string[] = [];
      for (let at = 0; at < 5; at++) ids.push((await seedConversation(store)).id);
      const rows = await store.read.inbox('all', 'nobody', null, 10);
      expect(rows.map((row) => row.id)).toEqual(ids.toSorted().reverse());
      // A page that ends between two of one instant loses neither.
      const [, second] = rows;
      const rest = await store.read.inbox('all', 'nobody', { at: second?.lastAt ?? 0, id: second?.id ?? '' }, 10);
      expect(rest.map((row) => row.id)).toEqual(ids.toSorted().reverse().slice(2));
    });

    it('shows beside a conversation its site, its assignee and its last message', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store, { consentUntil: LATER });
      const bare = await store.read.inboxRow(conversation.id);
      expect(bare).toEqual({
        ...conversation,
        siteName: 'Northwind Books',
        formSealed: Buffer.from('form'),
        assigneeName: null,
        unread: 0,
        last: null,
      });
      const agent = buildAgent({ name: 'Ada' });
      await store.write((tx) => tx.insertAgent(agent));
      await send(store, conversation.id, { agentId: agent.id }, NOW + 1);
      const row = await store.read.inboxRow(conversation.id);
      expect(row?.assigneeName).toBe('Ada');
      expect(row?.last).toEqual((await store.read.lastMessages(conversation.id, 1))[0]);
      expect(row?.last?.agentName).toBe('Ada');
      expect(await store.read.inboxRow(newId())).toBeNull();
    });
  });
}
