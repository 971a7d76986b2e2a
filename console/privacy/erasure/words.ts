import type { ErasureReason } from '../../../shared/erasure.ts';
import { erasurePageEn } from '../../../shared/i18n/desk/erasure.en.ts';
import { wordsOf } from '../../i18n.ts';

export const e = wordsOf(erasurePageEn);

/** In the order in which they are offered; the catalog has words for each. */
const REASONS: Record<ErasureReason, true> = {
  request: true,
  consent_withdrawn: true,
  objection: true,
  no_longer_needed: true,
  unlawful: true,
  legal_obligation: true,
};
export const reasonOptions = (Object.keys(REASONS) as ErasureReason[]).map((reason) => [reason, e(`reason.${reason}`)] as const);

/** What a table holds, for whoever never saw the database. */
export function tableWords(table: string): string {
  const word = `table.${table}`;
  return word in erasurePageEn ? e(word as keyof typeof erasurePageEn) : table.replaceAll('_', ' ');
}
