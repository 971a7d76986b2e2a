import type { ErrorCode } from '../../shared/errors.ts';
import type { Message, MessageDraft } from '../../shared/events.ts';
import { SECOND } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { type Cleared, cleared } from '../redaction/cleared.ts';
import type { AgentRow, ConversationRow, MessageRow } from '../store/rows.ts';
import { type Tx, UniqueViolation } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';
import { bodyPlace, visitorKeys } from '../visitors/keys.ts';
import { consentFault } from '../visitors/sessions.ts';
import type { Cause } from '../world.ts';
import { presentMessage } from './present.ts';
import type { Known } from './recent.ts';

/** Who writes, and by what. */
export type Author = Cause & ({ kind: 'visitor' } | { kind: 'agent'; agent: Pick<AgentRow, 'id' | 'name'> });

interface Stored {
  message: Message;
  /** True when the message was there already: nothing was written, and the world knows. */
  repeated: boolean;
  /** What this message wrote of the conversation's place and assignment; null when it left them. */
  placed: Pick<Known, 'placedAt' | 'assigned'> | null;
}

/**
 * Stores a message, without what its site does not want kept, and tells the world after the commit. What is answered is
 * what stands. The same id and text again gives the stored message.
 * @throws Refusal `not_found` (for an agent also where the visitor is restricted), `conflict` (same id, other text),
 * `consent_withdrawn`, `consent_expired`, `restricted`, `conversation_closed`.
 */
export async function postMessage(ctx: Context, conversationId: string, author: Author, written: MessageDraft): Promise<Message> {
  const now = ctx.clock();
  const known = ctx.recent.get(conversationId) ?? (await recall(ctx, conversationId));
  const draft = cleared(written, await ctx.redaction.of(known.siteId));
  const keys = await visitorKeys(ctx, ctx.store.read, known.visitorId);
  const { message, repeated, placed } =
    (await ctx.store
      .write((tx) => storeNew(tx, keys, conversationId, author, draft, now, known), { independent: true })
      .catch(nullIfTaken)) ??
    // The id is taken, or the conversation takes no more: the second look tells which.
    (await ctx.store.write((tx) => storeMessage(tx, keys, conversationId, author, draft, now)));
  const { requestId } = author;
  ctx.log.debug({ requestId, seq: message.seq }, repeated ? 'message repeated' : 'message stored');
  if (repeated) return message;
  if (placed) Object.assign(known, placed);
  ctx.world.messageCreated(conversationId, message, author);
  // An agent's answer may have taken the conversation, which the visitor is told; all else changes only the agents' list.
  if (author.kind === 'agent' && placed) ctx.world.conversationChanged(conversationId, requestId);
  else ctx.world.inboxChanged(conversationId, requestId);
  return message;
}

/** While one message follows another within this, the conversation keeps its place in the list. */
const PLACE_HOLDS = SECOND;

async function recall(ctx: Context, conversationId: string): Promise<Known> {
  const conversation = await ctx.store.read.conversation(conversationId);
  if (!conversation) throw new Refusal('not_found');
  return ctx.recent.add(conversationId, conversation);
}

function nullIfTaken(error: unknown): null {
  if (error instanceof UniqueViolation) return null;
  throw error;
}

/**
 * The write with a look first, inside the caller's transaction: for what may be a repeat. The start uses it too.
 * @throws Refusal as `postMessage`.
 */
export async function storeMessage(
  tx: Tx,
  keys: VisitorKeys,
  conversationId: string,
  author: Author,
  draft: Cleared,
  now: number,
): Promise<Stored> {
  const known = await tx.message(draft.id);
  if (known) return { message: requireSame(keys, known, conversationId, author, draft), repeated: true, placed: null };
  const stored = await storeNew(tx, keys, conversationId, author, draft, now);
  if (stored) return stored;
  const conversation = await tx.conversation(conversationId);
  throw new Refusal(conversation ? faultOf(conversation, author, now) : 'not_found');
}

/** Why it takes no message. For an agent a restricted conversation is not there (PR-53). */
function faultOf(conversation: ConversationRow, { kind }: Author, now: number): ErrorCode {
  if (conversation.restrictedAt !== null) return kind === 'agent' ? 'not_found' : 'restricted';
  return consentFault(conversation, now) ?? 'conversation_closed';
}

/**
 * Two statements, which is all that a new message needs. Null when the conversation takes no message.
 * `known` spares the list's indexes while a conversation is busy.
 */
async function storeNew(
  tx: Tx,
  keys: VisitorKeys,
  conversationId: string,
  author: Author,
  { id, body }: Cleared,
  now: number,
  known?: Known,
): Promise<Stored | null> {
  const agent = author.kind === 'agent' ? author.agent : null;
  const agentId = agent?.id ?? null;
  const inPlace = known && now - known.placedAt < PLACE_HOLDS && (!agent || known.assigned);
  let seq = inPlace ? await tx.takeSeqInPlace(conversationId, author.kind, now) : null;
  let placed: Stored['placed'] = null;
  if (seq === null) {
    const taken = await tx.takeSeq(conversationId, author.kind, agentId, now);
    if (!taken) return null;
    seq = taken.lastSeq;
    placed = { placedAt: now, assigned: taken.assigneeId !== null };
  }
  const message: Message = { id, seq, author: author.kind, agentId, name: agent?.name ?? null, body, at: now };
  await tx.insertMessage(sealedMessage(keys, conversationId, message));
  return { message, repeated: false, placed };
}

/** The message as it is stored: its body under the visitor's key, bound to this row. */
export function sealedMessage(
  keys: VisitorKeys,
  conversationId: string,
  message: Message,
): Omit<MessageRow, 'agentName' | 'erasedAt'> {
  const { id, seq, author, agentId, body, at } = message;
  return { id, conversationId, seq, author, agentId, bodySealed: keys.seal('messages', bodyPlace(id), body), at };
}

/** An id stands for one text by one author in one conversation, for as long as the message is kept. */
function requireSame(keys: VisitorKeys, known: MessageRow, conversationId: string, author: Author, draft: Cleared): Message {
  const agentId = author.kind === 'agent' ? author.agent.id : null;
  // Before it is opened: another visitor's message is sealed under another key.
  if (known.conversationId !== conversationId || known.author !== author.kind || known.agentId !== agentId)
    throw new Refusal('conflict');
  const message = presentMessage(keys, known);
  if (!draft.isSame(message.body)) throw new Refusal('conflict');
  return message;
}
