import type { Namespace } from 'socket.io';
import { SECOND } from '../../shared/limits.ts';
import { consentStates } from '../consent/states.ts';
import type { Context } from '../context.ts';
import { inboxConversation } from '../conversations/conversations.ts';
import type { Presences } from '../conversations/presence.ts';
import { presentVisitorConversation } from '../conversations/present.ts';
import { StoreUnavailable } from '../store/store.ts';
import type { World } from '../world.ts';
import { AGENTS_ROOM, agentRoom, conversationRoom, sessionRoom } from './rooms.ts';

/** Changes of one conversation within this are told once: readers get its state, not its history. */
const COALESCE = 15;
/** What could not be told because the store did not answer is tried again after this. */
const TELL_AGAIN = 2 * SECOND;

/** Tells facts to the sockets of this process. What is told is read from the store after the commit. */
export function socketWorld(
  ctx: Context,
  visitors: Namespace,
  agents: Namespace,
  presences: Presences,
): World & { close(): void } {
  /** What is due to be told, by what it is about. */
  const due = new Map<string, NodeJS.Timeout>();
  let closed = false;
  const tell = (about: string, delay: number, work: () => Promise<void>): void => {
    if (closed || due.has(about)) return;
    const timer = setTimeout(() => {
      due.delete(about);
      work().catch((error: unknown) => {
        ctx.log.warn({ err: error }, 'fact not told');
        // Readers who stay connected would never hear of it: nothing makes them ask.
        if (error instanceof StoreUnavailable) tell(about, TELL_AGAIN, work);
      });
    }, delay);
    due.set(about, timer.unref());
  };
  const tellChange = async (id: string): Promise<void> => {
    const conversation = await ctx.store.read.conversation(id);
    if (!conversation) return;
    agents.local.to(AGENTS_ROOM).emit('conversation:changed', await inboxConversation(ctx, id));
    if (presences.visitorOnline(id)) {
      visitors.local.to(conversationRoom(id)).emit('conversation:changed', await presentVisitorConversation(ctx, conversation));
    }
  };
  return {
    messageCreated({ id }, message) {
      visitors.local.to(conversationRoom(id)).emit('message:created', message);
      agents.local.to(AGENTS_ROOM).emit('message:created', { conversationId: id, message });
    },
    conversationChanged: (id) => tell(id, COALESCE, () => tellChange(id)),
    consentsChanged(id) {
      agents.local.to(AGENTS_ROOM).emit('consent:changed', { conversationId: id });
      tell(`consents of ${id}`, 0, async () => {
        visitors.local.to(conversationRoom(id)).emit('consents:changed', await consentStates(ctx.store.read, id));
      });
    },
    endSessions(id, reason, tokenHashes) {
      const rooms = tokenHashes ? tokenHashes.map(sessionRoom) : [conversationRoom(id)];
      visitors.local.to(rooms).emit('session:ended', { reason });
      visitors.local.in(rooms).disconnectSockets(true);
    },
    endAgentSessions(agentId, tokenHash) {
      const room = tokenHash ? sessionRoom(tokenHash) : agentRoom(agentId);
      agents.local.to(room).emit('session:ended', { reason: 'signed_out' });
      agents.local.in(room).disconnectSockets(true);
    },
    visitorOnline: (id) => presences.visitorOnline(id),
    agentsOnline: () => presences.agentsOnline(),
    close() {
      closed = true;
      for (const timer of due.values()) clearTimeout(timer);
    },
  };
}
