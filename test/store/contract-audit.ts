import { describe, expect, it } from 'vitest';
import { type AuditedAct, recordAct } from '../../server/audit/act.ts';
import { purgeAudit } from '../../server/audit/purge.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import { loadSigningKey } from '../../server/ledger/signing.ts';
import type { Store } from '../../server/store/store.ts';
import { createVault } from '../../server/vault/aes-vault.ts';
import { loadMasterKey } from '../../server/vault/master-key.ts';
import { newId } from '../../shared/ids.ts';
import type { Stage } from './contract.ts';
import { buildAgent, NOW, seedConversation } from './seed.ts';

const VIEW = { actor: { kind: 'relay' }, action: 'inbox.listed', object: 'all' } as const;
const record = (store: Store, act: Partial<AuditedAct> = {}, at = NOW): Promise<void> =>
  store.write((tx) => recordAct(tx, { ...VIEW, ...act }, at));
const ANY = { action: null, agentId: null, object: null, from: null, until: null };

export function describeAudit(stage: Stage): void {
  describe('the audit', () => {
    it('keeps what was done, by whom and from where, and finds it by each of them', async () => {
      const { store } = stage;
      const ada = buildAgent({ name: 'Ada' });
      await store.write((tx) => tx.insertAgent(ada));
      const actor = { kind: 'agent', id: ada.id, session: 'f00d' } as const;
      await record(store, { actor, action: 'ip.reveal', object: 'one', detail: { count: 2, kind: 'x' } }, NOW);
      await record(store, { action: 'ip.reveal', object: 'two' }, NOW + 1);
      await record(store, { actor: { kind: 'visitor' }, object: 'one' }, NOW + 2);
      const [first, second, third] = (await store.read.audit.newest(9)).toReversed();
      expect(first).toMatchObject({ actor: 'agent', agentId: ada.id, session: 'f00d', detail: { count: 2, kind: 'x' }, at: NOW });
      expect([second?.actor, second?.agentId, third?.actor]).toEqual(['relay', null, 'visitor']);
      expect(await store.read.audit.newest(1)).toEqual([third]);
      expect(await store.read.audit.of('one')).toEqual([first, third]);
      const found = async (filter: object, before: { at: number; id: string } | null = null) =>
        (await store.read.audit.search({ ...ANY, ...filter }, before, 9)).map(({ seq }) => seq);
      expect(await found({})).toEqual([3, 2, 1]);
      expect(await found({ action: 'ip.reveal' })).toEqual([2, 1]);
      expect(await found({ agentId: ada.id })).toEqual([1]);
      expect(await found({ object: 'one', from: NOW + 1 })).toEqual([3]);
      expect(await found({ from: NOW, until: NOW + 2 })).toEqual([2, 1]);
      expect(await found({}, { at: NOW + 2, id: third?.id ?? '' })).toEqual([2, 1]);
      expect(await found({}, { at: NOW + 1, id: 'z' })).toEqual([2, 1]);
      expect(await store.read.audit.agents()).toEqual([{ id: ada.id, name: 'Ada' }]);
      const done = { object: 'one', action: 'ip.reveal', session: 'f00d', since: NOW };
      expect([await store.read.audit.wasDone(done), await store.read.audit.wasDone({ ...done, since: NOW + 1 })]).toEqual([
        true,
        false,
      ]);
      expect(await store.read.audit.wasDone({ ...done, session: 'beef' })).toBe(false);
    });

    it('gives an entry to each that was committed, in one chain, and none to what failed', async () => {
      const { store } = stage;
      const acts = Array.from({ length: 12 }, (_, at) =>
        store.write(async (tx) => {
          await recordAct(tx, { ...VIEW, object: `act-${at}` }, NOW + at);
          if (at % 3 === 0) throw new Error('refused');
        }),
      );
      const ends = await Promise.allSettled(acts);
      expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(4);
      expect(await verifyAudit(store.read)).toMatchObject({ entries: 8, lines: 8, unchained: 0, fault: null });
      expect((await store.read.auditChain.head()).seq).toBe(8);
      expect((await store.read.auditChain.entry(8))?.hash).toBe((await store.read.auditChain.head()).hash);
      expect(await store.read.auditChain.entry(9)).toBeNull();
      expect((await store.read.auditChain.entries(6, 9)).map(({ seq, siteId }) => [seq, siteId])).toEqual([
        [7, 'audit'],
        [8, 'audit'],
      ]);
    });

    it('refuses to have its entries changed or deleted', async () => {
      const { store, backend } = stage;
      await record(store);
      await expect(backend.raw(`update audit_entry set hash = 'x'`)).rejects.toThrow('refuses update');
      await expect(backend.raw('delete from audit_entry')).rejects.toThrow('refuses delete');
    });

    it('holds a conversation that is there, beside whoever writes in it', async () => {
      const { store } = stage;
      const { id } = await seedConversation(store);
      const [held, none, seq] = await Promise.all([
        store.write((tx) => tx.audit.holdConversation(id), { independent: true }),
        store.write((tx) => tx.audit.holdConversation(newId()), { independent: true }),
        store.write((tx) => tx.takeSeqInPlace(id, 'visitor', NOW), { independent: true }),
      ]);
      expect([held, none, seq]).toEqual([true, false, 1]);
    });

    it('[PR-60] [PR-82] is purged of what is too old, with a signed entry that says so, and verifies', async () => {
      const { store } = stage;
      const vault = createVault(loadMasterKey({ value: 'ab'.repeat(32), file: '' }));
      const signing = await loadSigningKey(store, vault, NOW);
      for (let at = 0; at < 5; at++) await record(store, { object: `act-${at}` }, NOW + at);
      const ctx = { store, signing, clock: () => NOW + 9 };
      expect(await purgeAudit(ctx, NOW)).toBe(0);
      expect(await purgeAudit(ctx, NOW + 3)).toBe(3);
      expect((await store.read.audit.newest(9)).map(({ object }) => object)).toEqual(['act-4', 'act-3']);
      expect(await verifyAudit(store.read)).toMatchObject({ entries: 6, lines: 2, purged: 3, fault: null });
      expect(JSON.parse((await store.read.auditChain.entry(6))?.body ?? '')).toMatchObject({ covers: [[1, 3]] });
    });

    it('is brought elsewhere by one relay at a time', async () => {
      const { store } = stage;
      const claim = (now: number) => store.write((tx) => tx.auditChain.claimCopy('there', now, now + 10));
      expect(await store.read.auditChain.copiedUntil('there')).toBe(0);
      expect([await claim(NOW), await claim(NOW + 9)]).toEqual([0, null]);
      await store.write((tx) => tx.auditChain.noteCopied('there', 7, NOW));
      expect([await claim(NOW + 1), await store.read.auditChain.copiedUntil('there')]).toEqual([7, 7]);
      expect(await claim(NOW + 11)).toBe(7);
    });
  });
}
