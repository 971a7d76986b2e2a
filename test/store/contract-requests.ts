import { describe, expect, it } from 'vitest';
import type { RequestRow } from '../../server/store/requests.ts';
import { UniqueViolation } from '../../server/store/store.ts';
import { newId } from '../../shared/ids.ts';
import type { Stage } from './contract.ts';
import { buildAgent, bytes, NOW, SITE, seedConversation } from './seed.ts';

export const buildRequest = (change: Partial<RequestRow> = {}): RequestRow => ({
  id: newId(),
  number: `R-${newId()}`,
  siteId: SITE.id,
  kind: 'access',
  profile: 'eu',
  via: 'email',
  viaOthers: true,
  receivedAt: NOW,
  enteredAt: NOW + 1,
  status: 'open',
  person: 'unknown',
  identifiedBy: null,
  identityAskedAt: null,
  identityGivenAt: null,
  acknowledgedAt: null,
  extendedAt: null,
  extensionReason: null,
  actedAt: null,
  erasureId: null,
  outcome: null,
  ground: null,
  answeredAt: null,
  sentBy: null,
  acknowledgeDue: null,
  answerDue: '2026-10-21',
  extendBy: '2026-10-21',
  ...change,
});

export function describeRequests(stage: Stage): void {
  describe('requests', () => {
    it('[PR-51] are kept whole, changed in part, and numbered once', async () => {
      const { store } = stage;
      const row = buildRequest();
      await store.write((tx) => tx.requests.insert(row));
      expect(await store.read.requests.byId(row.id)).toEqual(row);
      expect(await store.read.requests.byId('none')).toBeNull();
      const change = {
        status: 'answered',
        outcome: 'refused',
        ground: 'excessive',
        answeredAt: NOW + 5,
        sentBy: 'letter',
      } as const;
      await store.write(async (tx) => {
        expect(await tx.requests.lock(row.id)).toEqual(row);
        await tx.requests.update(row.id, change);
        await tx.requests.update(row.id, {});
      });
      expect(await store.read.requests.byId(row.id)).toEqual({ ...row, ...change });
      const twice = store.write((tx) => tx.requests.insert(buildRequest({ number: row.number })));
      await expect(twice).rejects.toBeInstanceOf(UniqueViolation);
    });

    it('[PR-51] are listed by what is due first, one whose clock stands last; and counted by what is next', async () => {
      const { store } = stage;
      const rows = [
        buildRequest({ answerDue: null }),
        buildRequest({ answerDue: '2026-10-23' }),
        buildRequest({ answerDue: '2026-10-20' }),
        buildRequest({ answerDue: '2026-12-01', acknowledgeDue: '2026-10-22' }),
        buildRequest({ answerDue: '2026-12-02', acknowledgeDue: '2026-10-22', acknowledgedAt: NOW }),
        buildRequest({ answerDue: '2026-10-01', status: 'answered', answeredAt: NOW }),
        buildRequest({ answerDue: '2026-10-01', status: 'answered', answeredAt: NOW + 1 }),
      ];
      await store.write(async (tx) => {
        for (const row of rows) await tx.requests.insert(row);
      });
      const at = async (status: 'open' | 'answered') =>
        (await store.read.requests.list(status, 9)).map(({ id }) => rows.findIndex((row) => row.id === id));
      expect([await at('open'), await at('answered')]).toEqual([
        [2, 1, 3, 4, 0],
        [6, 5],
      ]);
      expect(await store.read.requests.list('open', 2)).toHaveLength(2);
      expect(await store.read.requests.countDue('2026-10-21', '2026-10-24')).toEqual({ open: 5, overdue: 1, soon: 2 });
    });

    it('keep their steps in order, with who took them', async () => {
      const { store } = stage;
      const [row, agent] = [buildRequest(), buildAgent({ name: 'Ada' })];
      await store.write(async (tx) => {
        await tx.insertAgent(agent);
        await tx.requests.insert(row);
        const step = { requestId: row.id, at: NOW, detail: null };
        await tx.requests.addStep({ ...step, agentId: null, step: 'received' });
        await tx.requests.addStep({ ...step, agentId: agent.id, step: 'extended', detail: 'complex' });
      });
      expect(await store.read.requests.steps(row.id)).toEqual([
        { requestId: row.id, at: NOW, agentId: null, agentName: null, step: 'received', detail: null },
        { requestId: row.id, at: NOW, agentId: agent.id, agentName: 'Ada', step: 'extended', detail: 'complex' },
      ]);
    });

    it('[PR-54] lose whose they are with their key when the person is erased, and stay', async () => {
      const { store } = stage;
      const { id, visitorId } = await seedConversation(store);
      const [gone, stays] = [buildRequest(), buildRequest()];
      const key = { class: 'form', wrapped: bytes('wrapped'), masterKeyId: 'm', createdAt: NOW } as const;
      await store.write(async (tx) => {
        for (const [row, whose] of [
          [gone, visitorId],
          [stays, null],
        ] as const) {
          await tx.requests.insert(row);
          await tx.insertDataKey({ ...key, id: newId(), visitorId: row.id });
          await tx.requests.insertPerson({ requestId: row.id, visitorId: whose, wordsSealed: bytes('words') });
        }
      });
      expect((await store.read.requests.ofVisitor(visitorId)).map((row) => row.id)).toEqual([gone.id]);
      const ids = { visitorId, conversationIds: [id] };
      expect(await store.read.subjectCounts(ids)).toMatchObject({ data_key: 1, request_person: 1 });
      await store.write((tx) => tx.deleteSubject(ids, 'the erasure'));
      expect([await store.read.requests.person(gone.id), await store.read.dataKeysOf(gone.id)]).toEqual([null, []]);
      expect(await store.read.requests.byId(gone.id)).toEqual(gone);
      expect((await store.read.requests.person(stays.id))?.visitorId).toBeNull();
      expect(await store.read.dataKeysOf(stays.id)).toHaveLength(1);
      await store.write((tx) => tx.requests.dropPerson(stays.id));
      expect([await store.read.requests.person(stays.id), await store.read.dataKeysOf(stays.id)]).toEqual([null, []]);
    });

    it('[PR-60] go whole once they were answered long ago: steps, words and key; an open one and another stay', async () => {
      const { store } = stage;
      const answered = [30, 10, 20].map((answeredAt) => buildRequest({ status: 'answered', answeredAt }));
      const [late, old, next] = answered.map(({ id }) => id);
      const open = buildRequest({ receivedAt: 1 });
      const key = { class: 'form', wrapped: bytes('wrapped'), masterKeyId: 'm', createdAt: NOW } as const;
      await store.write(async (tx) => {
        for (const row of [...answered, open]) {
          const step = { requestId: row.id, at: NOW, agentId: null, step: 'received', detail: null } as const;
          await tx.requests.insert(row);
          await tx.requests.addStep(step);
          await tx.insertDataKey({ ...key, id: newId(), visitorId: row.id });
          await tx.requests.insertPerson({ requestId: row.id, visitorId: null, wordsSealed: bytes('words') });
        }
      });
      const { requests } = store.read;
      expect(await requests.answeredBefore(30, 9)).toEqual([old, next]);
      expect(await requests.answeredBefore(31, 2)).toEqual([old, next]);
      await store.write((tx) => tx.requests.delete(old ?? ''));
      const left = async (id = '') => [
        (await requests.byId(id)) !== null,
        (await requests.steps(id)).length,
        (await requests.person(id)) !== null,
        (await store.read.dataKeysOf(id)).length,
      ];
      expect(await left(old)).toEqual([false, 0, false, 0]);
      for (const id of [late, next, open.id]) expect(await left(id)).toEqual([true, 1, true, 1]);
      expect(await requests.answeredBefore(31, 9)).toEqual([next, late]);
    });

    it('have words that are found again once they were answered long ago', async () => {
      const { store } = stage;
      const rows = [10, 20].map((answeredAt) => buildRequest({ status: 'answered', answeredAt }));
      await store.write(async (tx) => {
        for (const row of rows) {
          await tx.requests.insert(row);
          await tx.requests.insertPerson({ requestId: row.id, visitorId: null, wordsSealed: bytes('words') });
        }
      });
      expect(await store.read.requests.wordsAnsweredBefore(20, 9)).toEqual([rows[0]?.id]);
      expect(await store.read.requests.wordsAnsweredBefore(21, 9)).toHaveLength(2);
    });

    it('are counted by the calendar of their site', async () => {
      const { store } = stage;
      expect(await store.read.requests.calendar(SITE.id)).toBeNull();
      for (const holidays of [['2026-12-25'], ['2026-12-25', '2027-01-01']]) {
        const calendar = { siteId: SITE.id, timeZone: 'Europe/Dublin', holidays };
        await store.write((tx) => tx.requests.putCalendar(calendar));
        expect(await store.read.requests.calendar(SITE.id)).toEqual(calendar);
      }
    });
  });

  describe('the index of addresses', () => {
    it('[PR-52] gives those with a digest, and those who have none yet; it goes with form and visitor', async () => {
      const { store } = stage;
      const [one, two] = [await seedConversation(store), await seedConversation(store)];
      const ids = [one.visitorId, two.visitorId];
      const missing = async () => (await store.read.emails.missing(9)).map(({ id }) => id).sort();
      expect(await missing()).toEqual([...ids].sort());
      await store.write(async (tx) => {
        await tx.emails.put(one.visitorId, 'first');
        await tx.emails.put(one.visitorId, 'digest');
        await tx.emails.put(two.visitorId, null);
      });
      expect(await missing()).toEqual([]);
      expect((await store.read.emails.withDigest('digest')).map(({ id }) => id)).toEqual([one.visitorId]);
      expect(await store.read.emails.withDigest('first')).toEqual([]);
      await store.write(async (tx) => {
        await tx.updateVisitorForm(two.visitorId, null);
      });
      expect(await missing()).toEqual([]);
      await store.write((tx) => tx.deleteSubject({ visitorId: one.visitorId, conversationIds: [one.id] }, 'x'));
      expect(await store.read.emails.withDigest('digest')).toEqual([]);
      await store.write((tx) => tx.emails.insertKey('k', bytes('key'), NOW));
      expect(Buffer.from((await store.read.emails.key('k')) ?? []).toString()).toBe('key');
      await store.write((tx) => tx.emails.forgetKey('k'));
      expect(await store.read.emails.key('k')).toBeNull();
    });
  });
}
