import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { AGENT_NAMESPACE, LIVE_PATH, VISITOR_NAMESPACE } from '../../../shared/endpoints.ts';
import { newId } from '../../../shared/ids.ts';
import { serveActor } from './processes.ts';
import type { RelayQuestion, Seats, StoredMessage } from './seats.ts';

/**
 * The baseline: a bare Socket.IO relay. Rooms and a counter; no schema, no consent, no store, nothing sealed.
 * It says the same words on the wire as the product, so that one load generator measures both.
 */
const http = createServer();
const io = new Server(http, { path: LIVE_PATH, serveClient: false, perMessageDeflate: false, httpCompression: false });
const visitors = io.of(VISITOR_NAMESPACE);
const agents = io.of(AGENT_NAMESPACE);
const lastSeqs = new Map<string, number>();

interface Draft {
  id: string;
  body: string;
  conversationId?: string;
}
type Ack = (answer: { ok: true; data: unknown }) => void;

function take(socket: Socket, conversationId: string, author: 'visitor' | 'agent', { id, body }: Draft, ack: Ack): void {
  const seq = (lastSeqs.get(conversationId) ?? 1) + 1;
  lastSeqs.set(conversationId, seq);
  const message = { id, seq, author, agentId: null, name: null, body, at: Date.now() };
  if (author === 'visitor') {
    agents.to(conversationId).emit('message:created', { conversationId, message });
    socket.to(conversationId).emit('message:created', message);
  } else {
    visitors.to(conversationId).emit('message:created', message);
    socket.to(conversationId).emit('message:created', { conversationId, message });
  }
  ack({ ok: true, data: message });
}

visitors.on('connection', (socket) => {
  const conversationId = String(socket.handshake.auth.session);
  socket.join(conversationId);
  socket.on('message:send', (draft: Draft, ack: Ack) => take(socket, conversationId, 'visitor', draft, ack));
});
agents.on('connection', (socket) => {
  socket.on('conversation:open', ({ conversationId }: { conversationId: string }, ack: Ack) => {
    socket.join(conversationId);
    ack({ ok: true, data: null });
  });
  socket.on('message:send', (draft: Draft, ack: Ack) => take(socket, draft.conversationId ?? '', 'agent', draft, ack));
});

serveActor(async (question: RelayQuestion): Promise<Seats | StoredMessage[] | null> => {
  if (question.kind === 'read') return [];
  if (question.kind === 'collect') {
    globalThis.gc?.();
    return null;
  }
  const { visitors: count, agents: desks } = question.kind === 'open' ? question : { visitors: 0, agents: 0 };
  if (!http.listening) await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const seated = Array.from({ length: count }, () => {
    const conversationId = newId();
    return { conversationId, session: conversationId };
  });
  const share = Math.ceil(count / Math.max(1, desks));
  return {
    port,
    origin: `http://localhost:${port}`,
    visitors: seated,
    agents: Array.from({ length: desks }, (_, at) => ({
      cookie: '',
      conversationIds: seated.slice(at * share, (at + 1) * share).map((one) => one.conversationId),
    })),
  };
});
