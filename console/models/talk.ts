import type { AgentResult, InboxConversation, Message } from '../../shared/events.ts';
import { MINUTE } from '../../shared/limits.ts';
import { type MessageStatus, statusFromMarks } from '../../shared/message-status.ts';
import type { Failure } from '../errors.ts';
import { dayKey } from '../format.ts';

/** A message as it is drawn: stored, or still on its way. */
export interface TalkMessage extends Omit<Message, 'seq'> {
  seq: number | null;
  status: MessageStatus;
  failure: Failure | null;
}

/** Why nothing can be written, and since when. */
export type Lock = { kind: 'withdrawn' | 'ended' | 'closed'; at: number | null } | { kind: 'expired' };

export function stored(message: Message): TalkMessage {
  return { ...message, status: 'sent', failure: null };
}

/** How far a message has come, as it is said beneath it. */
export function statusOf(message: TalkMessage, conversation: InboxConversation | undefined): MessageStatus {
  if (message.seq === null) return message.status;
  return statusFromMarks(message.seq, conversation?.visitorMarks ?? { deliveredSeq: 0, readSeq: 0 });
}

/** The reason for a locked composer, from what the relay says of conversation and consent. */
export function lockOf(conversation: InboxConversation | undefined, expired: boolean): Lock | null {
  if (!conversation) return null;
  const { withdrawnAt, closedBy, closedAt, status } = conversation;
  if (withdrawnAt !== null) return { kind: 'withdrawn', at: withdrawnAt };
  if (status === 'closed') {
    if (closedBy === 'withdrawal') return { kind: 'withdrawn', at: closedAt };
    if (closedBy === 'notice') return { kind: 'expired' };
    return { kind: closedBy === 'visitor' ? 'ended' : 'closed', at: closedAt };
  }
  return expired ? { kind: 'expired' } : null;
}

/** Bubbles of one author, one day and one breath. */
export interface Group {
  key: string;
  /** Set where a new day begins. */
  day: number | null;
  messages: TalkMessage[];
}

const BREATH = 5 * MINUTE;

function joins(last: TalkMessage, next: TalkMessage): boolean {
  if (last.author !== next.author || last.agentId !== next.agentId) return false;
  // A failed message stands alone: what is said beneath it concerns it only.
  if (last.status === 'failed' || next.status === 'failed') return false;
  return dayKey(last.at) === dayKey(next.at) && Math.abs(next.at - last.at) < BREATH;
}

/** The talk in groups, as it is drawn. */
export function grouped(messages: readonly TalkMessage[]): Group[] {
  const groups: Group[] = [];
  let last: TalkMessage | undefined;
  for (const message of messages) {
    const group = groups.at(-1);
    if (group && last && joins(last, message)) group.messages.push(message);
    else {
      const day = !last || dayKey(last.at) !== dayKey(message.at) ? message.at : null;
      groups.push({ key: message.id, day, messages: [message] });
    }
    last = message;
  }
  return groups;
}

/** What was read anew takes the place of what stood there: what the relay has no more goes from here too (PR-61). */
export function readAgain(
  messages: readonly TalkMessage[],
  after: number,
  { messages: told, more, conversation }: AgentResult<'conversation:sync'>,
): TalkMessage[] {
  const until = more ? (told.at(-1)?.seq ?? after) : conversation.lastSeq;
  const there = new Set(told.map(({ id }) => id));
  return messages.filter(({ id, seq }) => seq === null || seq <= after || seq > until || there.has(id));
}
