import { type NoticeDoc, noticeHash, plainText } from '../../shared/notice.ts';
import type { NoticeRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';

/** Strings as they are hashed: normal form, single spaces, everywhere in the document. */
function plain<T>(value: T): T {
  if (typeof value === 'string') return plainText(value) as T;
  if (Array.isArray(value)) return value.map(plain) as T;
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)])) as T;
  return value;
}

export function plainDoc(doc: NoticeDoc): NoticeDoc {
  return plain(doc);
}

/** Publishes a notice under the hash of its words. The same words again change nothing. */
export async function publishNotice(tx: Tx, siteId: string, draft: NoticeDoc, now: number): Promise<NoticeRow> {
  const doc = plainDoc(draft);
  const hash = noticeHash(doc);
  const known = await tx.noticeByHash(hash);
  if (known) return known;
  const row = { hash, siteId, version: doc.version, locale: doc.locale, doc, publishedAt: now };
  await tx.insertNotice(row);
  return row;
}
