import { describe, expect, it } from 'vitest';
import { recordAct } from '../../server/audit/act.ts';
import type { BreachRow, SiteEndRow } from '../../server/store/rows.ts';
import { newActId, newId } from '../../shared/ids.ts';
import type { Stage } from './contract.ts';
import { appendEvent, buildAgent, buildNotice, bytes, NOTICE_HASH, NOW, SITE, seedConversation, send } from './seed.ts';

const BREACH: BreachRow = {
  id: newId(),
  recordedAt: NOW,
  recordedBy: null,
  detectedAt: NOW,
  since: NOW,
  until: NOW + 10,
  siteId: SITE.id,
  report: '{}',
  state: 'open',
  decidedAt: null,
  notesSealed: null,
};

export function describeEstate(stage: Stage): void {
  describe('breaches and the end of a site', () => {
    it('[PR-72] counts what lay there in a time, by people and by rows, of one site or of all', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store, { createdAt: NOW, lastAt: NOW + 5 });
      await send(store, conversation.id, 'visitor', NOW + 1);
      await send(store, conversation.id, 'visitor', NOW + 2);
      await appendEvent(store, conversation);
      await seedConversation(store, { createdAt: NOW + 100, lastAt: NOW + 100 });
      await store.write(async (tx) => {
        const whose = { conversationId: conversation.id, visitorId: conversation.visitorId, createdAt: NOW };
        await tx.insertSession({
          ...whose,
          tokenHash: 'a',
          scope: 'chat',
          persistent: false,
          expiresAt: NOW + 9,
          revokedAt: null,
        });
        await tx.insertSession({
          ...whose,
          tokenHash: 'b',
          scope: 'chat',
          persistent: false,
          expiresAt: NOW + 9,
          revokedAt: NOW,
        });
        await tx.insertReceiptLink({ ...whose, tokenHash: 'c', expiresAt: NOW + 9 });
        const evidence = { actId: newActId(), visitorId: conversation.visitorId, createdAt: NOW };
        const sealed = { valueSealed: bytes('v'), saltSealed: bytes('s') };
        for (const kind of ['ip', 'ua'] as const) await tx.insertEvidence({ ...evidence, ...sealed, kind });
        const key = { visitorId: conversation.visitorId, wrapped: bytes('w'), masterKeyId: 'm', createdAt: NOW };
        await tx.insertDataKey({ ...key, id: newId(), class: 'messages' });
        await recordAct(tx, { actor: { kind: 'relay' }, action: 'ip.reveal', object: 'x' }, NOW + 1);
      });
      const scope = { since: NOW, until: NOW + 10, siteId: null };
      const reach = await store.read.breaches.reach(scope);
      const one = { rows: 1, persons: 1 };
      expect(reach).toEqual({
        // Both visitors came at NOW; one of them began to talk later.
        persons: 2,
        conversations: 1,
        active: 1,
        erasedSince: 0,
        kinds: {
          messages: { rows: 2, persons: 1 },
          form: { rows: 2, persons: 2 },
          lookup: { rows: 0, persons: 0 },
          requests: { rows: 0, persons: 0 },
          holds: { rows: 0, persons: 0 },
          address: one,
          browser: one,
          consents: one,
          sessions: one,
          links: one,
          activity: one,
          keys: one,
        },
      });
      expect(await store.read.breaches.reach({ ...scope, siteId: SITE.id })).toEqual(reach);
      expect(await store.read.breaches.reach({ ...scope, siteId: 'another' })).toMatchObject({ persons: 0, conversations: 0 });
      expect(await store.read.breaches.reach({ ...scope, until: NOW + 2 })).toMatchObject({
        kinds: { messages: { rows: 1, persons: 1 } },
      });
      const reached = await store.read.breaches.reached(scope, '', 9);
      expect(reached).toEqual([
        { id: conversation.id, visitorId: conversation.visitorId, siteId: SITE.id, createdAt: NOW, lastAt: reached[0]?.lastAt },
      ]);
      expect(await store.read.breaches.reached(scope, conversation.id, 9)).toEqual([]);
      expect(await store.read.breaches.reached({ ...scope, siteId: 'another' }, '', 9)).toEqual([]);
      expect(await store.read.breaches.acts(scope)).toEqual([{ action: 'ip.reveal', count: 1 }]);
      expect(await store.read.breaches.acts({ since: NOW + 2, until: NOW + 10 })).toEqual([]);
    });

    it('[PR-72] keeps a register, in which a breach can be decided and none is lost', async () => {
      const { store } = stage;
      const second = { ...BREACH, id: newId(), recordedAt: NOW + 1, siteId: null };
      await store.write(async (tx) => {
        await tx.breaches.insert(BREACH);
        await tx.breaches.insert(second);
      });
      expect(await store.read.breaches.register()).toEqual([second, BREACH]);
      const decision = { state: 'not_notified', decidedAt: NOW + 2, notesSealed: bytes('sealed') } as const;
      await store.write((tx) => tx.breaches.decide(BREACH.id, decision));
      const decided = await store.read.breaches.breach(BREACH.id);
      expect({ ...decided, notesSealed: String(Buffer.from(decided?.notesSealed ?? [])) }).toEqual({
        ...BREACH,
        ...decision,
        notesSealed: 'sealed',
      });
      expect(await store.read.breaches.breach(second.id)).toEqual(second);
      expect(await store.read.breaches.breach('none')).toBeNull();
    });

    it('[PR-60] lets go of what was decided before a moment, and of what nobody decided and was recorded before it', async () => {
      const { store } = stage;
      const entry = (recordedAt: number, decidedAt: number | null) => ({
        ...{ ...BREACH, id: newId(), recordedAt, decidedAt },
        ...{ siteId: null, state: decidedAt === null ? ('open' as const) : ('notified' as const) },
      });
      const [decided, late, open, young] = [entry(1, 9), entry(1, 10), entry(9, null), entry(10, null)];
      await store.write(async (tx) => {
        for (const row of [decided, late, open, young]) await tx.breaches.insert(row);
      });
      expect(await store.write((tx) => tx.breaches.deleteBefore(10))).toBe(2);
      expect((await store.read.breaches.register()).map(({ id }) => id)).toEqual([young.id, late.id]);
      expect(await store.write((tx) => tx.breaches.deleteBefore(10))).toBe(0);
    });

    it('counts who works on the relay by role, those who left not among them', async () => {
      const { store } = stage;
      await store.write(async (tx) => {
        for (const role of ['agent', 'agent', 'owner', 'privacy'] as const) await tx.insertAgent(buildAgent({ role }));
        await tx.insertAgent(buildAgent({ role: 'owner', disabledAt: NOW }));
      });
      expect(await store.read.estate.staff()).toEqual([
        { role: 'agent', count: 2 },
        { role: 'privacy', count: 1 },
        { role: 'owner', count: 1 },
      ]);
    });

    it('[PR-59] gives a site’s visitors page by page, and remembers how its service ends', async () => {
      const { store } = stage;
      const ids = [(await seedConversation(store)).visitorId, (await seedConversation(store)).visitorId].sort();
      expect(await store.read.estate.visitorsOf(SITE.id, '', 1)).toEqual(ids.slice(0, 1));
      expect(await store.read.estate.visitorsOf(SITE.id, ids[0] ?? '', 9)).toEqual(ids.slice(1));
      expect(await store.read.estate.visitorsOf('another', '', 9)).toEqual([]);
      expect(await store.read.estate.siteEnd(SITE.id)).toBeNull();
      const due: SiteEndRow = {
        siteId: SITE.id,
        handedOverAt: NOW,
        dueAt: NOW + 1,
        endedAt: null,
        report: null,
        kid: null,
        signature: null,
      };
      await store.write((tx) => tx.estate.upsertSiteEnd(due));
      expect(await store.read.estate.siteEnd(SITE.id)).toEqual(due);
      const over = { ...due, endedAt: NOW + 2, report: '{}', kid: 'k', signature: 's' };
      await store.write((tx) => tx.estate.upsertSiteEnd(over));
      expect(await store.read.estate.siteEnd(SITE.id)).toEqual(over);
    });

    it('[PR-59] lets go of recipients who have nothing more to be told, and keeps whoever has', async () => {
      const { store } = stage;
      const hook = { siteId: SITE.id, recipient: 'Paperboat Mail', events: [], secretSealed: bytes('s'), createdAt: NOW };
      await store.write(async (tx) => {
        for (const id of ['told', 'untold', 'quiet'])
          await tx.webhooks.insert({ ...hook, id, url: `https://${id}.example`, pausedAt: null, removedAt: null });
        const delivery = { event: 'visitor.erased' as const, visitorId: null, erasureId: 'e', createdAt: NOW, nextAt: NOW };
        const tries = { claimedUntil: 0, attempts: 1, lastAt: null, lastOutcome: null, acceptedAt: null, confirmedAt: null };
        await tx.webhooks.insertDelivery({ ...delivery, ...tries, id: newId(), webhookId: 'told', payloadSealed: null });
        await tx.webhooks.insertDelivery({ ...delivery, ...tries, id: newId(), webhookId: 'untold', payloadSealed: bytes('p') });
      });
      expect(await store.write((tx) => tx.estate.deleteRecipients('another'))).toBe(0);
      expect(await store.write((tx) => tx.estate.deleteRecipients(SITE.id))).toBe(1);
      const left = await stage.backend.raw('select id from webhook');
      expect(left).toEqual([{ id: 'untold' }]);
    });

    it('[PR-59] takes an owner’s words only once no record names them, and those of no other site', async () => {
      const { store } = stage;
      const other = { ...SITE, id: 'site-2', key: 'demo2', name: 'Other' };
      await store.write(async (tx) => {
        await tx.upsertSite(other);
        await tx.insertNotice(buildNotice({ hash: 'b'.repeat(64), siteId: other.id }));
        const draft = { locale: 'en', doc: buildNotice().doc, updatedAt: NOW, updatedBy: 'a' };
        for (const { id } of [SITE, other]) await tx.upsertNoticeDraft({ ...draft, siteId: id });
        for (const name of ['loaders/demo.1.js', 'loaders/demo2.1.js', 'assets/x.js'])
          await tx.insertReleaseFile(name, bytes(name));
      });
      const conversation = await seedConversation(store);
      await appendEvent(store, conversation);
      await expect(store.write((tx) => tx.estate.deleteWords(SITE.id, 'loaders/demo.'))).rejects.toThrow(/foreign key/i);
      expect(await store.read.noticeByHash(NOTICE_HASH)).not.toBeNull();
      expect(await store.read.noticeDraft(SITE.id, 'en')).not.toBeNull();
      await store.write(async (tx) => {
        await tx.deleteSubject({ visitorId: conversation.visitorId, conversationIds: [conversation.id] }, 'e');
        await tx.estate.deleteWords(SITE.id, 'loaders/demo.');
      });
      expect(await store.read.noticeByHash(NOTICE_HASH)).toBeNull();
      expect(await store.read.noticeDraft(SITE.id, 'en')).toBeNull();
      expect(await store.read.releaseFile('loaders/demo.1.js')).toBeNull();
      expect(await store.read.noticeByHash('b'.repeat(64))).not.toBeNull();
      expect(await store.read.noticeDraft(other.id, 'en')).not.toBeNull();
      expect(await store.read.releaseFile('loaders/demo2.1.js')).not.toBeNull();
      expect(await store.read.releaseFile('assets/x.js')).not.toBeNull();
    });
  });
}
