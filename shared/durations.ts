import { DAY } from './limits.ts';

const UNIT_DAYS = { Y: 365, M: 30, W: 7, D: 1 } as const;

/** Nothing is kept longer by any word or setting (PR-60). */
export const LONGEST_PERIOD = 3650 * DAY;

/**
 * Milliseconds of an ISO 8601 duration in whole years, months, weeks or days (`P90D`, `P6M`). Months count 30 days
 * and years 365: a consent must not outlive what was promised, so the shorter reading is taken.
 * @throws RangeError for anything else, "for ever" among it.
 */
export function durationMs(duration: string): number {
  const parts = /^P(\d+)([YMWD])$/.exec(duration);
  if (!parts) throw new RangeError(`not a duration: ${duration}`);
  return Number(parts[1]) * UNIT_DAYS[parts[2] as keyof typeof UNIT_DAYS] * DAY;
}
