import type { Context } from '../context.ts';
import type { RequestPersonRow } from '../store/requests.ts';
import type { Reads, Tx } from '../store/store.ts';
import { SealBroken, type Vault, type VisitorKeys } from '../vault/vault.ts';

/** What names somebody in a request: free text, where the answer goes, and the answer. */
export interface RequestWords {
  contact: string | null;
  name: string | null;
  text: string;
  answer: string | null;
}

const place = (requestId: string) => ({ table: 'request_person', column: 'words', row: requestId });

/**
 * Who asked, and in which words, sealed under a key that belongs to the request alone: who asks may be nobody's visitor, or
 * not be known to be one yet. The key stands among the data keys under the request's id; an erasure of the visitor that was
 * found takes both, the end of the request's period too.
 */
export async function sealNewWords(
  { vault }: Pick<Context, 'vault'>,
  tx: Tx,
  requestId: string,
  visitorId: string | null,
  words: RequestWords,
  now: number,
): Promise<void> {
  const { rows, keys } = vault.mint(requestId, now);
  for (const row of rows.filter((one) => one.class === 'form')) await tx.insertDataKey(row);
  await tx.requests.insertPerson({ requestId, visitorId, wordsSealed: seal(keys, requestId, words) });
}

/** Whom a request is of, and its words where they are still kept; a part that is given takes the place of what was there. */
export async function changePerson(
  { vault }: Pick<Context, 'vault'>,
  tx: Tx,
  requestId: string,
  change: { visitorId?: string | null; words?: Partial<RequestWords> },
): Promise<void> {
  const person = await tx.requests.person(requestId);
  if (!person) return;
  const next: RequestPersonRow = { ...person, ...(change.visitorId !== undefined && { visitorId: change.visitorId }) };
  const keys = await keysOf(vault, tx, requestId);
  const words = keys && open(keys, person);
  if (change.words && keys && words) next.wordsSealed = seal(keys, requestId, { ...words, ...change.words });
  await tx.requests.updatePerson(next);
}

/** Null once they are gone. */
export async function readWords(
  { vault }: Pick<Context, 'vault'>,
  reads: Reads,
  person: Pick<RequestPersonRow, 'requestId' | 'wordsSealed'>,
): Promise<RequestWords | null> {
  const keys = await keysOf(vault, reads, person.requestId);
  return keys && open(keys, person);
}

function seal(keys: VisitorKeys, requestId: string, words: RequestWords): Uint8Array {
  return keys.seal('form', place(requestId), JSON.stringify(words));
}

function open(
  keys: VisitorKeys,
  { requestId, wordsSealed }: Pick<RequestPersonRow, 'requestId' | 'wordsSealed'>,
): RequestWords | null {
  if (!wordsSealed) return null;
  try {
    return JSON.parse(keys.openText('form', place(requestId), wordsSealed)) as RequestWords;
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}

/** Not kept in memory: nothing forgets them there when the visitor is erased. */
async function keysOf(vault: Vault, reads: Reads, requestId: string): Promise<VisitorKeys | null> {
  const rows = await reads.dataKeysOf(requestId);
  if (rows.length === 0) return null;
  const keys = vault.keysOf(requestId, rows);
  vault.forget(requestId);
  return keys;
}
