import { recipientsEn } from '../../../shared/i18n/desk/recipients.en.ts';
import { wordsOf } from '../../i18n.ts';

export const r = wordsOf(recipientsEn);

/** What became of the last try, in words. */
export function outcomeWords(outcome: string): string {
  const word = `outcome.${outcome}`;
  return word in recipientsEn ? r(word as keyof typeof recipientsEn) : r('outcome.status', { status: outcome });
}
