import type { Namespace, Socket } from 'socket.io';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { type VisitorFacts, visitorCommands } from '../../shared/events.ts';
import { MINUTE } from '../../shared/limits.ts';
import { askAgain } from '../consent/ask-again.ts';
import type { Context } from '../context.ts';
import { raiseMarks, syncForVisitor, visitorLeft, visitorReturned } from '../conversations/conversations.ts';
import { postMessage } from '../conversations/messages.ts';
import type { Presences } from '../conversations/presence.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { asRefusal } from '../middleware/errors.ts';
import { consentFault, findSpeaker, type Speaker } from '../visitors/sessions.ts';
import { bindCommands, type Handlers } from './commands.ts';
import { AGENTS_ROOM, conversationRoom, refuse, sessionRoom } from './rooms.ts';

/** A page that is gone for longer, without a cookie, is not coming back. */
const LEFT_AFTER = MINUTE;

interface Visitor {
  conversationId: string;
  socket: Socket;
}

/** The gate of the visitors' namespace: a live session and a consent in force, or no socket (PR-30). */
async function admit(ctx: Context, socket: Socket, isHere: (conversationId: string) => boolean): Promise<Speaker> {
  const { session } = socket.handshake.auth as { session?: unknown };
  const token = typeof session === 'string' ? session : readCookie(socket.handshake, CHAT_COOKIE);
  const speaker = await findSpeaker(ctx.store.read, token, ctx.clock());
  if (!speaker) throw new Refusal('unauthorized');
  const fault = consentFault(speaker.conversation, ctx.clock());
  if (fault) throw new Refusal(fault);
  // A link that broke for a moment is no return: the page goes on as it is (PR-42).
  if (!isHere(speaker.conversation.id) && (await askAgain(ctx, speaker))) throw new Refusal('consent_expired');
  return speaker;
}

export function visitorSockets(ctx: Context, namespace: Namespace, agents: Namespace, presences: Presences): void {
  const leaving = new Map<string, NodeJS.Timeout>();
  const typing = (conversationId: string, typing: boolean): void => {
    if (ctx.restricted.has(conversationId)) return;
    agents.local.to(AGENTS_ROOM).emit('typing:changed', { conversationId, agentId: null, name: null, typing });
  };
  const handlers: Handlers<typeof visitorCommands, Visitor> = {
    'message:send': ({ conversationId, socket }, draft, requestId) =>
      postMessage(ctx, conversationId, { kind: 'visitor', via: socket.id, requestId }, draft),
    'message:mark': ({ conversationId }, marks, requestId) => raiseMarks(ctx, conversationId, 'visitor', marks, requestId),
    'conversation:sync': ({ conversationId }, { afterSeq }) => syncForVisitor(ctx, conversationId, afterSeq),
    'conversation:leave': ({ conversationId }, _input, requestId) => visitorLeft(ctx, conversationId, requestId),
    'typing:set': async ({ conversationId }, input) => typing(conversationId, input.typing),
  };

  namespace.use((socket, next) => {
    admit(ctx, socket, (id) => leaving.has(id) || presences.visitorOnline(id)).then(
      (speaker) => {
        socket.data.speaker = speaker;
        next();
      },
      (error: unknown) => next(refuse(asRefusal(error))),
    );
  });

  namespace.on('connection', (socket: Socket<Record<string, never>, VisitorFacts>) => {
    const { session, conversation } = socket.data.speaker as Speaker;
    delete socket.data.speaker;
    const { id } = conversation;
    socket.join([conversationRoom(id), sessionRoom(session.tokenHash)]);
    clearTimeout(leaving.get(id));
    leaving.delete(id);
    presences.addVisitor(id, socket.id);
    bindCommands(ctx, socket, visitorCommands, handlers, { conversationId: id, socket });
    const requestId = `${socket.id}.0`;
    const orWarn = (work: Promise<void>): void => {
      work.catch((error: unknown) => ctx.log.warn({ err: error, requestId }, 'presence not stored'));
    };
    orWarn(visitorReturned(ctx, conversation, requestId));
    socket.on('disconnect', () => {
      typing(id, false);
      if (presences.dropVisitor(id, socket.id) > 0) return;
      ctx.world.conversationChanged(id, requestId);
      const timer = setTimeout(() => {
        leaving.delete(id);
        orWarn(visitorLeft(ctx, id, requestId));
      }, LEFT_AFTER);
      leaving.set(id, timer.unref());
    });
  });
}
