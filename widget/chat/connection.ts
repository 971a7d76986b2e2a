import { Manager, type Socket } from 'socket.io-client';
import { LIVE_PATH, VISITOR_NAMESPACE } from '../../shared/endpoints.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Answer, VisitorCommand, VisitorEmits, VisitorFacts, VisitorInput, VisitorResult } from '../../shared/events.ts';
import { ACK_TIMEOUT, OPEN_TIMEOUT, SECOND } from '../../shared/limits.ts';

/** The one way to the relay's socket. */
export interface Connection {
  /** Sends a command; null when no answer came in time or there is no connection. */
  send<Command extends VisitorCommand>(
    command: Command,
    input: VisitorInput<Command>,
    timeout?: number,
  ): Promise<Answer<VisitorResult<Command>> | null>;
  /** Drops the connection, if there is one, and makes a new one. */
  renew(): void;
  stop(): void;
}

export interface ConnectionEvents extends VisitorFacts {
  connected(): void;
  lost(): void;
  /** The relay let us not in. Nothing is tried again by itself. */
  refused(code: ErrorCode | undefined): void;
}

/** Opens the socket. `session` is asked at each connect: the token in memory, or null where the cookie speaks. */
export function connect(session: () => string | null, events: ConnectionEvents): Connection {
  const manager = new Manager(location.origin, {
    path: LIVE_PATH,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 500,
    timeout: OPEN_TIMEOUT,
  });
  const socket: Socket<VisitorFacts, VisitorEmits> = manager.socket(VISITOR_NAMESPACE, {
    auth: (give: (auth: object) => void) => give(session() ? { session: session() } : {}),
  });
  socket.on('connect', events.connected);
  socket.on('disconnect', events.lost);
  socket.on('connect_error', (error) => {
    events.lost();
    // An inactive socket was refused by the relay; else the network failed, and the client goes on trying.
    if (!socket.active) events.refused((error as { data?: { code?: ErrorCode } }).data?.code);
  });
  socket.on('message:created', events['message:created']);
  socket.on('conversation:changed', events['conversation:changed']);
  socket.on('consents:changed', events['consents:changed']);
  socket.on('typing:changed', events['typing:changed']);
  socket.on('presence:changed', events['presence:changed']);
  socket.on('session:ended', events['session:ended']);
  let renewed = 0;
  return {
    async send(command, input, timeout = ACK_TIMEOUT) {
      // Not buffered: what could not be sent waits in the outbox, which knows its order.
      if (!socket.connected) return null;
      try {
        // The event map ties input and answer to the command; the client's own types lose that tie.
        return await (socket.timeout(timeout).emitWithAck as (...sent: unknown[]) => Promise<never>)(command, input);
      } catch {
        return null;
      }
    },
    renew() {
      // Waking up has several signs at once; one new connection is enough.
      if (Date.now() - renewed < SECOND / 2) return;
      renewed = Date.now();
      socket.disconnect().connect();
    },
    stop() {
      socket.disconnect();
    },
  };
}
