import type { Abilities } from '../abilities.ts';

/**
 * What people ask for by right, and the way to them by their address. `request` and `request_step` name nobody and stay as
 * the record of how it was answered; what names somebody is in `request_person`, which an erasure takes.
 */
export function requests({ textType: text, integerType: integer, binaryType: bytes, tableSuffix }: Abilities): string[] {
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `create table request (
      id ${text} primary key,
      number ${text} not null unique,
      site_id ${text} not null references site(id),
      kind ${text} not null,
      profile ${text} not null,
      via ${text} not null,
      via_others ${integer} not null check (via_others in (0, 1)),
      received_at ${integer} not null,
      entered_at ${integer} not null,
      status ${text} not null check (status in ('open', 'answered')),
      person ${text} not null check (person in ('unknown', 'found', 'none')),
      identified_by ${text},
      identity_asked_at ${integer},
      identity_given_at ${integer},
      acknowledged_at ${integer},
      extended_at ${integer},
      extension_reason ${text},
      acted_at ${integer},
      erasure_id ${text},
      outcome ${text},
      ground ${text},
      answered_at ${integer},
      sent_by ${text},
      acknowledge_due ${text},
      answer_due ${text},
      extend_by ${text}
    )${suffix}`,
    'create index request_status on request (status, answer_due, id)',
    `create table request_step (
      request_id ${text} not null references request(id),
      n ${integer} not null,
      at ${integer} not null,
      agent_id ${text} references agent(id),
      step ${text} not null,
      detail ${text},
      primary key (request_id, n)
    )${suffix}`,
    `create table request_person (
      request_id ${text} primary key references request(id),
      visitor_id ${text},
      words_sealed ${bytes}
    )${suffix}`,
    'create index request_person_visitor on request_person (visitor_id)',
    `create table request_calendar (
      site_id ${text} primary key references site(id),
      time_zone ${text} not null,
      holidays ${text} not null
    )${suffix}`,
    // Made again from the forms at every start, so it is never in a backup. Null: the form has no address.
    `create table email_index (
      visitor_id ${text} primary key references visitor(id) on delete cascade,
      digest ${text}
    )${suffix}`,
    'create index email_index_digest on email_index (digest)',
    `create table email_index_key (id ${text} primary key, key_sealed ${bytes} not null, created_at ${integer} not null)${suffix}`,
  ];
}
