import type { InboxConversation } from '../../shared/events.ts';
import { moment, shortName } from '../format.ts';
import { t } from '../i18n.ts';

export interface VisitorState {
  /** Is the visitor there to read? */
  here: boolean;
  words: string;
}

/** Where the visitor is, in words. `away` is when this console saw them go. */
export function visitorState(conversation: InboxConversation, away: number | undefined, now: number): VisitorState {
  const { withdrawnAt, status, closedBy, closedAt, leftAt, visitorOnline } = conversation;
  if (withdrawnAt !== null) return { here: false, words: t('talk.withdrewAt', { time: moment(withdrawnAt, now) }) };
  if (status === 'closed' && closedAt !== null) {
    const word = {
      withdrawal: 'talk.withdrewAt',
      visitor: 'talk.endedAt',
      agent: 'talk.closedAt',
      notice: 'talk.noticeAt',
      retention: 'talk.keptAt',
    } as const;
    return { here: false, words: t(word[closedBy ?? 'agent'], { time: moment(closedAt, now) }) };
  }
  if (leftAt !== null) return { here: false, words: t('talk.leftAt', { time: moment(leftAt, now) }) };
  if (visitorOnline) return { here: true, words: t('talk.onPage') };
  if (away !== undefined) return { here: false, words: t('talk.awaySince', { time: moment(away, now) }) };
  return { here: false, words: t(conversation.keptUntil === null ? 'talk.notConnected' : 'talk.away') };
}

/** Whose conversation it is, in words. */
export function assigneeWords(conversation: InboxConversation, me: string): string {
  if (!conversation.assignee) return t('talk.unassigned');
  return conversation.assignee.id === me ? t('talk.yours') : t('talk.withAgent', { name: shortName(conversation.assignee.name) });
}
