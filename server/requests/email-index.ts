import { createHmac, randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import type { VisitorRow } from '../store/rows.ts';
import { type Reads, type Store, StoreUnavailable, type Tx, UniqueViolation } from '../store/store.ts';
import { SealBroken, type Vault } from '../vault/vault.ts';
import { openForm, visitorKeys } from '../visitors/keys.ts';

/** Finds whoever gave an address without keeping the address: a keyed digest of it, in a table of its own (PR-52, PR-55). */
export interface BlindIndex {
  /** HMAC-SHA-256 of the site and the normalised address: the same person on two sites has two digests (PR-23). */
  digest(siteId: string, email: string): string;
}

/** Under this name the key of the index stands among the data keys, so that a rotation of the master key re-wraps it too. */
const KEY_ID = 'email_index';
const PLACE = { table: 'email_index_key', column: 'key', row: KEY_ID };
const AT_A_TIME = 200;

/** The key of the index, random and made once. Where its wrapping is gone, after a restore say, the index begins anew. */
export async function loadBlindIndex(store: Store, vault: Vault, now: number): Promise<BlindIndex> {
  const key =
    (await openKey(store.read, vault)) ??
    (await makeKey(store, vault, now).catch(async (error: unknown) => {
      // Another relay that started at the same time has made it.
      if (!(error instanceof UniqueViolation)) throw error;
      return openKey(store.read, vault);
    }));
  if (!key) throw new Error('no key for the index of addresses');
  return {
    digest: (siteId, email) =>
      createHmac('sha256', key)
        .update(`${siteId}\n${normalised(email)}`)
        .digest('base64url'),
  };
}

/** As addresses are compared: in one Unicode form, without the difference of capitals. */
function normalised(email: string): string {
  return email.normalize('NFC').trim().toLowerCase().normalize('NFC');
}

async function openKey(read: Reads, vault: Vault): Promise<Uint8Array | null> {
  const [sealed, rows] = await Promise.all([read.emails.key(KEY_ID), read.dataKeysOf(KEY_ID)]);
  if (!sealed || rows.length === 0) return null;
  try {
    return vault.keysOf(KEY_ID, rows).open('form', PLACE, sealed);
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  } finally {
    vault.forget(KEY_ID);
  }
}

async function makeKey(store: Store, vault: Vault, now: number): Promise<Uint8Array> {
  const key = randomBytes(32);
  const { rows, keys } = vault.mint(KEY_ID, now);
  return store.write(async (tx) => {
    // Looked at again: what another relay has made meanwhile must not be made anew.
    const there = await openKey(tx, vault);
    if (there) return there;
    await tx.emails.forgetKey(KEY_ID);
    for (const row of rows.filter((one) => one.class === 'form')) await tx.insertDataKey(row);
    await tx.emails.insertKey(KEY_ID, keys.seal('form', PLACE, key), now);
    return key;
  });
}

/** Keeps the index in step with a form, in the transaction that writes it. */
export async function indexEmail(
  { emails }: Pick<Context, 'emails'>,
  tx: Tx,
  { id, siteId }: Pick<VisitorRow, 'id' | 'siteId'>,
  email: string | null,
): Promise<void> {
  await tx.emails.put(id, email === null ? null : emails.digest(siteId, email));
}

/** Indexes forms that are not, from before there was an index or after a restore; gives how many. */
export async function indexMissing(ctx: Context): Promise<number> {
  let indexed = 0;
  for (;;) {
    const rows = await ctx.store.read.emails.missing(AT_A_TIME);
    if (rows.length === 0) return indexed;
    for (const visitor of rows) {
      const email = await emailIn(ctx, visitor);
      // Looked at again in the transaction: meanwhile the visitor may have been erased, or have put the address right.
      await ctx.store.write(async (tx) => {
        const still = await tx.lockVisitor(visitor.id);
        if (still && sameBytes(still.formSealed, visitor.formSealed)) await indexEmail(ctx, tx, visitor, email);
      });
      indexed += 1;
    }
  }
}

const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a !== null && b !== null && Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;

/** Null too where the form cannot be opened any more: there is nothing to find by. */
async function emailIn(ctx: Context, { id, formSealed }: VisitorRow): Promise<string | null> {
  try {
    return openForm(await visitorKeys(ctx, ctx.store.read, id), id, formSealed).email;
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    return null;
  }
}
