import { describe, expect, it } from 'vitest';
import { COPIED, type Snapshot } from '../../server/store/copy.ts';
import type { RecoveryRow } from '../../server/store/recovery.ts';
import type { DataKeyRow } from '../../server/store/rows.ts';
import type { Store } from '../../server/store/store.ts';
import { newId } from '../../shared/ids.ts';
import type { Stage } from './contract.ts';
import { bytes, NOW, seedConversation, seedVisitor, send } from './seed.ts';

async function rowsOf(snapshot: Snapshot, table: string): Promise<unknown[][]> {
  const shape = snapshot.tables.find(({ name }) => name === table);
  if (!shape) throw new Error(`no table ${table}`);
  const rows: unknown[][] = [];
  for await (const part of snapshot.rows(shape)) rows.push(...part);
  return rows;
}

const keyOf = (visitorId: string, dataClass: DataKeyRow['class'], masterKeyId: string): DataKeyRow => ({
  id: newId(),
  visitorId,
  class: dataClass,
  wrapped: bytes(`wrapped ${dataClass}`),
  masterKeyId,
  createdAt: NOW,
});

const insertKeys = (store: Store, keys: DataKeyRow[]) =>
  store.write(async (tx) => {
    for (const key of keys) await tx.insertDataKey(key);
  });

export function describeCopy(stage: Stage): void {
  describe('a copy of one moment', () => {
    it('[PR-57] has every row as it was when it began, while others write and commit', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      for (let at = 0; at < 1203; at++) await send(store, conversation.id);
      await store.copy(async (snapshot) => {
        const before = await snapshot.read.lastMessages(conversation.id, 1);
        const written = await Promise.all(Array.from({ length: 30 }, () => send(store, conversation.id)));
        expect(written).not.toContain(null);
        expect(await store.read.lastMessages(conversation.id, 1)).not.toEqual(before);
        const rows = await rowsOf(snapshot, 'message');
        expect(rows).toHaveLength(1203);
        expect(new Set(rows.map(([id]) => id)).size).toBe(1203);
        expect(await snapshot.read.lastMessages(conversation.id, 1)).toEqual(before);
      });
    });

    it('knows each table with its columns, in an order in which they can be put back', async () => {
      await stage.store.copy(async ({ tables, schema }) => {
        const names = tables.map(({ name }) => name);
        expect([...names].sort()).toEqual(Object.keys(COPIED).sort());
        expect(schema).toBeGreaterThanOrEqual(15);
        const place = (name: keyof typeof COPIED): number => names.indexOf(name);
        expect(place('site')).toBeLessThan(place('visitor'));
        expect(place('visitor')).toBeLessThan(place('conversation'));
        expect(place('conversation')).toBeLessThan(place('message'));
        expect(place('ledger_entry')).toBeLessThan(place('consent_event'));
        expect(place('ledger_entry')).toBeLessThan(place('erasure'));
        expect(tables.find(({ name }) => name === 'message')).toMatchObject({
          columns: expect.arrayContaining(['id', 'conversation_id', 'seq', 'author', 'agent_id', 'body_sealed', 'at']),
          bytes: ['body_sealed'],
        });
      });
    });
  });

  describe('keys and master keys', () => {
    it('[PR-71] are counted by master key and kind, found by the wrong one, and wrapped anew in their place', async () => {
      const { store } = stage;
      const [one, two] = [newId(), newId()];
      const keys = [keyOf(one, 'form', 'b'), keyOf(one, 'messages', 'b'), keyOf(two, 'form', 'a'), keyOf(two, 'messages', 'c')];
      await insertKeys(store, keys);
      const { keys: read } = store.read;
      expect(await read.inventory()).toEqual([
        { masterKeyId: 'a', class: 'form', count: 1 },
        { masterKeyId: 'b', class: 'form', count: 1 },
        { masterKeyId: 'b', class: 'messages', count: 1 },
        { masterKeyId: 'c', class: 'messages', count: 1 },
      ]);
      expect((await read.notUnder('b', 9)).map(({ masterKeyId }) => masterKeyId).sort()).toEqual(['a', 'c']);
      expect(await read.hasOther('b')).toBe(true);
      for (const row of await read.notUnder('b', 9))
        await store.write((tx) => tx.keys.rewrap({ ...row, wrapped: bytes('anew'), masterKeyId: 'b' }));
      expect(await read.hasOther('b')).toBe(false);
      expect((await store.read.dataKeysOf(two)).map(({ wrapped }) => Buffer.from(wrapped).toString())).toEqual(['anew', 'anew']);
      const all = [...keys].map(({ id }) => id).sort();
      expect((await read.after('', 9)).map(({ id }) => id)).toEqual(all);
      expect((await read.after(all[1] ?? '', 1)).map(({ id }) => id)).toEqual([all[2]]);
      await store.write((tx) => tx.keys.rewrap({ id: 'shredded meanwhile', wrapped: bytes('x'), masterKeyId: 'b' }));
      await store.write((tx) => tx.keys.shredAll());
      expect(await read.inventory()).toEqual([]);
    });

    it('tells how much is without a key', async () => {
      const { store } = stage;
      const conversation = await seedConversation(store);
      await send(store, conversation.id);
      await seedVisitor(store);
      expect(await store.read.keys.unreadable()).toEqual({ visitors: 2, messages: 1, events: 0 });
      await insertKeys(store, [keyOf(conversation.visitorId, 'form', 'm')]);
      expect(await store.read.keys.unreadable()).toEqual({ visitors: 1, messages: 0, events: 0 });
    });

    it('leaves of a signing key what checks', async () => {
      const { store } = stage;
      const key = { kid: newId(), publicKey: 'PEM', privateSealed: bytes('private'), createdAt: NOW };
      await store.write((tx) => tx.insertSigningKey(key));
      await store.write((tx) => tx.keys.resealSigning(key.kid, new Uint8Array()));
      const found = (await store.read.signingKeys()).find(({ kid }) => kid === key.kid);
      expect([found?.publicKey, found?.privateSealed.length]).toEqual(['PEM', 0]);
    });
  });

  describe('what a store came through', () => {
    it('[PR-57] is owed until it is done, and says until when keys may be missing', async () => {
      const { store } = stage;
      const row: RecoveryRow = {
        id: newId(),
        kind: 'restored',
        at: NOW,
        backup: 'parley-1',
        asOf: NOW - 5,
        keys: false,
        replayedAt: null,
        replay: null,
        erased: null,
      };
      expect([await store.read.recovery.owed(), await store.read.recovery.keysLostUntil()]).toEqual([null, 0]);
      await store.write((tx) => tx.recovery.insert(row));
      expect([await store.read.recovery.owed(), await store.read.recovery.keysLostUntil()]).toEqual([row, NOW - 5]);
      await store.write((tx) => tx.recovery.replayed(row.id, NOW + 1, 'whole', 2));
      expect(await store.read.recovery.owed()).toBeNull();
      expect(await store.read.recovery.all()).toEqual([{ ...row, replayedAt: NOW + 1, replay: 'whole', erased: 2 }]);
    });
  });
}
