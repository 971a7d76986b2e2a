import type {
  CheckRequest,
  Decided,
  DecideRequest,
  NoticeInForce,
  SessionCheck,
  Withdrawn,
  WithdrawRequest,
} from '../../shared/api.ts';
import { newActId, newSessionToken } from '../../shared/ids.ts';
import { ask, type Reply } from '../http.ts';
import { type Frame, lastHand } from '../notice/frame.ts';
import type { Conversation } from './conversation.ts';

/** What every act in the chat is recorded with. */
function act(frame: Frame, control: string): Omit<WithdrawRequest, 'session' | 'nextSession'> {
  return {
    actId: newActId(),
    control,
    action: lastHand(),
    clientTime: new Date().toISOString(),
    viewport: frame.shown.phone ? 'mobile' : 'desktop',
    build: frame.boot.chatModule,
  };
}

let pending: DecideRequest | undefined;

/** `decide`, as what comes later gets it. */
export type Decide = typeof decide;

/**
 * Answers one purpose. Gives false when the relay did not take the answer; the same answer given again is then the
 * same act, so that one that arrived after all is not recorded twice.
 */
export async function decide(
  frame: Frame,
  conversation: Conversation,
  purpose: string,
  granted: boolean,
  noticeHash: string,
  manager?: DecideRequest['manager'],
  where = 'chat',
): Promise<boolean> {
  const isCookie = purpose === conversation.cookie;
  // Giving the cookie up ends its session: the page goes on under a token of its own memory.
  const moves = isCookie && !granted && conversation.granted(purpose);
  if (
    pending?.purpose !== purpose ||
    pending.granted !== granted ||
    pending.session !== conversation.session() ||
    pending.manager !== manager ||
    // An Accept whose answer was lost turns out to have arrived.
    (moves && !pending.nextSession)
  ) {
    pending = {
      session: conversation.session(),
      purpose,
      granted,
      noticeHash,
      nextSession: moves ? newSessionToken() : null,
      manager,
      ...act(frame, `${where}.${purpose}`),
    };
  }
  const { nextSession } = pending;
  if (nextSession) conversation.replace();
  if (isCookie && granted) conversation.check();
  const reply = await ask<Decided>('/api/consents/decide', pending);
  if (!reply.ok) {
    // Other words are in force: they are asked instead, as an act of their own.
    const news = reply.body.notice as NoticeInForce | undefined;
    if (news) frame.boot.notice = news;
    if (news) pending = undefined;
    return false;
  }
  const request: CheckRequest = { session: conversation.session() };
  const check = isCookie && granted ? await ask<SessionCheck>('/api/session/check', request) : null;
  // Accepted, and not known whether it helped: the question stands, and its answer given again is the same act.
  if (check && !check.ok) return false;
  pending = undefined;
  conversation.decided(reply.data, nextSession, check?.data.kept === false);
  return true;
}

/** What the page holds once its chat is over: it asks for what is a right, and says nothing more. */
let rights: string | undefined;

/** Takes everything back, at once. */
export async function withdraw(frame: Frame, conversation: Conversation): Promise<Reply<Withdrawn>> {
  rights ??= newSessionToken();
  const request: WithdrawRequest = {
    session: conversation.session(),
    nextSession: rights,
    ...act(frame, 'privacy.withdraw'),
  };
  const reply = await ask<Withdrawn>('/api/consents/withdraw', request);
  if (reply.ok) {
    const { consents } = reply.data;
    // The newest of them is this one: a chat that was ended before was closed at another time.
    conversation.over('withdrawn', rights, Math.max(...consents.map(({ at }) => at)), consents);
    rights = undefined;
  }
  return reply;
}

/** Ends the chat. */
export async function end(conversation: Conversation): Promise<boolean> {
  rights ??= newSessionToken();
  const reply = await ask('/api/conversation/end', { session: conversation.session(), nextSession: rights });
  // Without a session there is nothing left to end.
  if (!reply.ok && reply.code !== 'unauthorized') return false;
  conversation.over('ended', rights);
  rights = undefined;
  return true;
}
