import type { Store, Tx } from '../store/store.ts';
import { createRewrapper, createVault, type Rewrapper } from './aes-vault.ts';
import type { MasterKey } from './master-key.ts';

/** Keys that are wrapped anew in one transaction: a rotation that is killed has lost this much at most. */
const AT_ONCE = 500;

export interface Rotated {
  dataKeys: number;
  own: number;
}

/**
 * Brings every key under another master key (PR-71). What the keys sealed is not touched. The relay's own secrets are first:
 * from then on no relay starts with the old key. What a crash left under the old one the next call takes up.
 * @param own brings the relay's own secrets along, in the transaction it is given, and gives how many
 * @throws SealBroken when a key opens under neither: nothing of its part was changed.
 */
export async function rotateMasterKey(
  store: Store,
  from: MasterKey,
  to: MasterKey,
  own: (tx: Tx, rewrapper: Rewrapper) => Promise<number>,
): Promise<Rotated> {
  const rewrapper = createRewrapper(from, to);
  const done: Rotated = { own: await store.write((tx) => own(tx, rewrapper)), dataKeys: 0 };
  for (;;) {
    const rewrapped = await store.write(async (tx) => {
      const rows = await tx.keys.notUnder(to.id, AT_ONCE);
      for (const row of rows) await tx.keys.rewrap(rewrapper.dataKey(row));
      return rows.length;
    });
    if (rewrapped === 0) return done;
    done.dataKeys += rewrapped;
  }
}

/** Unwraps every key once: the old master key may go only when nothing needs it. @throws SealBroken at one that does not open. */
export async function tryAllKeys({ read }: Store, masterKey: MasterKey): Promise<number> {
  const vault = createVault(masterKey, { cachedVisitors: 0 });
  let tried = 0;
  for (let after = ''; ; ) {
    const rows = await read.keys.after(after, AT_ONCE);
    for (const row of rows) vault.keysOf(row.visitorId, [row]).seal(row.class, { table: '', column: '', row: '' }, '');
    tried += rows.length;
    const last = rows.at(-1);
    if (!last) return tried;
    after = last.id;
  }
}
