import type { ConsentEventRow, ConversationRow } from '../store/rows.ts';

/**
 * The first entry of the form that a conversation began with; null where that form asked for nothing: what its visitor
 * decided later was done on another screen, and at another time (PR-35).
 */
export function formActOf(
  { createdAt }: Pick<ConversationRow, 'createdAt'>,
  [first]: readonly ConsentEventRow[],
): ConsentEventRow | null {
  return first && first.at === createdAt ? first : null;
}
