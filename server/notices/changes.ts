import type { NoticeDoc } from '../../shared/notice.ts';
import { type Change, changesBetween } from '../../shared/notice-changes.ts';

/** Of these the visitor decided something else: who, what for, on what basis, which data, how long, to whom, where. */
const MATERIAL = [
  /^controller\b/,
  /^purposes\.\d+\.(id|legalBasis|dataTypes|retention|validity|recipients|storageLocations|required|special)\b/,
  /^purposes\.\d+$/,
  /^periods\.(ip|proof)$/,
  /^facts\.(recipients|transfers|automated)\b/,
];

/** The form in which the address is kept counts where the old words said it. */
function isMaterial(changes: readonly Change[]): boolean {
  return changes.some(({ path, before }) => (path === 'facts.ip' ? before !== null : MATERIAL.some((part) => part.test(path))));
}

/**
 * The purposes of the old words that who agreed to them did not agree to under the new ones: each is asked again (PR-42).
 * What changes for all touches all; a purpose of its own touches itself alone, wherever in the list it stands now; one that
 * is new touches nobody who has not been asked for it.
 */
export function touchedPurposes(before: NoticeDoc, after: NoticeDoc): string[] {
  const only = (doc: NoticeDoc, id: string | null): NoticeDoc => {
    return { ...doc, purposes: doc.purposes.filter((purpose) => purpose.id === id) };
  };
  const ids = before.purposes.map(({ id }) => id);
  const isChanged = (id: string | null): boolean => isMaterial(changesBetween(only(before, id), only(after, id)));
  return isChanged(null) ? ids : ids.filter(isChanged);
}
