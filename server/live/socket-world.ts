import type { Namespace } from 'socket.io';
import { consentStates } from '../consent/states.ts';
import type { Context } from '../context.ts';
import { inboxConversation } from '../conversations/conversations.ts';
import type { Presences } from '../conversations/presence.ts';
import { presentVisitorConversation } from '../conversations/present.ts';
import type { World } from '../world.ts';
import { AGENTS_ROOM, agentRoom, conversationRoom, sessionRoom } from './rooms.ts';

/** Changes of one conversation within this are told once: readers get its state, not its history. */
const COALESCE = 15;

/** Tells facts to the sockets of this process. What is told is read from the store after the commit. */
export function socketWorld(ctx: Context, visitors: Namespace, agents: Namespace, presences: Presences): World {
  const changed = new Map<string, NodeJS.Timeout>();
  const tellChange = async (id: string): Promise<void> => {
    const conversation = await ctx.store.read.conversation(id);
    if (!conversation) return;
    agents.local.to(AGENTS_ROOM).emit('conversation:changed', await inboxConversation(ctx, id));
    if (presences.visitorOnline(id)) {
      visitors.local.to(conversationRoom(id)).emit('conversation:changed', await presentVisitorConversation(ctx, conversation));
    }
  };
  const orWarn = (work: Promise<void>): void => {
    // The store holds the truth, and every reader syncs from it: a fact that was not told is late, not lost.
    work.catch((error: unknown) => ctx.log.warn({ err: error }, 'fact not told'));
  };
  return {
    messageCreated({ id }, message) {
      visitors.local.to(conversationRoom(id)).emit('message:created', message);
      agents.local.to(AGENTS_ROOM).emit('message:created', { conversationId: id, message });
    },
    conversationChanged(id) {
      if (changed.has(id)) return;
      const timer = setTimeout(() => {
        changed.delete(id);
        orWarn(tellChange(id));
      }, COALESCE);
      changed.set(id, timer.unref());
    },
    consentsChanged(id) {
      agents.local.to(AGENTS_ROOM).emit('consent:changed', { conversationId: id });
      orWarn(
        consentStates(ctx.store.read, id).then((consents) => {
          visitors.local.to(conversationRoom(id)).emit('consents:changed', consents);
        }),
      );
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
  };
}
