import type { Message, MessageDraft } from '../../shared/events.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { type AgentRow, type ConversationRow, type MessageRow, type Tx, UniqueViolation } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';
import { bodyPlace, visitorKeys } from '../visitors/keys.ts';
import { consentFault } from '../visitors/sessions.ts';
import { presentMessage } from './present.ts';

export type Author = { kind: 'visitor' } | { kind: 'agent'; agent: Pick<AgentRow, 'id' | 'name'> };

interface Stored {
  conversation: ConversationRow;
  message: MessageRow;
  /** True when the message was there already: nothing was written, and the world knows. */
  repeated: boolean;
}

/**
 * Stores a message and tells the world after the commit. The same id and text again gives the stored message.
 * @throws Refusal `not_found`, `conflict` (same id, other text), `consent_withdrawn`, `consent_expired`, `conversation_closed`.
 */
export async function postMessage(ctx: Context, conversationId: string, author: Author, draft: MessageDraft): Promise<Message> {
  const now = ctx.clock();
  const attempt = (): Promise<Stored & { presented: Message }> =>
    ctx.store.write(async (tx) => {
      const conversation = await tx.conversation(conversationId);
      if (!conversation) throw new Refusal('not_found');
      const keys = await visitorKeys(ctx, tx, conversation.visitorId);
      const stored = await insertMessage(tx, keys, conversation, author, draft, now);
      return { ...stored, presented: presentMessage(keys, stored.message) };
    });
  const { conversation, presented, repeated } = await attempt().catch((error: unknown) => {
    // The id came in twice at once, or belongs to another conversation: the second look tells which.
    if (error instanceof UniqueViolation) return attempt();
    throw error;
  });
  if (!repeated) {
    ctx.world.messageCreated(conversation, presented);
    ctx.world.conversationChanged(conversation.id);
  }
  return presented;
}

/** The write itself, inside the caller's transaction; the start uses it for the first message. */
export async function insertMessage(
  tx: Tx,
  keys: VisitorKeys,
  conversation: ConversationRow,
  author: Author,
  draft: MessageDraft,
  now: number,
): Promise<Stored> {
  const known = await tx.message(draft.id);
  if (known) return { conversation, message: requireSame(keys, known, conversation.id, author, draft), repeated: true };
  const agent = author.kind === 'agent' ? author.agent : null;
  const taken = await tx.takeSeq(conversation.id, author.kind, agent?.id ?? null, now);
  if (!taken) throw new Refusal(consentFault(conversation, now) ?? 'conversation_closed');
  const message: MessageRow = {
    id: draft.id,
    conversationId: conversation.id,
    seq: taken.lastSeq,
    author: author.kind,
    agentId: agent?.id ?? null,
    agentName: agent?.name ?? null,
    bodySealed: keys.seal('messages', bodyPlace(draft.id), draft.body),
    at: now,
  };
  await tx.insertMessage(message);
  return { conversation: taken, message, repeated: false };
}

/** An id stands for one text by one author in one conversation, for as long as the message is kept. */
function requireSame(
  keys: VisitorKeys,
  known: MessageRow,
  conversationId: string,
  author: Author,
  draft: MessageDraft,
): MessageRow {
  const agentId = author.kind === 'agent' ? author.agent.id : null;
  const same =
    known.conversationId === conversationId &&
    known.author === author.kind &&
    known.agentId === agentId &&
    keys.openText('messages', bodyPlace(known.id), known.bodySealed) === draft.body;
  if (!same) throw new Refusal('conflict');
  return known;
}
