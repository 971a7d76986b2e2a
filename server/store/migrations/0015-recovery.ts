import type { Abilities } from '../abilities.ts';

/** What a store came through: a restore from a backup, the loss of its keys. A relay serves only where nothing is owed. */
export function recovery({ textType: text, integerType: integer, tableSuffix }: Abilities): string[] {
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `create table recovery (
      id ${text} primary key,
      kind ${text} not null check (kind in ('restored', 'keys_lost')),
      at ${integer} not null,
      backup ${text},
      as_of ${integer} not null,
      keys ${integer} not null check (keys in (0, 1)),
      replayed_at ${integer},
      replay ${text} check (replay in ('whole', 'incomplete', 'none')),
      erased ${integer}
    )${suffix}`,
    // A start asks whether every key is wrapped under one master key, an inventory how many are under which.
    'create index data_key_master on data_key (master_key_id, class)',
  ];
}
