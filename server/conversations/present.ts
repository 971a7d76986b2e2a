import type { InboxConversation, Message, VisitorConversation } from '../../shared/events.ts';
import { relayWords } from '../../shared/i18n/relay.en.ts';
import type { Marks } from '../../shared/message-status.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { ConversationRow, InboxRow, MessageRow } from '../store/rows.ts';
import type { VisitorKeys } from '../vault/vault.ts';
import { bodyPlace, openForm, visitorKeys } from '../visitors/keys.ts';
import { readingOf } from './reading.ts';

/** What leaves the relay, listed field by field. */

export function presentMessage(keys: VisitorKeys, row: MessageRow): Message {
  if (row.erasedAt !== null) return presentErased(row);
  return withBody(row, keys.openText('messages', bodyPlace(row.id), row.bodySealed));
}

/** A message without a text any more: that somebody wrote then, and when it went. */
export function presentErased(row: MessageRow): Message {
  return { ...withBody(row, relayWords.erased), ...(row.erasedAt !== null && { erasedAt: row.erasedAt }) };
}

/** In this order: a repeated message is answered to the letter as the first time. */
function withBody({ id, seq, author, agentId, agentName: name, at }: MessageRow, body: string): Message {
  return { id, seq, author, agentId, name, body, at };
}

export function presentMessages(keys: VisitorKeys, rows: MessageRow[]): Message[] {
  return rows.map((row) => presentMessage(keys, row));
}

function visitorMarks(row: ConversationRow): Marks {
  return { deliveredSeq: row.visitorDeliveredSeq, readSeq: row.visitorReadSeq };
}

function agentMarks(row: ConversationRow): Marks {
  return { deliveredSeq: row.agentDeliveredSeq, readSeq: row.agentReadSeq };
}

/** What was over before stays so. */
function paused({ status, closedBy, closedAt }: ConversationRow, since: number) {
  if (status === 'closed') return { status, closedBy, closedAt };
  return { status: 'closed', closedBy: 'restriction', closedAt: since } as const;
}

export async function presentVisitorConversation(ctx: Context, row: ConversationRow): Promise<VisitorConversation> {
  const agent = row.assigneeId === null ? null : await ctx.store.read.agentById(row.assigneeId);
  return {
    id: row.id,
    ...(row.restrictedAt === null
      ? { status: row.status, closedBy: row.closedBy, closedAt: row.closedAt }
      : paused(row, row.restrictedAt)),
    createdAt: row.createdAt,
    agent: agent && { name: agent.name },
    agentOnline: ctx.world.agentsOnline(),
    agentMarks: agentMarks(row),
    visitorMarks: visitorMarks(row),
    keptUntil: row.keptUntil,
  };
}

/** The last message as the list shows it: its beginning, and whose it is. */
function presentLast({ author, agentId, name, body, erasedAt }: Message): InboxConversation['last'] {
  return { author, agentId, name, body: body.slice(0, 200), ...(erasedAt !== undefined && { erasedAt }) };
}

/** The same for a list; null for a conversation that was erased after its row was read, or whose keys are gone. */
export async function presentIfThere(ctx: Context, row: InboxRow): Promise<InboxConversation | null> {
  try {
    return await presentInbox(ctx, row);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return null;
    if (await ctx.store.read.conversation(row.id)) throw error;
    return null;
  }
}

export async function presentInbox(ctx: Context, row: InboxRow): Promise<InboxConversation> {
  const keys = await visitorKeys(ctx, ctx.store.read, row.visitorId);
  const reading = await readingOf(ctx.store.read, row);
  return {
    id: row.id,
    siteName: row.siteName,
    visitorName: openForm(keys, row.visitorId, row.formSealed).name,
    status: row.status,
    closedBy: row.closedBy,
    closedAt: row.closedAt,
    withdrawnAt: row.withdrawnAt,
    leftAt: row.leftAt,
    visitorOnline: ctx.world.visitorOnline(row.id),
    keptUntil: row.keptUntil,
    assignee: row.assigneeId === null ? null : { id: row.assigneeId, name: row.assigneeName ?? '' },
    createdAt: row.createdAt,
    lastSeq: row.lastSeq,
    lastAt: row.last?.at ?? row.lastAt,
    last: reading === 'locked' || !row.last ? null : presentLast(presentMessage(keys, row.last)),
    reading,
    unread: row.unread,
    waitingSince: row.waitingSince,
    visitorMarks: visitorMarks(row),
    agentMarks: agentMarks(row),
  };
}
