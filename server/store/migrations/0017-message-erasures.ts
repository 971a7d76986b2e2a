import type { Abilities } from '../abilities.ts';

/** Which message an erasure was of, where it was of one alone: a number drawn by lot, by which a restore finds it again. */
export function messageErasures({ textType: text }: Abilities): string[] {
  return [`alter table erasure add column message_id ${text}`];
}
