import { DAY } from '../../shared/limits.ts';

/** After the hand-over, all of a site is erased within this (PR-59, GDPR Art. 28(3)(g)). */
export const END_WITHIN = 30 * DAY;
