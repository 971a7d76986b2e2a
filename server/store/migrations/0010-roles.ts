import type { Abilities } from '../abilities.ts';

/** The role `privacy`. A check in a table that others refer to cannot be widened in SQLite, so it stands beside. */
export function roles({ integerType: integer }: Abilities): string[] {
  return [`alter table agent add column privacy ${integer} not null default 0 check (privacy in (0, 1))`];
}
