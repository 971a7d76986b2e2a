import type { Message } from '../shared/events.ts';
import type { ConversationRow } from './store/store.ts';

/** What rules tell the world after their commit. The sockets implement it; a rule knows no socket. */
export interface World {
  messageCreated(conversation: ConversationRow, message: Message): void;
  /** The conversation's state, marks, assignment or presence is another: readers get it whole. */
  conversationChanged(conversationId: string): void;
  consentsChanged(conversationId: string): void;
  /** Closes the visitor's sockets of a conversation, or only those of the sessions named. */
  endSessions(conversationId: string, reason: 'withdrawn' | 'ended' | 'replaced', tokenHashes?: string[]): void;
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
    consentsChanged: () => undefined,
    endSessions: () => undefined,
    endAgentSessions: () => undefined,
    visitorOnline: () => false,
    agentsOnline: () => false,
  };
}
