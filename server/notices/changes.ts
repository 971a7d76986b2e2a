import type { NoticeDoc } from '../../shared/notice.ts';

/** One place of a notice that is not as it was. Values are JSON; null for what was not, or is not, there. */
export interface Change {
  path: string;
  before: unknown;
  after: unknown;
}

/** Every place that differs, down to the single value, in the order of the new document. */
export function changesBetween(before: NoticeDoc | null, after: NoticeDoc): Change[] {
  // The version is the relay's to count.
  return compare('', before, after).filter(({ path }) => path !== 'version');
}

function compare(path: string, before: unknown, after: unknown): Change[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isPlain(before) || !isPlain(after)) return [{ path, before: before ?? null, after: after ?? null }];
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return keys.flatMap((key) => compare(path === '' ? key : `${path}.${key}`, before[key], after[key]));
}

/** Objects and lists are looked into; a list is one with its places as keys. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

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
