import { noticesEn } from '../../shared/i18n/notices.en.ts';
import type { ApiFailure } from '../api.ts';
import { failureWords } from '../errors.ts';
import { inWords, type Values } from '../i18n.ts';

/** Every key of the catalog of this page. */
export type NoticeWord = keyof typeof noticesEn;

export function n(word: NoticeWord, values: Values = {}): string {
  return inWords(noticesEn[word], values);
}

/** Why the relay did not do it, in the words of this page where the console's speak of conversations. */
export function refusalWords({ code, retryAfterSeconds }: ApiFailure): string {
  const own = `refused.${code}`;
  return own in noticesEn ? n(own as NoticeWord) : failureWords(code, retryAfterSeconds);
}
