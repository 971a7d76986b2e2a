import type { NoticeDoc } from '../../shared/notice.ts';
import { type Change, isCounted } from '../../shared/notice-changes.ts';

/** By these an item of a list is known again, wherever in the list it stands now. */
const KEYS = ['id', 'name', 'term', 'heading', 'country'];

/**
 * Where two notices differ, as a person would tell it: a row that was taken out is one difference, not all the rows
 * after it. The relay's own list goes by the place alone.
 */
export function differences(before: NoticeDoc, after: NoticeDoc): Change[] {
  return compare('', before, after).filter(({ path }) => !isCounted(path));
}

function compare(path: string, before: unknown, after: unknown): Change[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && [...before, ...after].every(isItem)) return lists(path, before, after);
  if (!isPlain(before) || !isPlain(after)) return [{ path, before: before ?? null, after: after ?? null }];
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return keys.flatMap((key) => compare(path === '' ? key : `${path}.${key}`, before[key], after[key]));
}

function lists(path: string, before: Item[], after: Item[]): Change[] {
  const gone = new Set(before.keys());
  const pairs = new Map<number, number>();
  const pair = (at: number, was: number): void => {
    pairs.set(at, was);
    gone.delete(was);
  };
  for (const [at, item] of after.entries()) {
    const was = [...gone].find((one) => nameOf(before[one]) === nameOf(item));
    if (was !== undefined) pair(at, was);
  }
  // One with another name in the same place is the same one under a new name.
  for (const at of after.keys()) if (!pairs.has(at) && gone.has(at)) pair(at, at);
  const order = [...after.keys()].flatMap((at) => pairs.get(at) ?? []);
  const isMoved = order.some((was, at) => at > 0 && was < (order[at - 1] ?? 0));
  const names = (items: Item[]): string[] => items.map((item) => nameOf(item));
  return [
    ...(isMoved && gone.size === 0 && before.length === after.length
      ? [{ path, before: names(before), after: names(after) }]
      : []),
    ...[...gone].map((was) => ({ path: `${path}.${was}`, before: before[was], after: null })),
    ...after.flatMap((item, at) => {
      const was = pairs.get(at);
      return was === undefined
        ? [{ path: `${path}.${at}`, before: null, after: item }]
        : compare(`${path}.${at}`, before[was], item);
    }),
  ];
}

type Item = Record<string, unknown>;

function isPlain(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isItem(value: unknown): value is Item {
  return isPlain(value) && KEYS.some((key) => key in value);
}

function nameOf(item: Item | undefined): string {
  return String(item?.[KEYS.find((key) => item && key in item) ?? ''] ?? '');
}
