import type { Abilities } from '../abilities.ts';

/** Ways to a conversation's receipts that outlive its sessions; only the token's hash. */
export function receiptLinks({ textType: text, integerType: integer, tableSuffix }: Abilities): string[] {
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `create table receipt_link (
      token_hash ${text} primary key,
      conversation_id ${text} not null references conversation(id),
      visitor_id ${text} not null references visitor(id),
      created_at ${integer} not null,
      expires_at ${integer} not null
    )${suffix}`,
    'create index receipt_link_conversation on receipt_link (conversation_id)',
    'create index receipt_link_visitor on receipt_link (visitor_id)',
  ];
}
