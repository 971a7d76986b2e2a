import type { AgentInput, InboxConversation, Message } from '../../shared/events.ts';
import { mergeMarks } from '../../shared/message-status.ts';

export type View = AgentInput<'inbox:list'>['view'];
export type GroupName = 'unassigned' | 'mine' | 'others' | 'closed';

/** Closed, ended or withdrawn: nobody is waiting there. */
export function isOver(conversation: InboxConversation): boolean {
  return conversation.status === 'closed' || conversation.withdrawnAt !== null;
}

/** The one group a conversation stands in. */
export function groupOf(conversation: InboxConversation, me: string): GroupName {
  if (isOver(conversation)) return 'closed';
  if (!conversation.assignee) return 'unassigned';
  return conversation.assignee.id === me ? 'mine' : 'others';
}

/** Does a view show this conversation at all? */
export function inView(conversation: InboxConversation, view: View, me: string): boolean {
  if (view === 'all') return true;
  return groupOf(conversation, me) === view;
}

/** Newest word first; ids break a tie, so that two equal times never swap places. */
export function byLastWord(one: InboxConversation, other: InboxConversation): number {
  return other.lastAt - one.lastAt || (one.id < other.id ? 1 : -1);
}

/** Lays what the relay says over what is known. Facts may be older than an answer: marks and words only go forward. */
export function mergeConversation(known: InboxConversation | undefined, news: InboxConversation): InboxConversation {
  if (!known) return news;
  const agentMarks = mergeMarks(known.agentMarks, news.agentMarks);
  const newer = news.lastSeq >= known.lastSeq ? news : known;
  return {
    ...news,
    lastSeq: newer.lastSeq,
    lastAt: newer.lastAt,
    // A word that the relay gives to nobody any more stays on no screen.
    last: news.reading === 'locked' ? null : newer.last,
    waitingSince: newer.waitingSince,
    unread: agentMarks.readSeq >= newer.lastSeq ? 0 : newer.unread,
    agentMarks,
    visitorMarks: mergeMarks(known.visitorMarks, news.visitorMarks),
  };
}

/** What a new message changes in the list, before the relay's own word on it comes. */
export function withMessage(known: InboxConversation, message: Message): InboxConversation {
  if (message.seq <= known.lastSeq) return known;
  const fromVisitor = message.author === 'visitor';
  return {
    ...known,
    lastSeq: message.seq,
    lastAt: message.at,
    last: { author: message.author, agentId: message.agentId, name: message.name, body: message.body },
    unread: known.unread + (fromVisitor ? 1 : 0),
    waitingSince: fromVisitor ? (known.waitingSince ?? message.at) : null,
  };
}

/** The messages that call for this agent: in what nobody has taken, and in what is theirs. */
export function unreadFor(conversations: Iterable<InboxConversation>, me: string): number {
  let count = 0;
  for (const one of conversations) {
    const group = groupOf(one, me);
    if (group === 'unassigned' || group === 'mine') count += one.unread;
  }
  return count;
}
