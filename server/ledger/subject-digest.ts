import { createHash } from 'node:crypto';

/**
 * What stands for an erased visitor, or an erased conversation, in the log of the erasures: SHA-256, in hex, over an id that
 * was drawn by lot (74 random bits at least). It leads to nobody; in a backup from before, it is found again (PR-56, PR-57).
 */
export function subjectDigest(id: string): string {
  return createHash('sha256').update(`parley-subject/1 ${id}`).digest('hex');
}
