import type { Reading } from '../../shared/reading.ts';
import { settingsInForce } from '../notices/generated.ts';
import type { ConversationRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';

/**
 * What agents may do with a talk. Withdrawn, it is locked to them, unless the owner has set a ground on which they may go on
 * reading, and the notice that its visitor agreed to said so (GDPR Art. 7(3), 13(1)(c)).
 */
export async function readingOf(
  read: Reads,
  { id, siteId, withdrawnAt }: Pick<ConversationRow, 'id' | 'siteId' | 'withdrawnAt'>,
): Promise<Reading> {
  if (withdrawnAt === null) return 'open';
  const site = await read.siteById(siteId);
  if (!site?.settings.afterWithdrawal || site.settings.afterWithdrawal === 'locked') return 'locked';
  const [first] = await read.consentEventsOf(id);
  const notice = first && (await read.noticeByHash(first.noticeHash));
  return notice ? settingsInForce(site.settings, notice.doc).afterWithdrawal : 'locked';
}
