import type { Abilities } from '../abilities.ts';

/**
 * When something of a conversation is to be looked at because it may have been kept long enough: a row for each kind, found
 * by its time alone. Holds that stop the clock, what the looks did, and where they stand.
 */
export function retention({ textType: text, integerType: integer, binaryType: bytes, tableSuffix }: Abilities): string[] {
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `create table retention_due (
      conversation_id ${text} not null references conversation(id),
      kind ${text} not null check (kind in ('messages', 'form', 'evidence', 'consent')),
      since ${integer} not null,
      due_at ${integer},
      held ${integer} not null default 0,
      done_at ${integer},
      primary key (conversation_id, kind)
    )${suffix}`,
    'create index retention_due_at on retention_due (due_at, conversation_id, kind) where due_at is not null',
    'create index retention_due_oldest on retention_due (kind, since) where due_at is not null and held = 0',
    'create index retention_due_latest on retention_due (kind, due_at) where due_at is not null and held = 0',
    // Everybody from before: looked at once, and then when it is due.
    ...['messages', 'form', 'evidence', 'consent'].map(
      (kind) => `insert into retention_due (conversation_id, kind, since, due_at)
        select id, '${kind}', created_at, created_at from conversation`,
    ),
    `create table legal_hold (
      conversation_id ${text} primary key references conversation(id),
      id ${text} not null,
      reason_sealed ${bytes} not null,
      agent_id ${text} not null,
      set_at ${integer} not null,
      until ${integer} not null
    )${suffix}`,
    'create index legal_hold_until on legal_hold (until)',
    `create table retention_run (
      id ${text} primary key,
      started_at ${integer} not null,
      finished_at ${integer} not null,
      by_relay ${integer} not null,
      counts ${text} not null,
      oldest ${text} not null,
      failed ${integer} not null
    )${suffix}`,
    'create index retention_run_at on retention_run (finished_at)',
    // One row: who may look next and when, when all was looked through, how often a key was shredded.
    `create table retention_state (
      id ${integer} primary key check (id = 1),
      next_at ${integer} not null,
      ran_at ${integer} not null,
      shreds ${integer} not null
    )${suffix}`,
    'insert into retention_state (id, next_at, ran_at, shreds) values (1, 0, 0, 0)',
    `create table access_log (
      id ${text} primary key,
      site_id ${text} not null,
      value_sealed ${bytes} not null,
      due_at ${integer} not null
    )${suffix}`,
    'create index access_log_due on access_log (due_at)',
    `alter table message add column erased_at ${integer}`,
    // The relay by its clock: a check in a table that refuses changes is widened beside it.
    `alter table erasure add column by_relay ${integer} not null default 0 check (by_relay in (0, 1))`,
  ];
}
