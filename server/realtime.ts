import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { AGENT_NAMESPACE, LIVE_PATH, VISITOR_NAMESPACE } from '../shared/endpoints.ts';
import { FRAME_MAX_BYTES, PING_INTERVAL, PING_TIMEOUT, SECOND } from '../shared/limits.ts';
import type { Context } from './context.ts';
import { Presences } from './conversations/presence.ts';
import { Refusal } from './errors.ts';
import { agentSockets } from './live/agent-handlers.ts';
import { Listed } from './live/listed.ts';
import { writeAtOnce } from './live/one-write.ts';
import { refuse } from './live/rooms.ts';
import { socketWorld } from './live/socket-world.ts';
import { visitorSockets } from './live/visitor-handlers.ts';
import { textParser } from './live/wire.ts';
import { fromOwnOrigin } from './middleware/guards.ts';

/**
 * Socket.IO: who may connect, and the two namespaces. Connection state recovery stays off: a cursor read from the
 * store is exact where it is not. Compression stays off: it costs memory and opens the door to bombs.
 */
export function createRealtime(ctx: Context, http: HttpServer): { close(): Promise<void> } {
  const io = new Server(http, {
    path: LIVE_PATH,
    serveClient: false,
    parser: textParser,
    transports: ['websocket', 'polling'],
    maxHttpBufferSize: FRAME_MAX_BYTES,
    pingInterval: PING_INTERVAL,
    pingTimeout: PING_TIMEOUT,
    connectTimeout: 10 * SECOND,
    perMessageDeflate: false,
    httpCompression: false,
    cleanupEmptyChildNamespaces: true,
    // CORS options do not guard WebSocket handshakes; this does.
    allowRequest: (req, callback) => callback(null, fromOwnOrigin(req, ctx.origin)),
  });
  writeAtOnce(io.engine);
  const presences = new Presences();
  const visitors = io.of(VISITOR_NAMESPACE);
  const agents = io.of(AGENT_NAMESPACE);
  const listed = new Listed();
  const world = socketWorld(ctx, visitors, agents, presences, listed);
  ctx.world = world;
  visitorSockets(ctx, visitors, agents, presences);
  const stopAgents = agentSockets(ctx, agents, visitors, presences, listed);
  // The main namespace has no doors.
  io.use((_socket, next) => next(refuse(new Refusal('not_found'))));
  return {
    async close() {
      stopAgents();
      // The transport is closed, not the socket: clients take that as a lost link and come back by themselves.
      await io.close();
      world.close();
    },
  };
}
