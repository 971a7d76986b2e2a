import type { Abilities } from '../abilities.ts';

/** Whom an erasure was of, as a digest: by it a restore finds again who is in no entry of the ledger. */
export function erasedSubjects({ textType: text }: Abilities): string[] {
  return [`alter table erasure add column subject_digest ${text}`];
}
