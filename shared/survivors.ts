/** What is left once somebody was erased, as codes and shapes (PR-58). Free of zod. */

export const SURVIVORS = [
  'ledger',
  'certificate',
  'audit',
  'audit_copy',
  'request',
  'access_log',
  'recipients',
  'backup_keys',
  'backup_data',
] as const;

/**
 * Why something stays. `nobody`: it names nobody, and the proof of everybody else hangs on it; `accountability`: it shows
 * that the law was kept to (GDPR Art. 5(2)); `access_law`: a law demands it (Art. 17(3)(b); Marco Civil, Art. 15); `security`:
 * against loss (Art. 32(1)(c)); `told`: it is with others, who were told (Art. 19).
 */
export const SURVIVOR_GROUNDS = ['nobody', 'accountability', 'access_law', 'security', 'told'] as const;

/** `day`: at the latest on one; `answered`: the same, counted from an answer that may be yet to come; `good`: it has no end; `confirmed`: once each says that it is done; `keeper`: whoever keeps it decides. */
export type SurvivorEnd = 'day' | 'answered' | 'good' | 'confirmed' | 'keeper';

export interface Survivor {
  what: (typeof SURVIVORS)[number];
  ground: (typeof SURVIVOR_GROUNDS)[number];
  end: SurvivorEnd;
  /** Where it ends on a day: the moment by which it is gone, epoch milliseconds; else null. */
  until: number | null;
  /** Who has something of it: of `recipients` alone. */
  names?: string[];
}

/** `POST /api/privacy/survivors`, by the session, the cookie or a receipt's link: what an erasure would leave. */
export interface Survivors {
  survivors: Survivor[];
}
