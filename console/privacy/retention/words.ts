import { retentionEn } from '../../../shared/i18n/desk/retention.en.ts';
import { DAY } from '../../../shared/limits.ts';
import type { RetentionCounts, RetentionKind } from '../../../shared/retention.ts';
import { recordNumber } from '../../format.ts';
import { wordsOf } from '../../i18n.ts';

export const w = wordsOf(retentionEn);

export const kindWords = (kind: string): string => (`kind.${kind}` in retentionEn ? w(`kind.${kind}` as 'kind.messages') : kind);

export const dayCount = (milliseconds: number): number => Math.floor(milliseconds / DAY);

/** "Messages 12, Name and e-mail 3" */
export function countWords(counts: RetentionCounts): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${kindWords(kind)} ${recordNumber(count)}`)
    .join(', ');
}

const OF_TALKS: readonly string[] = ['messages', 'form', 'evidence', 'consent'] satisfies RetentionKind[];

/** What is of conversations, and what the relay keeps of its own. */
export function byKeeper(counts: RetentionCounts): { talks: RetentionCounts; own: RetentionCounts } {
  const all = Object.entries(counts);
  const [talks, own] = [true, false].map((isOfTalk) => all.filter(([kind]) => OF_TALKS.includes(kind) === isOfTalk));
  return { talks: Object.fromEntries(talks ?? []), own: Object.fromEntries(own ?? []) };
}
