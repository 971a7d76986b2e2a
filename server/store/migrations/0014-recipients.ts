import type { Abilities } from '../abilities.ts';

/**
 * Restriction, objection, and recipients who are told. Whoever is restricted is in no index of the agents' list, so that
 * leaving them out costs nothing.
 */
export function recipients({ textType: text, integerType: integer, binaryType: binary, tableSuffix }: Abilities): string[] {
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  const table = (name: string, ...columns: string[]): string => `create table ${name} (${columns.join(', ')})${suffix}`;
  const visitor = `visitor_id ${text} not null references visitor(id)`;
  const site = `site_id ${text} not null references site(id)`;
  return [
    `alter table conversation add column restricted_at ${integer}`,
    'drop index conversation_all',
    'drop index conversation_unassigned',
    'drop index conversation_mine',
    'create index conversation_all on conversation (last_at, id) where restricted_at is null',
    `create index conversation_unassigned on conversation (last_at, id)
      where restricted_at is null and status = 'open' and assignee_id is null`,
    `create index conversation_mine on conversation (assignee_id, last_at, id)
      where restricted_at is null and status = 'open' and assignee_id is not null`,
    'create index conversation_restricted on conversation (restricted_at, id) where restricted_at is not null',
    table(
      'restriction',
      `id ${text} primary key`,
      site,
      visitor,
      `ground ${text} not null`,
      `asked_by ${text} not null`,
      `at ${integer} not null`,
      `told_at ${integer}`,
      `told_by ${text}`,
      `lifted_at ${integer}`,
    ),
    'create unique index restriction_in_force on restriction (visitor_id) where lifted_at is null',
    'create index restriction_visitor on restriction (visitor_id)',
    table(
      'objection',
      `id ${text} primary key`,
      site,
      visitor,
      `conversation_id ${text} not null references conversation(id)`,
      `purpose ${text} not null`,
      `notice_hash ${text} not null`,
      `at ${integer} not null`,
      `state ${text} not null check (state in ('pending', 'upheld', 'overruled'))`,
      `reason ${text}`,
      `answer_sealed ${binary}`,
      `decided_at ${integer}`,
    ),
    `create unique index objection_pending on objection (visitor_id, purpose) where state = 'pending'`,
    'create index objection_visitor on objection (visitor_id)',
    table(
      'webhook',
      `id ${text} primary key`,
      site,
      `recipient ${text} not null`,
      `url ${text} not null`,
      `events ${text} not null`,
      `secret_sealed ${binary}`,
      `created_at ${integer} not null`,
      `paused_at ${integer}`,
      `removed_at ${integer}`,
    ),
    'create index webhook_site on webhook (site_id)',
    // Once it is confirmed or dropped the payload is gone; of an erased person's there is no visitor from the first.
    table(
      'webhook_delivery',
      `id ${text} primary key`,
      `webhook_id ${text} not null references webhook(id)`,
      `event ${text} not null`,
      `visitor_id ${text} references visitor(id)`,
      `position ${integer} not null`,
      `erasure_id ${text}`,
      `payload_sealed ${binary}`,
      `created_at ${integer} not null`,
      `next_at ${integer} not null`,
      `claimed_until ${integer} not null`,
      `attempts ${integer} not null`,
      `last_at ${integer}`,
      `last_outcome ${text}`,
      `accepted_at ${integer}`,
      `confirmed_at ${integer}`,
    ),
    'create index webhook_delivery_due on webhook_delivery (next_at) where payload_sealed is not null',
    'create index webhook_delivery_queue on webhook_delivery (webhook_id, visitor_id, position)',
    'create index webhook_delivery_visitor on webhook_delivery (visitor_id)',
    'create index webhook_delivery_erasure on webhook_delivery (erasure_id) where erasure_id is not null',
    'create index webhook_delivery_newest on webhook_delivery (created_at, id)',
  ];
}
