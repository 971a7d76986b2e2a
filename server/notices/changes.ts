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
  /^purposes\.\d+\.(id|legalBasis|dataTypes|retention|validity|recipients|storageLocations|required)\b/,
  /^purposes\.\d+$/,
  /^periods\.(ip|proof)$/,
  /^facts\.(recipients|transfers|automated)\b/,
];

/**
 * True when what was agreed under the old words is not agreed under the new ones: it should be asked again (PR-42). The form
 * in which the address is kept counts where the old ones said it.
 */
export function isMaterial(changes: readonly Change[]): boolean {
  return changes.some(({ path, before }) => (path === 'facts.ip' ? before !== null : MATERIAL.some((part) => part.test(path))));
}
