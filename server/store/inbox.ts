import { type Kysely, sql } from 'kysely';
import { CONVERSATION } from './columns.ts';
import type { InboxRow, MessageRow } from './rows.ts';
import type { Tables } from './tables.ts';
import { template } from './template.ts';

/**
 * The inbox's queries. What a partial index rests on stands in them as a literal: a database can use the index only
 * when it reads the same words in the query.
 */
const isOpen = sql<boolean>`conversation.status = 'open'`;
/** Whoever is restricted is in no list and no count of the agents' (PR-53). */
const isShown = sql<boolean>`conversation.restricted_at is null`;

/** A count in the inbox stops here: beyond it nobody reads the digits, and counting on would grow with the store. */
export const COUNT_CAP = 1000;

/** Left joins although each row has its partners: the database must walk the conversations, in the index's order. */
function inboxRows(db: Kysely<Tables>) {
  return db
    .selectFrom('conversation')
    .leftJoin('site', 'site.id', 'conversation.site_id')
    .leftJoin('visitor', 'visitor.id', 'conversation.visitor_id')
    .leftJoin('agent as assignee', 'assignee.id', 'conversation.assignee_id')
    .leftJoin('message as last', (join) =>
      join.onRef('last.conversation_id', '=', 'conversation.id').onRef('last.seq', '=', 'conversation.last_seq'),
    )
    .leftJoin('agent as writer', 'writer.id', 'last.agent_id')
    .select(CONVERSATION)
    .select([
      'conversation.unread',
      'site.name as siteName',
      'visitor.form_sealed as formSealed',
      'assignee.name as assigneeName',
      'last.id as messageId',
      'last.author as messageAuthor',
      'last.agent_id as messageAgentId',
      'writer.name as messageAgentName',
      'last.body_sealed as messageBodySealed',
      'last.at as messageAt',
      'last.erased_at as messageErasedAt',
    ]);
}

type Joined = Awaited<ReturnType<ReturnType<typeof inboxRows>['execute']>>[number];

export function toInboxRow(joined: Joined): InboxRow {
  const {
    messageId,
    messageAuthor,
    messageAgentId,
    messageAgentName,
    messageBodySealed,
    messageAt,
    messageErasedAt,
    ...conversation
  } = joined;
  const last: MessageRow | null =
    messageId === null || messageAuthor === null || messageBodySealed === null || messageAt === null
      ? null
      : {
          id: messageId,
          conversationId: joined.id,
          seq: joined.lastSeq,
          author: messageAuthor,
          agentId: messageAgentId,
          agentName: messageAgentName,
          bodySealed: messageBodySealed,
          at: messageAt,
          erasedAt: messageErasedAt,
        };
  return { ...conversation, siteName: joined.siteName ?? '', last };
}

interface Page {
  agentId: string;
  beforeAt: number;
  beforeId: string;
}

function viewsOf(limit: number) {
  const page = (db: Kysely<Tables>, { beforeAt, beforeId }: Page) =>
    inboxRows(db)
      .where(isShown)
      // As one comparison of pairs, which the index answers in one go.
      .where(sql<boolean>`(conversation.last_at, conversation.id) < (${beforeAt}, ${beforeId})`)
      .orderBy('conversation.last_at', 'desc')
      .orderBy('conversation.id', 'desc')
      .limit(sql.lit(limit));
  return {
    unassigned: template((db, p: Page) => page(db, p).where(isOpen).where('conversation.assignee_id', 'is', null)),
    mine: template((db, p: Page) => page(db, p).where(isOpen).where('conversation.assignee_id', '=', p.agentId)),
    all: template((db, p: Page) => page(db, p)),
  };
}

const views = new Map<number, ReturnType<typeof viewsOf>>();

/**
 * The three views in pages of `limit`, which stands in the query: PostgreSQL plans it for any value of a parameter,
 * and would set out to read a tenth of the store. Callers have a page size or two, so what is kept stays small.
 */
export function inboxViews(limit: number): ReturnType<typeof viewsOf> {
  const made = views.get(limit) ?? viewsOf(limit);
  views.set(limit, made);
  return made;
}

export const inboxRowById = template((db, p: { id: string }) => inboxRows(db).where(isShown).where('conversation.id', '=', p.id));

const cap = sql.lit(COUNT_CAP);
const count = (source: ReturnType<typeof sql>) => sql<number>`(select count(*) from (${source} limit ${cap}) as counted)`;

/** Over the newest conversations of a view, which is as far as anybody scrolls. */
const unread = (whose: ReturnType<typeof sql>) => sql`(select cast(coalesce(sum(unread), 0) as bigint) from (
  select unread from conversation where ${isShown} and ${isOpen} and ${whose} order by last_at desc, id desc limit ${cap}) as counted)`;

export const inboxCounts = template((db, p: { agentId: string }) =>
  db.selectNoFrom([
    count(sql`select 1 from conversation where ${isShown} and ${isOpen} and assignee_id is null`).as('unassigned'),
    count(sql`select 1 from conversation where ${isShown} and ${isOpen} and assignee_id = ${p.agentId}`).as('mine'),
    count(sql`select 1 from conversation where ${isShown}`).as('all'),
    sql<number>`${unread(sql`assignee_id is null`)} + ${unread(sql`assignee_id = ${p.agentId}`)}`.as('unread'),
  ]),
);
