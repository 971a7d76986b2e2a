import type { Standing } from '../../shared/restriction.ts';

/** What each part of a visitor's wishes needs to know. */
export interface WishProps {
  standing: Standing;
  site: string;
  /** A time as the reader writes it. */
  when: (at: number) => string;
  /** What is being done right now, if anything is. */
  busy: string | null;
}
