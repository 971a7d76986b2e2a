import { describe, expect, it } from 'vitest';
import { recordAct } from '../../server/audit/act.ts';
import type { ConversationRow, ErasureRow } from '../../server/store/rows.ts';
import { type Store, UniqueViolation } from '../../server/store/store.ts';
import { SUBJECT_TABLES } from '../../server/store/subject.ts';
import { newId } from '../../shared/ids.ts';
import type { Stage } from './contract.ts';
import { buildRequest } from './contract-requests.ts';
import { appendEvent, buildDelivery, buildEntry, buildWebhook, bytes, NOW, SITE, seedConversation, send } from './seed.ts';

/** A visitor with something in every table that can hold something of them. */
async function seedEverywhere(store: Store): Promise<ConversationRow> {
  const conversation = await seedConversation(store);
  const { id: conversationId, visitorId } = conversation;
  await send(store, conversationId);
  const { event } = await appendEvent(store, conversation);
  await store.write(async (tx) => {
    const whose = { conversationId, visitorId, createdAt: NOW, expiresAt: NOW + 1 };
    await tx.insertSession({ ...whose, tokenHash: newId(), scope: 'chat', persistent: false, revokedAt: null });
    await tx.insertReceiptLink({ ...whose, tokenHash: newId() });
    await tx.upsertConsentDue({ conversationId, purpose: 'chat', recordId: event.recordId, dueAt: NOW });
    await tx.retention.watch(conversationId, ['messages'], NOW, NOW);
    const hold = { conversationId, id: newId(), agentId: 'a', setAt: NOW, until: NOW + 1 };
    await tx.retention.upsertHold({ ...hold, reasonSealed: bytes('reason') });
    const sealed = { valueSealed: bytes('ip'), saltSealed: bytes('salt'), createdAt: NOW };
    await tx.insertEvidence({ ...sealed, actId: event.actId, kind: 'ip', visitorId });
    await tx.emails.put(visitorId, 'digest');
    const asked = buildRequest();
    await tx.requests.insert(asked);
    await tx.requests.insertPerson({ requestId: asked.id, visitorId, wordsSealed: bytes('words') });
    const key = { wrapped: bytes('wrapped'), masterKeyId: 'm', createdAt: NOW };
    for (const one of ['messages', 'form'] as const) await tx.insertDataKey({ ...key, id: newId(), visitorId, class: one });
    const whom = { siteId: SITE.id, visitorId, at: NOW };
    const lifted = { ground: 'request', askedBy: 'visitor', toldAt: NOW, toldBy: 'chat', liftedAt: NOW } as const;
    await tx.restrictions.insert({ ...whom, ...lifted, id: newId() });
    const pending = { state: 'pending', reason: null, answerSealed: null, decidedAt: null } as const;
    await tx.restrictions.insertObjection({ ...whom, ...pending, id: newId(), conversationId, purpose: 'p', noticeHash: 'n' });
    const webhook = buildWebhook();
    await tx.webhooks.insert(webhook);
    await tx.webhooks.insertDelivery(buildDelivery(webhook.id, { visitorId }));
    await recordAct(tx, { actor: { kind: 'relay' }, action: 'ip.reveal', object: conversationId }, NOW);
  });
  return conversation;
}

const idsOf = ({ id, visitorId }: ConversationRow) => ({ visitorId, conversationIds: [id] });
const EVERYWHERE = { ...Object.fromEntries(SUBJECT_TABLES.map((table) => [table, 1])), data_key: 2, audit: 1 };
const NOWHERE = Object.fromEntries(Object.keys(EVERYWHERE).map((table) => [table, 0]));

export function describeErasure(stage: Stage): void {
  describe('erasure', () => {
    it('[PR-54] deletes every row of a visitor and none of another’s', async () => {
      const { store } = stage;
      const [gone, stays] = [await seedEverywhere(store), await seedEverywhere(store)];
      expect(await store.read.subjectCounts(idsOf(gone))).toEqual(EVERYWHERE);
      await store.write((tx) => tx.deleteSubject(idsOf(gone), 'the erasure'));
      expect(await store.read.subjectCounts(idsOf(gone))).toEqual(NOWHERE);
      expect(await store.read.subjectCounts(idsOf(stays))).toEqual(EVERYWHERE);
      expect((await store.read.audit.newest(9)).map(({ object }) => object).sort()).toEqual([stays.id, 'the erasure'].sort());
      expect(await store.read.conversationsAmong([gone.id, stays.id, 'none'])).toEqual([stays.id]);
      expect(await store.read.conversationsAmong([])).toEqual([]);
    });

    it('finds what is a visitor’s, also one without a conversation', async () => {
      const { store } = stage;
      const { id, visitorId } = await seedEverywhere(store);
      expect((await store.read.conversationsOf(visitorId)).map((row) => row.id)).toEqual([id]);
      expect((await store.read.consentEventsOfVisitor(visitorId)).map(({ seq }) => seq)).toEqual([1]);
      const locked = store.write(async (tx) => [(await tx.lockVisitor(visitorId))?.id, await tx.lockVisitor('nobody')]);
      expect(await locked).toEqual([visitorId, null]);
      const alone = { visitorId, conversationIds: [] };
      expect(await store.read.subjectCounts(alone)).toEqual({
        ...EVERYWHERE,
        message: 0,
        consent_due: 0,
        retention_due: 0,
        legal_hold: 0,
        audit: 0,
      });
      await store.write((tx) => tx.deleteSubject({ visitorId: 'nobody', conversationIds: [] }, 'x'));
      expect(await store.read.subjectCounts(alone)).toMatchObject({ visitor: 1 });
    });

    it('takes all of it back when the transaction fails', async () => {
      const { store } = stage;
      const conversation = await seedEverywhere(store);
      const failing = store.write(async (tx) => {
        await tx.deleteSubject(idsOf(conversation), 'x');
        throw new Error('refused');
      });
      await expect(failing).rejects.toThrow('refused');
      expect(await store.read.subjectCounts(idsOf(conversation))).toEqual(EVERYWHERE);
    });

    it('is remembered by a row that stands on a ledger entry and that nobody changes or deletes', async () => {
      const { store, backend } = stage;
      expect(await store.read.newestErasures()).toEqual([{ siteId: SITE.id, seq: 0 }]);
      const row = (seq: number): ErasureRow => ({
        siteId: SITE.id,
        seq,
        id: newId(),
        at: NOW,
        by: 'operator',
        reason: 'request',
        counts: { message: 3 },
        messageId: null,
        subjectDigest: null,
        kid: 'k1',
        signature: 'AAAA',
      });
      await expect(store.write((tx) => tx.insertErasure(row(1)))).rejects.toThrow(/foreign key/i);
      const rows = [row(1), row(2)];
      for (const one of rows)
        await store.write(async (tx) => {
          await tx.appendEntries([buildEntry(await tx.lockLedgerHead(SITE.id))]);
          await tx.insertErasure(one);
        });
      await expect(store.write((tx) => tx.insertErasure(row(2)))).rejects.toBeInstanceOf(UniqueViolation);
      expect(await store.read.erasures(SITE.id, 0, 9)).toEqual(rows);
      expect(await store.read.erasures(SITE.id, 1, 9)).toEqual([rows[1]]);
      expect(await store.read.newestErasures()).toEqual([{ siteId: SITE.id, seq: 2 }]);
      await expect(backend.raw(`update erasure set reason = 'objection'`)).rejects.toThrow('refuses update');
      await expect(backend.raw('delete from erasure')).rejects.toThrow('refuses delete');
    });

    it('scrubs while others write, and not once it is closed', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      const [scrubbed, ...seqs] = await Promise.all([
        store.scrub(),
        ...Array.from({ length: 20 }, () => send(store, conversation.id)),
      ]);
      expect(scrubbed).toBe(true);
      expect(seqs).not.toContain(null);
      await store.close();
      expect(await store.scrub()).toBe(false);
    });
  });
}
