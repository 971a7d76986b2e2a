import type { Abilities } from '../abilities.ts';

/** What an owner writes before it is published: one draft for a site and language. */
export function noticeDrafts({ textType: text, integerType: integer, tableSuffix }: Abilities): string[] {
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `create table notice_draft (
      site_id ${text} not null references site(id),
      locale ${text} not null,
      doc ${text} not null,
      updated_at ${integer} not null,
      updated_by ${text} not null,
      primary key (site_id, locale)
    )${suffix}`,
  ];
}
