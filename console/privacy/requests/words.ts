import { dayOf } from '../../../shared/deadlines.ts';
import { requestsEn } from '../../../shared/i18n/desk/requests.en.ts';
import type { RequestDetail, RequestInList } from '../../../shared/requests.ts';
import { wordsOf } from '../../i18n.ts';

export const q = wordsOf(requestsEn);

const days = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** "Mon, 6 Apr 2026": a calendar day. */
export const dayWords = (day: string): string => days.format(Date.parse(day));

const times = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

/** "10 Mar 2026, 09:30 UTC" */
export const timeWords = (at: number): string => `${times.format(at)} UTC`;

/** The day on which it came, which is all that the law counts. */
export const receivedWords = (at: number): string => dayWords(dayOf(at));

/** How urgent it is, in words: colour only repeats it. */
export function dueWords({ next, isStanding, status }: Pick<RequestInList, 'next' | 'isStanding' | 'status'>): string {
  if (status === 'answered') return '';
  if (!next) return isStanding ? q('due.standing') : '';
  if (next.urgency === 'overdue') return q('due.overdue', { count: -next.days });
  if (next.days === 0) return q('due.today');
  return q(next.urgency === 'soon' ? 'due.soon' : 'due.later', { count: next.days });
}

/** One line of the history. */
export function stepWords({ step, detail }: RequestDetail['history'][number]): string {
  return q(`step.${step}`, { detail: detailWords(step, detail ?? '') });
}

function detailWords(step: RequestDetail['history'][number]['step'], detail: string): string {
  if (step === 'received') return q(`via.${detail as 'email'}`);
  if (step === 'person_found') return q(`detail.${detail as 'link'}`);
  if (step === 'extended') return q(`reason.${detail as 'complex'}`);
  if (step === 'answered') return q(`outcome.${detail as 'done'}`);
  if (step === 'profile_changed')
    return detail
      .split(' ')
      .map((law) => q(`law.${law as 'eu'}`))
      .join(' → ');
  return detail;
}

/** A choice for each code, in the words of the catalog. */
export function options<Code extends string>(codes: readonly Code[], words: (code: Code) => string): [Code, string][] {
  return codes.map((code) => [code, words(code)]);
}
