import type { NoticeInForce } from '../../shared/api.ts';
import { noticeHead } from '../../shared/notice.ts';
import { Refusal } from '../errors.ts';
import type { NoticeRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';

export const DEFAULT_LOCALE = 'en';

/**
 * The notice behind the hash of the words that were shown, if it is the one in force for the site and language.
 * @throws Refusal `notice_unknown` with the notice in force, to be drawn and asked again (PR-38).
 */
export async function noticeForAsking(reads: Reads, siteId: string, hash: string): Promise<NoticeRow> {
  const shown = await reads.noticeByHash(hash);
  const inForce = await reads.noticeInForce(siteId, shown?.siteId === siteId ? shown.locale : DEFAULT_LOCALE);
  if (!inForce) throw new Refusal('not_found');
  if (inForce.hash === hash) return inForce;
  const notice: NoticeInForce = { hash: inForce.hash, doc: noticeHead(inForce.doc) };
  throw new Refusal('notice_unknown', { body: { notice } });
}
