import { type ReadonlySignal, signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import { AGENT_NAMESPACE, LIVE_PATH } from '../shared/endpoints.ts';
import type { AgentCommand, AgentEmits, AgentFacts, AgentInput, AgentResult, Answer, Presence } from '../shared/events.ts';
import { ACK_TIMEOUT, SECOND } from '../shared/limits.ts';

/** An answer of the relay, or none: not connected, or nothing came in time. */
export type Reply<T> = Answer<T> | { ok: false; error: 'no_answer'; retryAfterSeconds?: undefined };

export type LineState = 'connecting' | 'online' | 'lost';

/** The one line to the relay. Models know this interface; only this file knows Socket.IO. */
export interface Connection {
  readonly state: ReadonlySignal<LineState>;
  /** How much waits because the relay cannot take or give it now. */
  readonly held: ReadonlySignal<number>;
  ask<C extends AgentCommand>(command: C, input: AgentInput<C>): Promise<Reply<AgentResult<C>>>;
  on<F extends keyof AgentFacts>(fact: F, listener: AgentFacts[F]): void;
  /** Runs after every connect, the first and each later one: what was missed is asked for here. */
  onConnect(listener: () => void): void;
  /** Tries at once what waits for its next turn. */
  connectNow(): void;
  close(): void;
}

interface Options {
  presence(): Presence;
  /** The relay does not know this session any more. */
  onUnauthorized(): void;
}

/** Unanswered commands in a row after which the line counts as dead, although nothing has closed it. */
const DEAD_AFTER = 2;
const REFUSED_RETRY = 3 * SECOND;
/** After this long in the background a line is tried before it is trusted. */
const SLEPT = 30 * SECOND;
const WAKE_TIMEOUT = 2 * SECOND;
/**
 * What goes on by itself is asked again until the relay can: its refusal for now says nothing about what was asked.
 * What a person pressed for is refused at once, and said so where it was pressed.
 */
const GOES_ON: readonly AgentCommand[] = [
  'inbox:list',
  'conversation:open',
  'conversation:sync',
  'message:send',
  'message:mark',
  'consent:card',
];

type Emit = <C extends AgentCommand>(command: C, input: AgentInput<C>) => Promise<Answer<AgentResult<C>>>;

function errorCode(error: Error): unknown {
  return (error as Error & { data?: { code?: unknown } }).data?.code;
}

/** Opens the line. It comes back by itself after every loss but a refused session. */
export function createConnection({ presence, onUnauthorized }: Options): Connection {
  const state = signal<LineState>('connecting');
  const socket: Socket<AgentFacts, AgentEmits> = io(AGENT_NAMESPACE, {
    path: LIVE_PATH,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    auth: (send) => send({ presence: presence() }),
    reconnectionDelay: SECOND / 2,
    reconnectionDelayMax: 5 * SECOND,
    timeout: 8 * SECOND,
  });
  let unanswered = 0;
  let closed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let hiddenAt = 0;
  const held = signal(0);
  /** Ends the pauses of everything that is held. */
  const wakes = new Set<() => void>();

  function tryHeld(): void {
    for (const wake of wakes) wake();
  }
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(wake, ms);
      function wake(): void {
        clearTimeout(timer);
        wakes.delete(wake);
        resolve();
      }
      wakes.add(wake);
    });
  }
  function reconnect(): void {
    if (closed) return;
    unanswered = 0;
    socket.disconnect().connect();
  }
  function retryLater(): void {
    clearTimeout(retry);
    retry = setTimeout(() => !closed && !socket.connected && socket.connect(), REFUSED_RETRY);
  }

  socket.on('connect', () => {
    unanswered = 0;
    state.value = 'online';
  });
  socket.on('disconnect', (reason) => {
    state.value = 'lost';
    // Without a line nothing is held: what is asked on the next one is another question.
    tryHeld();
    // The relay closed this socket on purpose; Socket.IO then waits for us.
    if (reason === 'io server disconnect') retryLater();
  });
  socket.on('connect_error', (error) => {
    if (errorCode(error) === 'unauthorized') {
      onUnauthorized();
      return;
    }
    state.value = 'lost';
    // Refused by the relay itself rather than unreachable: no retry is under way.
    if (!socket.active) retryLater();
  });

  async function ask<C extends AgentCommand>(command: C, input: AgentInput<C>): Promise<Reply<AgentResult<C>>> {
    let isHeld = false;
    for (;;) {
      const reply = await askOnce(command, input);
      const waits = !reply.ok && reply.error === 'unavailable' && GOES_ON.includes(command);
      if (waits !== isHeld) held.value += waits ? 1 : -1;
      if (!waits) return reply;
      isHeld = true;
      await pause((reply.retryAfterSeconds ?? 2) * SECOND);
    }
  }

  async function askOnce<C extends AgentCommand>(
    command: C,
    input: AgentInput<C>,
    timeout = ACK_TIMEOUT,
  ): Promise<Reply<AgentResult<C>>> {
    // Nothing is buffered here: whoever asks decides what is worth asking again.
    if (!socket.connected) return { ok: false, error: 'no_answer' };
    try {
      // The library's own type of an answer with a timeout loses which command it is to.
      const timed = socket.timeout(timeout) as unknown as { emitWithAck: Emit };
      const answer = await timed.emitWithAck(command, input);
      unanswered = 0;
      return answer;
    } catch {
      unanswered += 1;
      if (unanswered >= DEAD_AFTER && socket.connected) reconnect();
      return { ok: false, error: 'no_answer' };
    }
  }

  async function wake(): Promise<void> {
    const answer = await askOnce('presence:set', { presence: presence() }, WAKE_TIMEOUT);
    if (!answer.ok && answer.error === 'no_answer') reconnect();
  }
  function onVisibility(): void {
    if (document.visibilityState === 'hidden') hiddenAt = Date.now();
    else if (hiddenAt > 0 && Date.now() - hiddenAt > SLEPT) void wake();
  }
  function connectNow(): void {
    if (!closed && !socket.connected) socket.disconnect().connect();
    tryHeld();
  }
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('online', connectNow);

  return {
    state,
    held,
    ask,
    on: (fact, listener) => {
      // The event map is checked by this signature; Socket.IO's own overloads cannot follow the generic.
      (socket as { on(name: string, listener: unknown): unknown }).on(fact, listener);
    },
    onConnect: (listener) => {
      socket.on('connect', listener);
      if (socket.connected) listener();
    },
    connectNow,
    close: () => {
      closed = true;
      state.value = 'lost';
      clearTimeout(retry);
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('online', connectNow);
      socket.removeAllListeners();
      socket.disconnect();
      tryHeld();
    },
  };
}
