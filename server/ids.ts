import { randomBytes } from 'node:crypto';

/** A random pseudonym, per site (PR-23, PR-36 `subject_id`). */
export function newSubjectId(): string {
  return `s_${randomBytes(16).toString('base64url')}`;
}

/** 256 random bits, base64url: session tokens and one-time links. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
