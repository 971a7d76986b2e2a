import { type Compilable, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from './tables.ts';

/**
 * Every table that holds something of a visitor, in the order in which its rows can go. A table with a column that names
 * a visitor or what is theirs stands here, or a test fails (PR-54).
 */
export const SUBJECT_TABLES = [
  'message',
  'consent_due',
  'retention_due',
  'legal_hold',
  'receipt_link',
  'session',
  'evidence',
  'consent_event',
  'objection',
  'restriction',
  'webhook_delivery',
  'conversation',
  'email_index',
  'visitor',
  'data_key',
  // After the keys, which are found by it.
  'request_person',
] as const;

/** Of a line in the audit only the object goes: the line says what an agent did. */
export type SubjectCounts = Record<(typeof SUBJECT_TABLES)[number] | 'audit', number>;

/** A visitor, and the conversations that are theirs. */
export interface SubjectIds {
  visitorId: string;
  conversationIds: readonly string[];
}

/** Whose rows are meant: all of a visitor's, or those of one conversation alone. */
export type Whose = SubjectIds | { conversationId: string };

type SubjectTable = keyof SubjectCounts;

/** The condition that finds the rows: values in a list, so that each database goes by its indexes. */
function isOf(table: SubjectTable, whose: Whose): RawBuilder<boolean> {
  return 'conversationId' in whose ? isOfConversation(table, whose.conversationId) : isOfVisitor(table, whose);
}

/** What a conversation has for itself. The rest is its visitor's, who stays. */
function isOfConversation(table: SubjectTable, id: string): RawBuilder<boolean> {
  switch (table) {
    case 'message':
    case 'consent_due':
    case 'retention_due':
    case 'legal_hold':
    case 'session':
    case 'receipt_link':
    case 'consent_event':
    case 'objection':
      return sql<boolean>`conversation_id = ${id}`;
    case 'evidence':
      return sql<boolean>`act_id in (select act_id from consent_event where conversation_id = ${id})`;
    case 'conversation':
      return sql<boolean>`id = ${id}`;
    case 'audit':
      return sql<boolean>`object = ${id}`;
    default:
      return sql<boolean>`1 = 0`;
  }
}

function isOfVisitor(table: SubjectTable, { visitorId, conversationIds }: SubjectIds): RawBuilder<boolean> {
  const inThem =
    conversationIds.length > 0 ? sql<boolean>`conversation_id in (${sql.join(conversationIds)})` : sql<boolean>`1 = 0`;
  switch (table) {
    case 'message':
    case 'consent_due':
    case 'retention_due':
    case 'legal_hold':
      return inThem;
    case 'session':
    case 'receipt_link':
    case 'consent_event':
    case 'objection':
      return sql<boolean>`(visitor_id = ${visitorId} or ${inThem})`;
    case 'visitor':
      return sql<boolean>`id = ${visitorId}`;
    case 'data_key':
      // Also those of what the visitor asked for: each request has a key of its own.
      return sql<boolean>`(visitor_id = ${visitorId} or visitor_id in (select request_id from request_person where visitor_id = ${visitorId}))`;
    case 'audit':
      return sql<boolean>`object in (${sql.join([visitorId, ...conversationIds])})`;
    default:
      return sql<boolean>`visitor_id = ${visitorId}`;
  }
}

const built = (db: Kysely<Tables>, query: RawBuilder<unknown>): Compilable<unknown> => ({ compile: () => query.compile(db) });

/** All counts in one statement. */
export function countSubject(db: Kysely<Tables>, ids: Whose): Compilable<unknown> {
  const counts = [...SUBJECT_TABLES, 'audit' as const].map(
    (table) => sql`(select count(*) from ${sql.table(table)} where ${isOf(table, ids)}) as ${sql.ref(table)}`,
  );
  return built(db, sql`select ${sql.join(counts)}`);
}

export function deleteOfSubject(db: Kysely<Tables>, table: (typeof SUBJECT_TABLES)[number], ids: Whose): Compilable<unknown> {
  return built(db, sql`delete from ${sql.table(table)} where ${isOf(table, ids)}`);
}

/** The audit's lines about the subject name the erasure instead, and nothing opens their commitment to it (PR-44). */
export function coverAudit(db: Kysely<Tables>, ids: Whose, erasureId: string): Compilable<unknown> {
  return built(db, sql`update audit set object = ${erasureId}, object_salt = null where ${isOf('audit', ids)}`);
}
