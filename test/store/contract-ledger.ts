import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LedgerEntryRow } from '../../server/store/rows.ts';
import { UniqueViolation } from '../../server/store/store.ts';
import { checkLink, GENESIS, type Hash } from '../../shared/ledger.ts';
import type { Stage } from './contract.ts';
import { appendEvent, buildConsentEvent, buildEntry, NOW, SITE, seedConversation } from './seed.ts';

const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest();

/** Walks the chain as `parley verify` will. */
export function expectChain(entries: LedgerEntryRow[]): void {
  let head = GENESIS;
  for (const row of entries) {
    const { siteId, prevHash, timeBucket, seq, kind, commitment, hash } = row;
    const entry = { site_id: siteId, seq, prev_hash: prevHash, kind, commitment, time_bucket: timeBucket };
    expect(checkLink(sha256, head, entry, hash)).toBeNull();
    head = { seq, hash };
  }
}

export function describeLedger(stage: Stage): void {
  describe('ledger', () => {
    it('begins before its first entry', async () => {
      const { store } = stage;
      expect(await store.read.ledgerHead(SITE.id)).toEqual(GENESIS);
      expect(await store.write((tx) => tx.lockLedgerHead(SITE.id))).toEqual(GENESIS);
      expect(await store.read.ledgerEntries(SITE.id, 0, 10)).toEqual([]);
      expect(await store.read.ledgerEntry(SITE.id, 1)).toBeNull();
    });

    it('appends 60 events at once as one chain', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      await Promise.all(Array.from({ length: 60 }, () => appendEvent(store, conversation)));
      const entries = await store.read.ledgerEntries(SITE.id, 0, 100);
      expect(entries).toHaveLength(60);
      expectChain(entries);
      const last = entries.at(-1);
      expect(await store.read.ledgerHead(SITE.id)).toEqual({ seq: 60, hash: last?.hash });
      expect(await store.read.ledgerEntries(SITE.id, 58, 1)).toEqual([entries[58]]);
      expect(await store.read.ledgerEntry(SITE.id, 60)).toEqual(last);
    });

    it('finds consent events by seq, by conversation and by act', async () => {
      const { store } = stage;
      const [one, other] = [await seedConversation(store), await seedConversation(store)];
      const first = (await appendEvent(store, one)).event;
      const second = (await appendEvent(store, other)).event;
      const third = (await appendEvent(store, one, { state: 'ConsentWithdrawn', actId: first.actId })).event;
      expect(await store.read.consentEventsOf(one.id)).toEqual([first, third]);
      expect(await store.read.consentEventsOfAct(first.actId)).toEqual([first, third]);
      expect(await store.read.consentEventsBySeq(SITE.id, 2, 3)).toEqual([second, third]);
      expect(await store.read.consentEventsBySeq(SITE.id, 4, 9)).toEqual([]);
    });

    it('appends more entries than one statement holds', async () => {
      const { store } = stage;
      await store.write(async (tx) => {
        let head = await tx.lockLedgerHead(SITE.id);
        const entries: LedgerEntryRow[] = [];
        while (entries.length < 1100) {
          const entry = buildEntry(head);
          entries.push(entry);
          head = entry;
        }
        await tx.appendEntries(entries);
        await tx.appendEntries([]);
        await tx.insertConsentEvents([]);
      });
      expect((await store.read.ledgerHead(SITE.id)).seq).toBe(1100);
    });

    it('refuses entries that do not follow the head, and a second successor of one entry', async () => {
      const { store, backend } = stage;
      const conversation = await seedConversation(store);
      const { entry } = await appendEvent(store, conversation);
      const astray = store.write((tx) => tx.appendEntries([buildEntry({ seq: 5, hash: 'f'.repeat(64) })]));
      await expect(astray).rejects.toThrow('must follow the locked head');
      const fork = { ...buildEntry(GENESIS), seq: 2 };
      await expect(store.write((tx) => tx.appendEntries([fork]))).rejects.toBeInstanceOf(UniqueViolation);
      expect(await store.read.ledgerEntries(SITE.id, 0, 10)).toEqual([entry]);
      expect(await store.read.ledgerHead(SITE.id)).toEqual({ seq: 1, hash: entry.hash });
      expect(await backend.raw('select seq from ledger_entry')).toHaveLength(1);
    });

    it('takes the head back when the member that moved it fails', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      const failing = store.write(async (tx) => {
        await tx.appendEntries([buildEntry(await tx.lockLedgerHead(SITE.id))]);
        throw new Error('refused');
      });
      const [failed, first, second] = await Promise.allSettled([
        failing,
        appendEvent(store, conversation),
        appendEvent(store, conversation),
      ]);
      expect([failed?.status, first?.status, second?.status]).toEqual(['rejected', 'fulfilled', 'fulfilled']);
      const entries = await store.read.ledgerEntries(SITE.id, 0, 10);
      expect(entries.map((entry) => entry.seq)).toEqual([1, 2]);
      expectChain(entries);
    });

    it('refuses an event without its entry', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      await expect(store.write((tx) => tx.insertConsentEvents([buildConsentEvent(conversation, 1)]))).rejects.toThrow(
        /foreign key/i,
      );
    });

    it('keeps tree heads in the order in which they were made, and lets nobody change or delete one', async () => {
      const { store, backend } = stage;
      expect(await store.read.newestTreeHead(SITE.id)).toBeNull();
      const head = (size: number, at: number) => {
        return { siteId: SITE.id, size, at, root: 'a'.repeat(64), peaks: ['b'.repeat(64)], kid: 'k1', signature: 'AAAA' };
      };
      const heads = [head(1, NOW), head(3, NOW + 1), head(3, NOW + 2)];
      await store.write(async (tx) => {
        for (const one of heads.toReversed()) await tx.insertTreeHead(one);
      });
      expect(await store.read.newestTreeHead(SITE.id)).toEqual(heads[2]);
      expect(await store.read.treeHeads(SITE.id, 0, 10)).toEqual(heads);
      expect(await store.read.treeHeads(SITE.id, NOW, 1)).toEqual([heads[1]]);
      expect(await store.read.treeHeads('another', 0, 10)).toEqual([]);
      const around = async (seq: number) => [
        await store.read.treeHeadBefore(SITE.id, seq),
        await store.read.treeHeadCovering(SITE.id, seq),
      ];
      expect(await around(1)).toEqual([null, heads[0]]);
      expect(await around(2)).toEqual([heads[0], heads[1]]);
      expect(await around(4)).toEqual([heads[2], null]);
      await expect(backend.raw('update tree_head set size = 2')).rejects.toThrow('refuses update');
      await expect(backend.raw('delete from tree_head')).rejects.toThrow('refuses delete');
      expect(await store.read.treeHeads(SITE.id, 0, 10)).toEqual(heads);
    });

    it('lets nobody change or delete an entry, and nobody change an event; an event may be erased', async () => {
      const { store, backend } = stage;
      const conversation = await seedConversation(store);
      const { entry, event } = await appendEvent(store, conversation);
      await expect(backend.raw(`update ledger_entry set commitment = 'x'`)).rejects.toThrow('refuses update');
      await expect(backend.raw('delete from ledger_entry')).rejects.toThrow('refuses delete');
      await expect(backend.raw(`update consent_event set state = 'ConsentRefused'`)).rejects.toThrow('refuses update');
      expect(await store.read.ledgerEntry(SITE.id, 1)).toEqual(entry);
      expect(await store.read.consentEventsOf(conversation.id)).toEqual([event]);
      await backend.raw('delete from consent_event');
      expect(await store.read.consentEventsOf(conversation.id)).toEqual([]);
    });
  });
}
