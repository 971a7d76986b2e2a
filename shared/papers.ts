import { z } from 'zod';

/** The papers and the register of breaches as the desk asks for them and gets them (PR-72, PR-73). Times are epoch milliseconds. */

const time = z.number().int().min(0);

export const breachRequest = z.strictObject({
  since: time,
  /** Exclusive. */
  until: time,
  detectedAt: time,
  /** A site’s key; null for all. */
  site: z.string().max(64).nullable(),
});
export type BreachRequest = z.infer<typeof breachRequest>;

export const breachDecision = z.strictObject({
  state: z.enum(['open', 'notified', 'not_notified']),
  /** Facts, effects and remedy (GDPR Art. 33(5)); empty for none. */
  notes: z.string().max(10_000),
});
export type BreachDecision = z.infer<typeof breachDecision>;

export interface BreachEntry {
  id: string;
  recordedAt: number;
  detectedAt: number;
  since: number;
  until: number;
  site: string | null;
  persons: number;
  conversations: number;
  state: BreachDecision['state'];
  decidedAt: number | null;
  notes: string;
  /** By when the controllers are told, and the first authority; null where a person has to say. */
  ownerBy: number;
  authorityBy: number | null;
}

export interface BreachRegister {
  breaches: BreachEntry[];
  sites: { key: string; name: string }[];
}

/** A paper in the list: `/api/agent/papers/ID.html` and `ID.md`. */
export interface ListedPaper {
  id: string;
  title: string;
  /** What it is for. */
  about: string;
  /** Places that wait for the owner. */
  blanks: number;
}
