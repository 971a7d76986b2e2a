import type { Abilities } from '../abilities.ts';

/** When each consent in force runs out: one row for a purpose of a conversation, gone with the consent. */
export function consentDue({ textType: text, integerType: integer, tableSuffix }: Abilities): string[] {
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `create table consent_due (
      conversation_id ${text} not null references conversation(id),
      purpose ${text} not null,
      record_id ${text} not null,
      due_at ${integer} not null,
      primary key (conversation_id, purpose)
    )${suffix}`,
    'create index consent_due_at on consent_due (due_at)',
  ];
}
