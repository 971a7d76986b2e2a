import type { NoticeDoc } from '../../shared/notice.ts';
import { Refusal } from '../errors.ts';
import type { ConversationRow, NoticeRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';

/**
 * The notice that a visitor read when a conversation began: by it goes what is kept and how long, what may be corrected,
 * and to whom to complain, whether the chat rests on consent or on something else (PR-01). Conversations from before this
 * was kept have it in their first event.
 * @throws Refusal `not_found` where the site has no notice at all.
 */
export async function noticeBegunUnder(
  reads: Reads,
  { id, siteId, noticeHash }: Pick<ConversationRow, 'id' | 'siteId' | 'noticeHash'>,
): Promise<NoticeRow> {
  const hash = noticeHash ?? (await reads.consentEventsOf(id))[0]?.noticeHash;
  const notice = hash ? await reads.noticeByHash(hash) : ((await reads.noticesInForce(siteId))[0] ?? null);
  if (!notice) throw new Refusal('not_found');
  return notice;
}

/** True where the chat itself rests on consent: taking that back ends it; taking back anything else does not (PR-48). */
export const restsOnConsent = ({ purposes }: Pick<NoticeDoc, 'purposes'>): boolean =>
  purposes.some(({ required, legalBasis }) => required && legalBasis === 'consent');
