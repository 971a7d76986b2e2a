import { keptEn } from '../../shared/i18n/kept.en.ts';
import { wordsOf } from '../i18n.ts';

export const k = wordsOf(keptEn);

const longDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** "21 February 2027", in the reader's own time. */
export const dateWords = (at: number): string => longDay.format(at);

const UNITS = { D: 'days', W: 'weeks', M: 'months', Y: 'years' } as const;

/** `P90D` as "90 days"; what is none is shown as it is. */
export function periodWords(period: string): string {
  const [, count, unit] = /^P(\d+)([DWMY])$/.exec(period) ?? [];
  return count && unit ? k(UNITS[unit as keyof typeof UNITS], { count }) : period;
}
