import type { Reading } from '../../shared/reading.ts';
import { noticeBegunUnder } from '../notices/begun-under.ts';
import { settingsInForce } from '../notices/generated.ts';
import type { ConversationRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';

/**
 * What agents may do with a talk. Withdrawn, it is locked to them, unless the owner has set a ground on which they may go on
 * reading, and the notice that its visitor agreed to said so (GDPR Art. 7(3), 13(1)(c)).
 */
export async function readingOf(
  read: Reads,
  conversation: Pick<ConversationRow, 'id' | 'siteId' | 'withdrawnAt' | 'noticeHash'>,
): Promise<Reading> {
  const { siteId, withdrawnAt } = conversation;
  if (withdrawnAt === null) return 'open';
  const site = await read.siteById(siteId);
  if (!site?.settings.afterWithdrawal || site.settings.afterWithdrawal === 'locked') return 'locked';
  return settingsInForce(site.settings, (await noticeBegunUnder(read, conversation)).doc).afterWithdrawal;
}
