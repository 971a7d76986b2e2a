import type { Abilities } from '../abilities.ts';

/** Signed statements of how long each ledger was, and the peaks that the next one goes on from. */
export function treeHeads(abilities: Abilities): string[] {
  const { textType: text, integerType: integer, tableSuffix } = abilities;
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `create table tree_head (
      site_id ${text} not null references site(id),
      size ${integer} not null,
      at ${integer} not null,
      root ${text} not null,
      peaks ${text} not null,
      kid ${text} not null,
      signature ${text} not null,
      primary key (site_id, size, at)
    )${suffix}`,
    ...abilities.refuseChanges('tree_head', ['update', 'delete', 'truncate']),
  ];
}
