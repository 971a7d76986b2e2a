import type { Message, SessionEnd } from '../shared/events.ts';

/** What a fact comes from: the request whose id stands in all log lines of its way, and the connection it came by. */
export interface Cause {
  requestId?: string | undefined;
  via?: string | undefined;
}

/** What rules tell the world after their commit. The sockets implement it; a rule knows no socket. */
export interface World {
  /** Whoever sent it has the answer, and is not told again. */
  messageCreated(conversationId: string, message: Message, cause?: Cause): void;
  /** The conversation's state, marks, assignment or presence is another: visitor and agents get it whole. */
  conversationChanged(conversationId: string, requestId?: string): void;
  /** Only what the agents' list shows is another. */
  inboxChanged(conversationId: string, requestId?: string): void;
  consentsChanged(conversationId: string, requestId?: string): void;
  /** Only what the card beside it shows to agents is another. */
  cardChanged(conversationId: string): void;
  /** Closes the visitor's sockets of a conversation, or only those of the sessions named. */
  endSessions(conversationId: string, reason: SessionEnd, tokenHashes?: string[]): void;
  /** It is not there any more: the visitor's sockets are closed, and agents let go of it. */
  conversationErased(conversationId: string): void;
  /** Its messages have been kept long enough: nobody may go on reading them, or writing. */
  messagesErased(conversationId: string): void;
  /** One message has no text any more, on whatever screen it stands. */
  messageErased(conversationId: string, message: Message): void;
  /** Its visitor was restricted, or is not any more: agents let go of it, or may have it again. */
  conversationRestricted(conversationId: string, isRestricted: boolean): void;
  /** Conversations that somebody on this relay has open or in a list. */
  shownConversations(): string[];
  /** Closes an agent's sockets: signed out, disabled, or a new password. */
  endAgentSessions(agentId: string, tokenHash?: string): void;
  visitorOnline(conversationId: string): boolean;
  agentsOnline(): boolean;
}

/** Before the sockets stand, and for the command line: nobody listens. */
export function silentWorld(): World {
  return {
    messageCreated: () => undefined,
    conversationChanged: () => undefined,
    inboxChanged: () => undefined,
    consentsChanged: () => undefined,
    cardChanged: () => undefined,
    endSessions: () => undefined,
    conversationErased: () => undefined,
    messagesErased: () => undefined,
    messageErased: () => undefined,
    conversationRestricted: () => undefined,
    shownConversations: () => [],
    endAgentSessions: () => undefined,
    visitorOnline: () => false,
    agentsOnline: () => false,
  };
}
