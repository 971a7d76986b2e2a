import type { Abilities } from '../abilities.ts';

/**
 * The audit becomes a chain (PR-82): each line has an entry that commits to it. Lines from before have none. What a line
 * was done to has a salt of its own, which goes with it in an erasure.
 */
export function auditChain(abilities: Abilities): string[] {
  const { textType: text, integerType: integer, tableSuffix } = abilities;
  const suffix = tableSuffix ? ` ${tableSuffix}` : '';
  return [
    `alter table audit add column actor ${text}`,
    `alter table audit add column session ${text}`,
    `alter table audit add column detail ${text}`,
    `alter table audit add column salt ${text}`,
    `alter table audit add column object_salt ${text}`,
    `alter table audit add column object_hash ${text}`,
    'create index audit_agent on audit (agent_id, at)',
    // `line` is beside what is hashed: the commitment holds the line's id.
    `create table audit_entry (
      seq ${integer} primary key check (seq > 0),
      prev_hash ${text} not null unique,
      kind ${text} not null check (kind in ('event', 'tombstone')),
      commitment ${text} not null,
      time_bucket ${text} not null,
      hash ${text} not null,
      body ${text},
      line ${text} unique
    )${suffix}`,
    ...abilities.refuseChanges('audit_entry', ['update', 'delete', 'truncate']),
    `create table audit_head (chain ${text} primary key, seq ${integer} not null, hash ${text} not null)${suffix}`,
    `insert into audit_head (chain, seq, hash) values ('audit', 0, '${'0'.repeat(64)}')`,
    `create table audit_tree_head (
      size ${integer} not null,
      at ${integer} not null,
      root ${text} not null,
      peaks ${text} not null,
      kid ${text} not null,
      signature ${text} not null,
      primary key (size, at)
    )${suffix}`,
    ...abilities.refuseChanges('audit_tree_head', ['update', 'delete', 'truncate']),
    // How far each place off this host has come, and until when a relay is bringing it more.
    `create table audit_copy (
      target ${text} primary key,
      seq ${integer} not null,
      at ${integer} not null,
      busy_until ${integer} not null
    )${suffix}`,
  ];
}
