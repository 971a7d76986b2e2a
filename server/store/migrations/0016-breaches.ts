import type { Abilities } from '../abilities.ts';

/**
 * The register of breaches (GDPR Art. 33(5)), counts and times alone; what somebody wrote about one is sealed. And the end
 * of a site's service: when its data was handed over, by when it has to be gone, and the signed report.
 */
export function breaches({ textType: text, integerType: integer, binaryType: bytes, tableSuffix }: Abilities): string[] {
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `create table breach (
      id ${text} primary key,
      recorded_at ${integer} not null,
      recorded_by ${text},
      detected_at ${integer} not null,
      since ${integer} not null,
      until ${integer} not null,
      site_id ${text} references site(id),
      report ${text} not null,
      state ${text} not null check (state in ('open', 'notified', 'not_notified')),
      decided_at ${integer},
      notes_sealed ${bytes}
    )${suffix}`,
    `create table site_end (
      site_id ${text} primary key references site(id),
      handed_over_at ${integer} not null,
      due_at ${integer} not null,
      ended_at ${integer},
      report ${text},
      kid ${text},
      signature ${text}
    )${suffix}`,
  ];
}
