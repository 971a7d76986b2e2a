import type { Abilities } from '../abilities.ts';

/** The notice that a conversation began under: where nothing was asked, no event of consent says it. */
export function begunUnder({ textType: text }: Abilities): string[] {
  return [`alter table conversation add column notice_hash ${text}`];
}
