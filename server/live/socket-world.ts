import type { Namespace } from 'socket.io';
import type { InboxConversation } from '../../shared/events.ts';
import { consentStates } from '../consent/states.ts';
import type { Context } from '../context.ts';
import type { Presences } from '../conversations/presence.ts';
import { presentIfThere, presentVisitorConversation } from '../conversations/present.ts';
import { StoreUnavailable } from '../store/store.ts';
import type { World } from '../world.ts';
import { Changes } from './changes.ts';
import type { Listed } from './listed.ts';
import { AGENTS_ROOM, agentRoom, conversationRoom, conversationsIn, sessionRoom } from './rooms.ts';
import { Json, jsonOf } from './wire.ts';

/**
 * Tells the sockets of a room but one. Most rooms have one other socket or none: then nothing is encoded for nobody, and
 * no broadcast is set up for one.
 */
function tellOthers(namespace: Namespace, room: string, via: string, fact: string, value: unknown): void {
  const sockets = namespace.adapter.rooms.get(room);
  if (!sockets) return;
  if (sockets.size > 2) {
    namespace.local.to(room).except(via).emit(fact, value);
    return;
  }
  for (const id of sockets) if (id !== via) namespace.sockets.get(id)?.emit(fact, value);
}

/** Tells facts to the sockets of this process. What is told is read from the store after the commit. */
export function socketWorld(
  ctx: Context,
  visitors: Namespace,
  agents: Namespace,
  presences: Presences,
  listed: Listed,
): World & { close(): void } {
  /** The store holds the truth, and every reader syncs from it: a fact that was not told is late, not lost. */
  const changes = (tell: (ids: string[]) => Promise<void>): Changes =>
    new Changes((ids, requestIds) =>
      tell(ids).then(
        () => true,
        (error: unknown) => {
          ctx.log.warn({ err: error, requestIds }, 'fact not told');
          return !(error instanceof StoreUnavailable);
        },
      ),
    );
  const inbox = changes(async (ids) => {
    if (presences.agents().length === 0) return;
    const changed: InboxConversation[] = [];
    for (const id of ids) {
      const row = await ctx.store.read.inboxRow(id);
      const conversation = row && (await presentIfThere(ctx, row));
      if (!conversation || ctx.restricted.has(id)) continue;
      listed.add(id);
      changed.push(conversation);
    }
    if (changed.length > 0) agents.local.to(AGENTS_ROOM).emit('inbox:changed', changed);
  });
  const conversations = changes(async (ids) => {
    for (const id of ids) {
      const conversation = presences.visitorOnline(id) ? await ctx.store.read.conversation(id) : null;
      if (!conversation) continue;
      visitors.local.to(conversationRoom(id)).emit('conversation:changed', await presentVisitorConversation(ctx, conversation));
    }
  });
  const consents = changes(async (ids) => {
    for (const id of ids) {
      visitors.local.to(conversationRoom(id)).emit('consents:changed', await consentStates(ctx.store.read, id));
    }
  });
  const tellCard = (id: string): void => {
    if (!ctx.restricted.has(id)) agents.local.to(AGENTS_ROOM).emit('consent:changed', { conversationId: id });
  };
  const erased = new Set<string>();
  return {
    messageCreated(id, message, { via = '', requestId } = {}) {
      const room = conversationRoom(id);
      const text = jsonOf(message);
      tellOthers(visitors, room, via, 'message:created', new Json(text));
      tellOthers(agents, room, via, 'message:created', new Json(`{"conversationId":"${id}","message":${text}}`));
      ctx.log.debug({ requestId, seq: message.seq }, 'message told');
    },
    conversationChanged(id, requestId) {
      inbox.note(id, requestId);
      conversations.note(id, requestId);
    },
    inboxChanged: (id, requestId) => inbox.note(id, requestId),
    consentsChanged(id, requestId) {
      tellCard(id);
      consents.note(id, requestId);
    },
    cardChanged: tellCard,
    endSessions(id, reason, tokenHashes) {
      const rooms = tokenHashes ? tokenHashes.map(sessionRoom) : [conversationRoom(id)];
      visitors.local.to(rooms).emit('session:ended', { reason });
      visitors.local.in(rooms).disconnectSockets(true);
    },
    conversationErased(id) {
      const room = conversationRoom(id);
      visitors.local.to(room).emit('session:ended', { reason: 'erased' });
      visitors.local.in(room).disconnectSockets(true);
      agents.local.to(AGENTS_ROOM).emit('conversation:erased', { conversationId: id });
      agents.local.in(room).socketsLeave(room);
      listed.forget(id);
    },
    conversationRestricted(id, isRestricted) {
      agents.local.to(AGENTS_ROOM).emit('conversation:restricted', { conversationId: id, restricted: isRestricted });
      if (!isRestricted) return;
      agents.local.in(conversationRoom(id)).socketsLeave(conversationRoom(id));
      listed.forget(id);
    },
    messageErased(id, message) {
      // By the rule that did it, and by the look for erasures that others did: once is enough.
      if (erased.has(message.id)) return;
      erased.add(message.id);
      // As one that comes again: the page puts it in the place of the one that it has.
      visitors.local.to(conversationRoom(id)).emit('message:created', message);
      agents.local.to(conversationRoom(id)).emit('messages:erased', { conversationId: id });
      inbox.note(id);
    },
    messagesErased(id) {
      const room = conversationRoom(id);
      visitors.local.to(room).emit('session:ended', { reason: 'expired' });
      visitors.local.in(room).disconnectSockets(true);
      agents.local.to(room).emit('messages:erased', { conversationId: id });
      inbox.note(id);
    },
    shownConversations() {
      const open = [visitors, agents].flatMap(({ adapter }) => conversationsIn(adapter.rooms.keys()));
      return [...new Set([...open, ...listed.all()])];
    },
    endAgentSessions(agentId, tokenHash) {
      const room = tokenHash ? sessionRoom(tokenHash) : agentRoom(agentId);
      agents.local.to(room).emit('session:ended', { reason: 'signed_out' });
      agents.local.in(room).disconnectSockets(true);
    },
    visitorOnline: (id) => presences.visitorOnline(id),
    agentsOnline: () => presences.agentsOnline(),
    close() {
      for (const one of [inbox, conversations, consents]) one.close();
    },
  };
}
