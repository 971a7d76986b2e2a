import type { Abilities } from '../abilities.ts';

/**
 * The role `privacy`, and the order in which the register is read. A check in a table that others refer to cannot be
 * widened in SQLite, so the role stands beside.
 */
export function privacyDesk({ integerType: integer }: Abilities): string[] {
  return [
    `alter table agent add column privacy ${integer} not null default 0 check (privacy in (0, 1))`,
    'create index consent_event_at on consent_event (at, act_id)',
    'create index erasure_at on erasure (at, id)',
  ];
}
