import type { Namespace, Socket } from 'socket.io';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { type AgentFacts, agentCommands } from '../../shared/events.ts';
import { MINUTE } from '../../shared/limits.ts';
import { actorOf, findAgent, findAgentByHash, type SignedIn, touchSession } from '../agents/sessions.ts';
import { recordAlone, recordFirstLook, recordLook } from '../audit/look.ts';
import { consentCard, revealIp } from '../consent/card.ts';
import type { Context } from '../context.ts';
import {
  closeByAgent,
  inboxPage,
  openForAgent,
  raiseMarks,
  reopenByAgent,
  shownTo,
  syncForAgent,
} from '../conversations/conversations.ts';
import { openLocked } from '../conversations/locked.ts';
import { postMessage } from '../conversations/messages.ts';
import type { Presences } from '../conversations/presence.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { asRefusal } from '../middleware/errors.ts';
import type { InboxView } from '../store/rows.ts';
import { bindCommands, type Handlers } from './commands.ts';
import type { Listed } from './listed.ts';
import { AGENTS_ROOM, agentRoom, conversationRoom, refuse, sessionRoom } from './rooms.ts';

/** A disabled agent, or a session that ran out, loses its sockets within this. */
const RECHECK_EVERY = MINUTE;

/** What a window has been shown: the talks that it watches, and the views that it listed. */
interface Sight {
  signedIn: SignedIn;
  watched?: string[];
  looks?: Map<InboxView, Promise<void>>;
}

type AgentSocket = Socket<Record<string, never>, AgentFacts, Record<string, never>, Sight>;

interface Who extends SignedIn {
  socket: AgentSocket;
}

/** Talks whose every message one window is told: those that were opened last. It asks again for what it missed. */
const WATCHED_MAX = 50;

/** From before the answer is read on, so that nothing falls between the two. */
function watch(socket: AgentSocket, conversationId: string): void {
  const others = (socket.data.watched ?? []).filter((id) => id !== conversationId);
  if (others.length === WATCHED_MAX) socket.leave(conversationRoom(others.shift() ?? ''));
  socket.data.watched = [...others, conversationId];
  socket.join(conversationRoom(conversationId));
}

async function watching<T>(socket: AgentSocket, conversationId: string, read: () => Promise<T>): Promise<T> {
  watch(socket, conversationId);
  try {
    return await read();
  } catch (error) {
    // What an agent is not given, none is told of: erased meanwhile, or restricted (PR-53).
    if (error instanceof Refusal && error.code === 'not_found') {
      socket.data.watched = socket.data.watched?.filter((id) => id !== conversationId);
      socket.leave(conversationRoom(conversationId));
    }
    throw error;
  }
}

export function agentSockets(
  ctx: Context,
  namespace: Namespace,
  visitors: Namespace,
  presences: Presences,
  listed: Listed,
): () => void {
  let online = false;
  const tellPresence = (): void => {
    namespace.local.to(AGENTS_ROOM).emit('presence:changed', presences.agents());
    if (online === presences.agentsOnline()) return;
    online = !online;
    visitors.local.emit('presence:changed', { online });
  };
  const handlers: Handlers<typeof agentCommands, Who> = {
    'inbox:list': async (who, { view, before }) => {
      const { agent, socket } = who;
      // A window asks again for what it shows, above all when its link came back: one look at a view, however often.
      socket.data.looks ??= new Map();
      const { looks } = socket.data;
      const look = looks.get(view) ?? recordAlone(ctx, { actor: actorOf(who), action: 'inbox.listed', object: view });
      looks.set(view, look);
      await look.catch((error: unknown) => {
        looks.delete(view);
        throw error;
      });
      const page = await inboxPage(ctx, agent.id, view, before);
      for (const { id } of page.conversations) listed.add(id);
      return { ...page, agents: presences.agents() };
    },
    'conversation:open': async (who, { conversationId }) => {
      await shownTo(ctx.store.read, conversationId);
      await recordLook(ctx, actorOf(who), 'conversation.opened', conversationId);
      return watching(who.socket, conversationId, () => openForAgent(ctx, conversationId));
    },
    'conversation:sync': async (who, { conversationId, afterSeq }) => {
      await shownTo(ctx.store.read, conversationId);
      const isOpen = who.socket.data.watched?.includes(conversationId);
      if (!isOpen) await recordFirstLook(ctx, actorOf(who), 'conversation.opened', conversationId);
      return watching(who.socket, conversationId, () => syncForAgent(ctx, conversationId, afterSeq));
    },
    'conversation:unlock': (who, { conversationId, afterSeq }) => openLocked(ctx, who, conversationId, afterSeq),
    'conversation:close': (_who, { conversationId }, requestId) => closeByAgent(ctx, conversationId, requestId),
    'conversation:reopen': (_who, { conversationId }, requestId) => reopenByAgent(ctx, conversationId, requestId),
    'message:send': ({ agent, socket }, { conversationId, id, body }, requestId) =>
      postMessage(ctx, conversationId, { kind: 'agent', agent, via: socket.id, requestId }, { id, body }),
    'message:mark': (_who, { conversationId, ...marks }, requestId) => raiseMarks(ctx, conversationId, 'agent', marks, requestId),
    'typing:set': async ({ agent, socket }, { conversationId, typing }) => {
      if (ctx.restricted.has(conversationId)) throw new Refusal('not_found');
      visitors.local.to(conversationRoom(conversationId)).emit('typing:changed', { typing, name: agent.name });
      socket.broadcast.local
        .to(AGENTS_ROOM)
        .emit('typing:changed', { conversationId, agentId: agent.id, name: agent.name, typing });
    },
    'presence:set': async ({ agent }, { presence }) => {
      presences.setPresence(agent.id, presence);
      tellPresence();
      return presences.agents();
    },
    'consent:card': async (who, { conversationId }) => {
      await shownTo(ctx.store.read, conversationId);
      await recordLook(ctx, actorOf(who), 'consent.read', conversationId);
      return consentCard(ctx, who.agent.id, conversationId);
    },
    'ip:reveal': async (who, { conversationId }) => {
      await shownTo(ctx.store.read, conversationId);
      return revealIp(ctx, actorOf(who), conversationId);
    },
  };

  namespace.use((socket, next) => {
    findAgent(ctx.store.read, readCookie(socket.handshake, AGENT_COOKIE), ctx.clock()).then(
      (signedIn) => {
        socket.data.signedIn = signedIn;
        next(signedIn ? undefined : refuse(new Refusal('unauthorized')));
      },
      (error: unknown) => next(refuse(asRefusal(error))),
    );
  });

  namespace.on('connection', (socket: Socket<Record<string, never>, AgentFacts>) => {
    const signedIn = socket.data.signedIn as SignedIn;
    const { agent, tokenHash } = signedIn;
    const { presence } = socket.handshake.auth as { presence?: unknown };
    socket.join([AGENTS_ROOM, agentRoom(agent.id), sessionRoom(tokenHash)]);
    presences.setAgent(agent, socket.id, presence === 'away' ? 'away' : 'online');
    bindCommands(ctx, socket, agentCommands, handlers, { ...signedIn, socket });
    tellPresence();
    socket.on('disconnect', () => {
      presences.dropAgent(agent.id, socket.id);
      if (namespace.sockets.size === 0) listed.clear();
      tellPresence();
    });
  });

  const recheck = setInterval(() => {
    for (const socket of namespace.sockets.values()) {
      const { tokenHash } = socket.data.signedIn as SignedIn;
      findAgentByHash(ctx.store.read, tokenHash, ctx.clock()).then(
        (alive) =>
          alive
            ? touchSession(ctx, tokenHash)
            : ctx.world.endAgentSessions((socket.data.signedIn as SignedIn).agent.id, tokenHash),
        () => undefined,
      );
    }
  }, RECHECK_EVERY).unref();
  return () => clearInterval(recheck);
}
