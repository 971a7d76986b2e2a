import type { Abilities } from '../abilities.ts';

/**
 * What is left of an erasure: when, by whom asked, how many rows, and the ledger entry that says which seqs it covers.
 * Nothing of the person. A restore reads here what it has to do again.
 */
export function erasures(abilities: Abilities): string[] {
  const { textType: text, integerType: integer, tableSuffix } = abilities;
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `create table erasure (
      site_id ${text} not null,
      seq ${integer} not null,
      id ${text} not null unique,
      at ${integer} not null,
      asked_by ${text} not null check (asked_by in ('visitor', 'agent', 'operator')),
      reason ${text} not null,
      counts ${text} not null,
      kid ${text} not null,
      signature ${text} not null,
      primary key (site_id, seq),
      foreign key (site_id, seq) references ledger_entry (site_id, seq)
    )${suffix}`,
    ...abilities.refuseChanges('erasure', ['update', 'delete', 'truncate']),
    // An erasure takes the person out of the lines that name it.
    'create index audit_object on audit (object)',
  ];
}
