import { describe, expect, it } from 'vitest';
import { NewerSchema, UniqueViolation } from '../../server/store/store.ts';
import { newActId, newId } from '../../shared/ids.ts';
import type { Stage } from './contract.ts';
import {
  appendEvent,
  buildAgent,
  buildNotice,
  bytes,
  LATER,
  NOTICE_HASH,
  NOW,
  SITE,
  seedConversation,
  seedVisitor,
} from './seed.ts';

export function describeRows(stage: Stage): void {
  describe('rows', () => {
    it('keeps a site, and changes it in place', async () => {
      const { store } = stage;
      expect(await store.read.siteByKey('demo')).toEqual(SITE);
      const changed = { ...SITE, name: 'Northwind', origins: [], settings: { ...SITE.settings, ipMode: 'none' as const } };
      await store.write((tx) => tx.upsertSite(changed));
      expect(await store.read.siteById(SITE.id)).toEqual(changed);
      expect(await store.read.sites()).toEqual([changed]);
      expect(await store.read.siteByKey('absent')).toBeNull();
      const sameKey = store.write((tx) => tx.upsertSite({ ...SITE, id: 'site-2' }));
      await expect(sameKey).rejects.toBeInstanceOf(UniqueViolation);
    });

    it('gives the newest notice of a locale, and every one by its hash', async () => {
      const { store } = stage;
      const second = buildNotice({ hash: 'b'.repeat(64), version: 2 });
      const german = buildNotice({ hash: 'c'.repeat(64), version: 3, locale: 'de' });
      await store.write(async (tx) => {
        await tx.insertNotice(second);
        await tx.insertNotice(german);
      });
      expect(await store.read.noticeInForce(SITE.id, 'en')).toEqual(second);
      expect(await store.read.noticeByHash(NOTICE_HASH)).toEqual(buildNotice());
      expect(await store.read.noticeInForce(SITE.id, 'fr')).toBeNull();
      const sameVersion = store.write((tx) => tx.insertNotice(buildNotice({ hash: 'd'.repeat(64), version: 2 })));
      await expect(sameVersion).rejects.toBeInstanceOf(UniqueViolation);
    });

    it('keeps a visitor, also one who gave nothing, and their keys before them', async () => {
      const { store } = stage;
      const visitor = { id: newId(), siteId: SITE.id, formSealed: null, createdAt: NOW };
      const key = {
        id: 'key-1',
        visitorId: visitor.id,
        class: 'form' as const,
        wrapped: bytes('wrapped'),
        masterKeyId: 'm',
        createdAt: NOW,
      };
      await store.write((tx) => tx.insertDataKey(key));
      await store.write((tx) => tx.insertVisitor(visitor));
      expect(await store.read.visitor(visitor.id)).toEqual(visitor);
      await store.write((tx) => tx.updateVisitorForm(visitor.id, bytes('another form')));
      expect((await store.read.visitor(visitor.id))?.formSealed).toEqual(bytes('another form'));
      await store.write((tx) => tx.updateVisitorForm(visitor.id, null));
      expect((await store.read.visitor(visitor.id))?.formSealed).toBeNull();
      expect(await store.read.dataKey('key-1')).toEqual(key);
      expect(await store.read.dataKeysOf(visitor.id)).toEqual([key]);
      expect(await store.read.dataKeysOf('nobody')).toEqual([]);
      const second = store.write((tx) => tx.insertDataKey({ ...key, id: 'key-2' }));
      await expect(second).rejects.toBeInstanceOf(UniqueViolation);
    });

    it('revokes the sessions of a conversation but one, once', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      const session = (tokenHash: string, createdAt: number) => ({
        tokenHash,
        visitorId: conversation.visitorId,
        conversationId: conversation.id,
        scope: tokenHash === 'three' ? ('rights' as const) : ('chat' as const),
        persistent: tokenHash === 'one',
        createdAt,
        expiresAt: LATER,
        revokedAt: null,
      });
      await store.write(async (tx) => {
        for (const [at, hash] of ['one', 'two', 'three'].entries()) await tx.insertSession(session(hash, NOW + at));
      });
      expect(await store.read.session('one')).toEqual(session('one', NOW));
      await store.write((tx) => tx.updateSession('two', { persistent: true, expiresAt: NOW }));
      await store.write((tx) => tx.updateSession('two', {}));
      expect(await store.read.session('two')).toEqual({ ...session('two', NOW + 1), persistent: true, expiresAt: NOW });
      const revoked = await store.write((tx) => tx.revokeSessionsOf(conversation.id, NOW + 9, 'two'));
      expect(revoked.sort()).toEqual(['one', 'three']);
      expect(await store.write((tx) => tx.revokeSessionsOf(conversation.id, NOW + 10))).toEqual(['two']);
      const kept = await store.read.sessionsOf(conversation.id);
      expect(kept.map((one) => [one.tokenHash, one.revokedAt])).toEqual([
        ['one', NOW + 9],
        ['two', NOW + 10],
        ['three', NOW + 9],
      ]);
    });

    it('keeps agents, one per address, with their sessions', async () => {
      const { store } = stage;
      expect(await store.read.countAgents()).toBe(0);
      const agent = buildAgent({ email: 'ada@example.org', role: 'owner' });
      await store.write((tx) => tx.insertAgent(agent));
      expect(await store.read.agentByEmail('ada@example.org')).toEqual(agent);
      await store.write((tx) => tx.updateAgent(agent.id, { passwordHash: 'new', disabledAt: NOW, role: 'privacy', name: 'A' }));
      const changed = { ...agent, passwordHash: 'new', disabledAt: NOW, role: 'privacy', name: 'A' };
      expect(await store.read.agentById(agent.id)).toEqual(changed);
      await store.write((tx) => tx.updateAgent(agent.id, { disabledAt: null }));
      expect((await store.read.agentById(agent.id))?.disabledAt).toBeNull();
      const twin = store.write((tx) => tx.insertAgent(buildAgent({ email: 'ada@example.org' })));
      await expect(twin).rejects.toBeInstanceOf(UniqueViolation);
      expect(await store.read.countAgents()).toBe(1);

      const session = (tokenHash: string) => ({ tokenHash, agentId: agent.id, createdAt: NOW, seenAt: NOW, expiresAt: LATER });
      await store.write(async (tx) => {
        for (const hash of ['one', 'two', 'three']) await tx.insertAgentSession(session(hash));
        await tx.touchAgentSession('one', NOW + 5);
        await tx.deleteAgentSession('two');
      });
      expect(await store.read.agentSession('one')).toEqual({ ...session('one'), seenAt: NOW + 5 });
      expect(await store.read.agentSession('two')).toBeNull();
      await store.write((tx) => tx.deleteAgentSessionsOf(agent.id));
      expect(await store.read.agentSession('three')).toBeNull();
    });

    it('lets a link be used once, and not after its end', async () => {
      const { store } = stage;
      const link = (tokenHash: string, expiresAt: number) => ({
        tokenHash,
        kind: 'setup' as const,
        agentId: null,
        createdAt: NOW,
        expiresAt,
        usedAt: null,
      });
      await store.write(async (tx) => {
        await tx.insertLink(link('fresh', NOW + 10));
        await tx.insertLink(link('old', NOW));
      });
      const uses = await Promise.all(Array.from({ length: 10 }, () => store.write((tx) => tx.useLink('fresh', NOW + 1))));
      expect(uses.filter(Boolean)).toHaveLength(1);
      expect(await store.read.link('fresh')).toEqual({ ...link('fresh', NOW + 10), usedAt: NOW + 1 });
      expect(await store.write((tx) => tx.useLink('old', NOW))).toBe(false);
      expect(await store.write((tx) => tx.useLink('unknown', NOW))).toBe(false);
    });

    it('keeps one draft of a notice for a site and language, and counts whose consents rest on a notice', async () => {
      const { store } = stage;
      const doc = buildNotice().doc;
      const draft = { siteId: SITE.id, locale: 'en', doc, updatedAt: NOW, updatedBy: 'agent-1' };
      expect(await store.read.noticeDraft(SITE.id, 'en')).toBeNull();
      await store.write((tx) => tx.upsertNoticeDraft(draft));
      await store.write((tx) => tx.upsertNoticeDraft({ ...draft, updatedAt: NOW + 1 }));
      expect(await store.read.noticeDraft(SITE.id, 'en')).toEqual({ ...draft, updatedAt: NOW + 1 });
      expect(await store.read.noticeDraft(SITE.id, 'de')).toBeNull();
      await store.write((tx) => tx.upsertNoticeDraft({ ...draft, locale: 'de' }));
      expect(await store.read.noticeDraftLocales(SITE.id)).toEqual(['de', 'en']);
      const [newest] = await store.read.noticeVersions(SITE.id);
      expect([Object.keys(newest ?? {}).sort(), newest?.locale]).toEqual([['locale', 'publishedAt', 'version'], 'en']);
      await store.write((tx) => tx.deleteNoticeDraft(SITE.id, 'de'));
      expect([await store.read.noticeDraftLocales(SITE.id), await store.read.noticeVersions('nowhere')]).toEqual([['en'], []]);
      await store.write((tx) => tx.deleteNoticeDraft(SITE.id, 'en'));
      expect(await store.read.noticeDraft(SITE.id, 'en')).toBeNull();
      expect((await store.read.noticesOf(SITE.id, 'en')).map(({ hash }) => hash)).toEqual([NOTICE_HASH]);
      const newer = [
        { ...buildNotice(), hash: 'c'.repeat(64), version: 3 },
        { ...buildNotice(), hash: 'd'.repeat(64), version: 2 },
        { ...buildNotice(), hash: 'e'.repeat(64), locale: 'de' },
      ];
      expect((await store.read.noticesInForce(SITE.id)).map(({ hash }) => hash)).toEqual([NOTICE_HASH]);
      await store.write(async (tx) => {
        for (const notice of newer) await tx.insertNotice(notice);
      });
      expect((await store.read.noticesInForce(SITE.id)).map(({ hash }) => hash[0])).toEqual(['e', 'c']);
      expect(await store.read.noticesInForce('site_other')).toEqual([]);
      const under = (noticeHash: string, ...purposes: string[]) => ({ noticeHash, purposes });
      const counted = (...agreed: ReturnType<typeof under>[]) => store.read.countConsentsUnder(agreed);
      const conversation = await seedConversation(store);
      const { event } = await appendEvent(store, conversation);
      const due = { conversationId: conversation.id, purpose: event.purpose, recordId: event.recordId, dueAt: LATER };
      await store.write((tx) => tx.upsertConsentDue(due));
      expect(await counted(under('f'.repeat(64), 'none'), under(NOTICE_HASH, 'other', event.purpose))).toBe(1);
      expect(await counted(under(NOTICE_HASH, 'other'), under(NOTICE_HASH), under('f'.repeat(64), event.purpose))).toBe(0);
      expect(await counted()).toBe(0);
      expect(await store.read.consentsDue(LATER - 1, 10)).toEqual([]);
      expect(await store.read.consentsDue(LATER, 10)).toEqual([due]);
      expect(await store.read.consentsDueOf(conversation.id)).toEqual([due]);
      expect(await store.read.consentsDueOf('another')).toEqual([]);
      await store.write((tx) => tx.deleteConsentDue(conversation.id, event.purpose));
      expect(await store.read.consentsDue(LATER, 10)).toEqual([]);
    });

    it('keeps the links of receipts', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      const { id: conversationId, visitorId } = conversation;
      const link = { tokenHash: 'b'.repeat(64), conversationId, visitorId, createdAt: NOW, expiresAt: LATER };
      await store.write((tx) => tx.insertReceiptLink(link));
      expect(await store.read.receiptLink(link.tokenHash)).toEqual(link);
      expect(await store.read.receiptLink('c'.repeat(64))).toBeNull();
      expect(await store.read.countReceiptLinks(conversationId)).toBe(1);
      const later = { ...link, tokenHash: 'a'.repeat(64), createdAt: NOW + 1 };
      await store.write((tx) => tx.insertReceiptLink(later));
      expect(await store.read.receiptLinksOf(visitorId)).toEqual([link, later]);
      expect(await store.read.receiptLinksOf('nobody')).toEqual([]);
    });

    it('keeps evidence and signing keys', async () => {
      const { store } = stage;
      const visitorId = await seedVisitor(store);
      const actId = newActId();
      const row = { actId, kind: 'ip' as const, visitorId, valueSealed: bytes('v'), saltSealed: bytes('s'), createdAt: NOW };
      const key = { kid: 'k1', publicKey: 'pem', privateSealed: bytes('sealed'), createdAt: NOW };
      await store.write(async (tx) => {
        await tx.insertEvidence(row);
        await tx.insertSigningKey(key);
      });
      expect(await store.read.evidence(actId, 'ip')).toEqual(row);
      expect(await store.read.evidence(actId, 'ua')).toBeNull();
      expect(await store.read.evidenceOf(visitorId)).toEqual([row]);
      expect(await store.read.evidenceOf('nobody')).toEqual([]);
      expect(await store.read.signingKeys()).toEqual([key]);
      await expect(store.write((tx) => tx.insertEvidence(row))).rejects.toBeInstanceOf(UniqueViolation);
    });

    it('keeps times beyond 32 bits as numbers, and any text', async () => {
      const { store } = stage;
      const name = `Ünïcödé 👩‍👩‍👧 ' " \\ ; -- \u202e`;
      const agent = buildAgent({ name, createdAt: Number.MAX_SAFE_INTEGER });
      await store.write((tx) => tx.insertAgent(agent));
      expect(await store.read.agentById(agent.id)).toEqual(agent);
    });

    it('keeps what was written when it is opened again', async () => {
      const { backend } = stage;
      const conversation = await seedConversation(stage.store);
      await stage.store.close();
      stage.store = await backend.open();
      expect(await stage.store.read.conversation(conversation.id)).toEqual(conversation);
      await stage.store.write((tx) => tx.upsertSite({ ...SITE, name: 'after' }));
      expect((await stage.store.read.siteById(SITE.id))?.name).toBe('after');
    });

    it('refuses a database that a newer program wrote, and leaves it as it is', async () => {
      const { backend } = stage;
      await stage.store.close();
      await backend.raw(`insert into schema_version (version, name, applied_at) values (999, 'later', 0)`);
      await expect(backend.open()).rejects.toBeInstanceOf(NewerSchema);
      const versions = await backend.raw('select version from schema_version order by version');
      expect(Number(versions.at(-1)?.version)).toBe(999);
      await backend.raw('delete from schema_version where version = 999');
      stage.store = await backend.open();
      expect(await stage.store.read.siteById(SITE.id)).toEqual(SITE);
    });
  });
}
