import type { AgentSync, InboxConversation, InboxCursor, InboxPage, VisitorSync } from '../../shared/events.ts';
import { PAGE_SIZE } from '../../shared/limits.ts';
import type { Marks } from '../../shared/message-status.ts';
import { consentStates } from '../consent/states.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { ConversationRow, InboxView } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { visitorKeys } from '../visitors/keys.ts';
import { isAlive, rightsSession, type Speaker } from '../visitors/sessions.ts';
import { presentIfThere, presentInbox, presentMessages, presentVisitorConversation } from './present.ts';

const INBOX_PAGE = 30;

async function requireConversation(ctx: Context, id: string): Promise<ConversationRow> {
  const conversation = await ctx.store.read.conversation(id);
  if (!conversation) throw new Refusal('not_found');
  return conversation;
}

async function page(ctx: Context, conversation: ConversationRow, afterSeq: number) {
  const keys = await visitorKeys(ctx, ctx.store.read, conversation.visitorId);
  const { read } = ctx.store;
  const rows = await read.messagesAfter(conversation.id, afterSeq, PAGE_SIZE + 1);
  // Whoever was away has the words of what was erased meanwhile: it comes again without them.
  const erased = afterSeq > 0 ? await read.erasedUpTo(conversation.id, afterSeq) : [];
  return { messages: presentMessages(keys, [...erased, ...rows.slice(0, PAGE_SIZE)]), more: rows.length > PAGE_SIZE };
}

/** Everything that a returning visitor missed: messages after the cursor, marks, assignment, status, consents. */
export async function syncForVisitor(ctx: Context, conversationId: string, afterSeq: number): Promise<VisitorSync> {
  const conversation = await requireConversation(ctx, conversationId);
  return {
    conversation: await presentVisitorConversation(ctx, conversation),
    consents: await consentStates(ctx.store.read, conversationId),
    ...(await page(ctx, conversation, afterSeq)),
  };
}

export async function inboxConversation(ctx: Context, conversationId: string): Promise<InboxConversation> {
  const row = await ctx.store.read.inboxRow(conversationId);
  if (!row) throw new Refusal('not_found');
  return presentInbox(ctx, row);
}

/** The newest page of a conversation, for an agent who opens it. */
export async function openForAgent(ctx: Context, conversationId: string): Promise<AgentSync> {
  const conversation = await requireConversation(ctx, conversationId);
  const keys = await visitorKeys(ctx, ctx.store.read, conversation.visitorId);
  const rows = await ctx.store.read.lastMessages(conversationId, PAGE_SIZE);
  return forAgent(ctx, conversationId, { messages: presentMessages(keys, rows), more: false });
}

export async function syncForAgent(ctx: Context, conversationId: string, afterSeq: number): Promise<AgentSync> {
  const conversation = await requireConversation(ctx, conversationId);
  return forAgent(ctx, conversationId, await page(ctx, conversation, afterSeq));
}

/** What was read goes out only where the talk is not locked now: a withdrawal may have come meanwhile. */
async function forAgent(ctx: Context, conversationId: string, read: Omit<AgentSync, 'conversation'>): Promise<AgentSync> {
  const conversation = await inboxConversation(ctx, conversationId);
  return { conversation, ...(conversation.reading === 'locked' ? { messages: [], more: false } : read) };
}

export async function inboxPage(
  ctx: Context,
  agentId: string,
  view: InboxView,
  before: InboxCursor | null,
): Promise<Omit<InboxPage, 'agents'>> {
  const rows = await ctx.store.read.inbox(view, agentId, before, INBOX_PAGE);
  const last = rows.at(-1);
  const conversations = await Promise.all(rows.map((row) => presentIfThere(ctx, row)));
  return {
    conversations: conversations.filter((one) => one !== null).filter(({ id }) => !ctx.restricted.has(id)),
    next: last && rows.length === INBOX_PAGE ? { at: last.lastAt, id: last.id } : null,
    counts: await ctx.store.read.inboxCounts(agentId),
  };
}

/** Raises one side's marks and tells the other. Marks never fall, and never pass the last message. */
export async function raiseMarks(
  ctx: Context,
  conversationId: string,
  side: 'visitor' | 'agent',
  marks: Marks,
  requestId?: string,
): Promise<Marks> {
  const row = await ctx.store.write(async (tx) => {
    const raised = await tx.raiseMarks(conversationId, side, marks.deliveredSeq, marks.readSeq);
    // Taken back with it: what an agent is not shown, none has read.
    if (!raised || (side === 'agent' && raised.restrictedAt !== null)) throw new Refusal('not_found');
    return raised;
  });
  ctx.world.conversationChanged(conversationId, requestId);
  return side === 'visitor'
    ? { deliveredSeq: row.visitorDeliveredSeq, readSeq: row.visitorReadSeq }
    : { deliveredSeq: row.agentDeliveredSeq, readSeq: row.agentReadSeq };
}

/** @throws Refusal `not_found`, also where the visitor is restricted: for agents it is not there (PR-53). */
export async function shownTo(reads: Reads, conversationId: string): Promise<ConversationRow> {
  const conversation = await reads.conversation(conversationId);
  if (!conversation || conversation.restrictedAt !== null) throw new Refusal('not_found');
  return conversation;
}

export async function closeByAgent(ctx: Context, conversationId: string, requestId?: string): Promise<InboxConversation> {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    const conversation = await shownTo(tx, conversationId);
    if (conversation.status === 'closed') return;
    await tx.updateConversation(conversationId, { status: 'closed', closedBy: 'agent', closedAt: now, waitingSince: null });
  });
  ctx.world.conversationChanged(conversationId, requestId);
  return inboxConversation(ctx, conversationId);
}

/**
 * Opens a conversation again that an agent closed.
 * @throws Refusal `conversation_over` when the visitor ended it, withdrew, or has no session left to come back with.
 */
export async function reopenByAgent(ctx: Context, conversationId: string, requestId?: string): Promise<InboxConversation> {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    const conversation = await tx.lockConversation(conversationId);
    if (!conversation || conversation.restrictedAt !== null) throw new Refusal('not_found');
    if (conversation.status === 'open') return;
    const alive = (await tx.sessionsOf(conversationId)).some((one) => one.scope === 'chat' && isAlive(one, now));
    // What was said in it may be gone, and the key that more would be sealed under.
    const isSilenced = (await tx.retention.dueOf(conversationId)).some(
      ({ kind, doneAt }) => kind === 'messages' && doneAt !== null,
    );
    if (conversation.closedBy !== 'agent' || !alive || isSilenced) throw new Refusal('conversation_over');
    await tx.updateConversation(conversationId, { status: 'open', closedBy: null, closedAt: null });
    // Its clock runs from the last message again, which may be sooner.
    await tx.retention.lookAgain(conversationId, now);
  });
  ctx.world.conversationChanged(conversationId, requestId);
  return inboxConversation(ctx, conversationId);
}

/**
 * The visitor ends the chat: its sessions are void from here on (PR-21). Under `next`, a token that the page minted, it
 * can still take back what was agreed, and nothing else (PR-17).
 */
export async function endByVisitor(
  ctx: Context,
  { session, conversation: { id } }: Speaker,
  next: string | null,
  requestId?: string,
): Promise<void> {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    const conversation = await tx.lockConversation(id);
    if (!conversation) throw new Refusal('not_found');
    // Asked again after a lost answer, the session that asks is the one that was left: it stays.
    const revoked = await tx.revokeSessionsOf(id, now, session.scope === 'rights' ? session.tokenHash : undefined);
    if (next && revoked.includes(session.tokenHash)) await tx.insertSession(rightsSession(session, next, now));
    // An agent's close becomes final when the visitor ends it too.
    if (conversation.closedBy !== 'withdrawal') {
      await tx.updateConversation(id, {
        status: 'closed',
        closedBy: 'visitor',
        closedAt: conversation.closedAt ?? now,
        keptUntil: null,
        waitingSince: null,
      });
    }
  });
  ctx.world.endSessions(id, 'ended');
  ctx.world.conversationChanged(id, requestId);
}

/** The page is gone and no cookie brings the chat back: the agent is told that the visitor left. */
export async function visitorLeft(ctx: Context, conversationId: string, requestId?: string): Promise<void> {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    const conversation = await tx.conversation(conversationId);
    if (conversation && conversation.keptUntil === null && conversation.leftAt === null) {
      await tx.updateConversation(conversationId, { leftAt: now });
    }
  });
  ctx.world.conversationChanged(conversationId, requestId);
}

/** A connection again: whoever was thought gone is here. */
export async function visitorReturned(ctx: Context, conversation: ConversationRow, requestId?: string): Promise<void> {
  if (conversation.leftAt !== null) {
    await ctx.store.write((tx) => tx.updateConversation(conversation.id, { leftAt: null }));
  }
  ctx.world.conversationChanged(conversation.id, requestId);
}
