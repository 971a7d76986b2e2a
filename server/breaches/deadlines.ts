import { DAY, HOUR } from '../../shared/limits.ts';
import type { Law } from '../papers/law.ts';

/** The operator tells the controller (GDPR Art. 33(2)): without undue delay, a day at most. */
export const OWNER_WITHIN = DAY;
const AUTHORITY_WITHIN = 72 * HOUR;
/** Brasília keeps no summer time. */
const BRASILIA = -3 * HOUR;
const BUSINESS_DAYS = 3;

/** By when the authority must know (epoch milliseconds); null where a person has to say. */
export function authorityBy(law: Law, detectedAt: number): number | null {
  if (law === 'EU' || law === 'UK' || law === 'VN') return detectedAt + AUTHORITY_WITHIN;
  return law === 'BR' ? endOfBusinessDay(detectedAt, BUSINESS_DAYS) : null;
}

/** The end of the nth business day after this one, in Brasília. Holidays would only move it later. */
function endOfBusinessDay(at: number, count: number): number {
  let day = Math.floor((at + BRASILIA) / DAY);
  for (let left = count; left > 0; ) {
    day += 1;
    if (!isWeekend(day)) left -= 1;
  }
  return (day + 1) * DAY - BRASILIA;
}

/** Days since 1970-01-01, which was a Thursday. */
function isWeekend(day: number): boolean {
  const weekday = (day + 4) % 7;
  return weekday === 0 || weekday === 6;
}
