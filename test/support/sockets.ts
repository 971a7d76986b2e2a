import { io, type Socket } from 'socket.io-client';
import { AGENT_NAMESPACE, LIVE_PATH, VISITOR_NAMESPACE } from '../../shared/endpoints.ts';
import type {
  AgentCommand,
  AgentEmits,
  AgentFacts,
  AgentInput,
  AgentResult,
  Answer,
  VisitorCommand,
  VisitorEmits,
  VisitorFacts,
  VisitorInput,
  VisitorResult,
} from '../../shared/events.ts';
import type { Sender } from './http.ts';
import { waitFor } from './wait-for.ts';

export type VisitorSocket = Socket<VisitorFacts, VisitorEmits>;
export type AgentSocket = Socket<AgentFacts, AgentEmits>;

export interface Handshake {
  /** Replaces the relay's own origin; null sends none. */
  origin?: string | null;
  cookie?: string;
  auth?: Record<string, unknown>;
  headers?: Record<string, string>;
  transports?: ('websocket' | 'polling')[];
}

const ANSWER_WITHIN = 10_000;

/** A socket that has not been opened yet: no retries, nothing shared with another. */
export function socketTo(relay: Sender, namespace: string, handshake: Handshake = {}): Socket {
  const origin = handshake.origin === undefined ? relay.origin : handshake.origin;
  return io(relay.origin + namespace, {
    path: LIVE_PATH,
    autoConnect: false,
    forceNew: true,
    reconnection: false,
    transports: handshake.transports ?? ['websocket'],
    auth: handshake.auth ?? {},
    extraHeaders: {
      ...(origin !== null && { Origin: origin }),
      ...(handshake.cookie !== undefined && { Cookie: handshake.cookie }),
      ...handshake.headers,
    },
  });
}

/** Opens the socket; rejects with the relay's code, or the transport's message, when it is refused. */
export function open<S extends Socket>(socket: S): Promise<S> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', (error: Error & { data?: { code?: string } }) => {
      socket.close();
      reject(new Error(error.data?.code ?? error.message));
    });
    // A link that is cut before the namespace has answered gives neither of the two. A refusal closes it first.
    socket.io.once('close', (reason) => setImmediate(() => reject(new Error(reason))));
    socket.connect();
  });
}

export function visitorSocket(relay: Sender, handshake: Handshake): Promise<VisitorSocket> {
  return open(socketTo(relay, VISITOR_NAMESPACE, handshake)) as Promise<VisitorSocket>;
}

export function agentSocket(relay: Sender, handshake: Handshake): Promise<AgentSocket> {
  return open(socketTo(relay, AGENT_NAMESPACE, handshake)) as Promise<AgentSocket>;
}

/** Sends anything at all under any name, and gives the acknowledgement. */
export function emitRaw(
  socket: Socket | VisitorSocket | AgentSocket,
  name: string,
  ...args: unknown[]
): Promise<Answer<unknown>> {
  const loose = socket as unknown as Socket;
  return loose.timeout(ANSWER_WITHIN).emitWithAck(name, ...args) as Promise<Answer<unknown>>;
}

export function askAsVisitor<C extends VisitorCommand>(
  socket: VisitorSocket,
  command: C,
  input: VisitorInput<C>,
): Promise<Answer<VisitorResult<C>>> {
  return emitRaw(socket, command, input) as Promise<Answer<VisitorResult<C>>>;
}

export function askAsAgent<C extends AgentCommand>(
  socket: AgentSocket,
  command: C,
  input: AgentInput<C>,
): Promise<Answer<AgentResult<C>>> {
  return emitRaw(socket, command, input) as Promise<Answer<AgentResult<C>>>;
}

/** The data of an answer that must be a success. */
export function dataOf<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`refused: ${answer.error}`);
  return answer.data;
}

/** Collects a socket's facts from now on. */
export function factsOf(socket: Socket | VisitorSocket | AgentSocket): { name: string; fact: unknown }[] {
  const facts: { name: string; fact: unknown }[] = [];
  (socket as unknown as Socket).onAny((name: string, fact: unknown) => facts.push({ name, fact }));
  return facts;
}

/** Why the relay or the link closed the socket. */
export async function closedBy(socket: Socket | VisitorSocket | AgentSocket, timeoutMs = 5000): Promise<string> {
  let reason = socket.connected ? '' : 'closed before';
  (socket as unknown as Socket).once('disconnect', (why: string) => {
    reason = why;
  });
  return waitFor(() => reason, 'the socket to be closed', { timeoutMs });
}
