import type { NoticeDoc } from './notice.ts';

/** One place of a notice that is not as it was. Values are JSON; null for what was not, or is not, there. */
export interface Change {
  path: string;
  before: unknown;
  after: unknown;
}

/** Every place that differs, down to the single value, in the order of the new document. */
export function changesBetween(before: NoticeDoc | null, after: NoticeDoc): Change[] {
  return compare('', before, after).filter(({ path }) => !isCounted(path));
}

/** The versions of a notice and of its purposes are the relay's to count: nobody changes them. */
export function isCounted(path: string): boolean {
  return /^(purposes\.\d+\.)?version$/.test(path);
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
