import type { Change } from '../../shared/notice-changes.ts';

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
