import type { Abilities } from '../abilities.ts';

/** After the end of a chat a page keeps a session of scope `rights`: it can withdraw, and nothing else. */
export function rights({ textType: text }: Abilities): string[] {
  return [`alter table session add column scope ${text} not null default 'chat' check (scope in ('chat', 'rights'))`];
}
