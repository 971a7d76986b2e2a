import type { Namespace } from 'socket.io';
import type { InboxConversation } from '../../shared/events.ts';
import { consentStates } from '../consent/states.ts';
import type { Context } from '../context.ts';
import type { Presences } from '../conversations/presence.ts';
import { presentInbox, presentVisitorConversation } from '../conversations/present.ts';
import type { World } from '../world.ts';
import { Changes } from './changes.ts';
import { AGENTS_ROOM, agentRoom, conversationRoom, sessionRoom } from './rooms.ts';

/** Tells facts to the sockets of this process. What is told is read from the store after the commit. */
export function socketWorld(
  ctx: Context,
  visitors: Namespace,
  agents: Namespace,
  presences: Presences,
): World & { stop(): void } {
  const tellInbox = async (ids: string[]): Promise<void> => {
    const changed: InboxConversation[] = [];
    for (const id of ids) {
      const row = await ctx.store.read.inboxRow(id);
      if (row) changed.push(await presentInbox(ctx, row));
    }
    if (changed.length > 0) agents.local.to(AGENTS_ROOM).emit('inbox:changed', changed);
  };
  const tellVisitors = async (ids: string[]): Promise<void> => {
    for (const id of ids) {
      const conversation = presences.visitorOnline(id) ? await ctx.store.read.conversation(id) : null;
      if (!conversation) continue;
      visitors.local.to(conversationRoom(id)).emit('conversation:changed', await presentVisitorConversation(ctx, conversation));
    }
  };
  const orWarn = (work: Promise<void>, requestIds: string[]): void => {
    // The store holds the truth, and every reader syncs from it: a fact that was not told is late, not lost.
    work.catch((error: unknown) => ctx.log.warn({ err: error, requestIds }, 'fact not told'));
  };
  const inbox = new Changes((ids, requestIds) => presences.agents().length > 0 && orWarn(tellInbox(ids), requestIds));
  const conversations = new Changes((ids, requestIds) => orWarn(tellVisitors(ids), requestIds));
  return {
    messageCreated(id, message, { via = '', requestId } = {}) {
      const room = conversationRoom(id);
      visitors.local.to(room).except(via).emit('message:created', message);
      agents.local.to(room).except(via).emit('message:created', { conversationId: id, message });
      ctx.log.debug({ requestId, seq: message.seq }, 'message told');
    },
    conversationChanged(id, requestId) {
      inbox.note(id, requestId);
      conversations.note(id, requestId);
    },
    inboxChanged(id, requestId) {
      inbox.note(id, requestId);
    },
    consentsChanged(id, requestId) {
      agents.local.to(AGENTS_ROOM).emit('consent:changed', { conversationId: id });
      orWarn(
        consentStates(ctx.store.read, id).then((consents) => {
          visitors.local.to(conversationRoom(id)).emit('consents:changed', consents);
        }),
        requestId === undefined ? [] : [requestId],
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
    stop() {
      inbox.stop();
      conversations.stop();
    },
  };
}
