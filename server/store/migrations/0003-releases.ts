import type { Abilities } from '../abilities.ts';

/** What visitors' browsers were given: kept, so that an open tab survives a deploy and a record can be shown as it was. */
export function releases({ textType: text, integerType: integer, binaryType: bytes, tableSuffix }: Abilities): string[] {
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `create table release (build ${text} primary key, files ${text} not null, created_at ${integer} not null)${suffix}`,
    `create table release_file (name ${text} primary key, body ${bytes} not null)${suffix}`,
  ];
}
