import type { ConsentState } from '../../shared/events.ts';
import type { ConsentEventRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';

/** The newest event of each purpose, in the order in which the purposes were first decided. */
export function newestByPurpose(rows: ConsentEventRow[]): ConsentEventRow[] {
  return [...new Map(rows.map((row) => [row.purpose, row])).values()];
}

/** How each purpose now stands in a conversation. */
export async function consentStates(reads: Reads, conversationId: string): Promise<ConsentState[]> {
  return statesOf(reads, newestByPurpose(await reads.consentEventsOf(conversationId)));
}

/** Events, as they are told to whoever decided them. */
export async function statesOf(reads: Reads, rows: ConsentEventRow[]): Promise<ConsentState[]> {
  return Promise.all(
    rows.map(async (row) => {
      const notice = await reads.noticeByHash(row.noticeHash);
      return {
        purpose: row.purpose,
        state: row.state,
        at: row.at,
        actId: row.actId,
        noticeHash: row.noticeHash,
        noticeVersion: notice?.version ?? 0,
        locale: notice?.locale ?? '',
      };
    }),
  );
}
