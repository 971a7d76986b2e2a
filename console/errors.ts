import type { ErrorCode } from '../shared/errors.ts';
import { retryIn } from './format.ts';
import { t, type Word } from './i18n.ts';

/** Why something did not happen: a code of the relay, or no answer at all. */
export type Failure = ErrorCode | 'no_answer';

/** A failure in words that say what to do. */
export function failureWords(code: Failure, retryAfterSeconds?: number): string {
  const word: Word = `error.${code}`;
  return t(word, { wait: retryIn(retryAfterSeconds) });
}
