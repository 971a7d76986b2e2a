/**
 * Engine.IO, protocol 4, as this widget needs it: one WebSocket, or long polling with fetch where that fails; text
 * only, and no upgrade from one to the other. The build puts it under socket.io-client in place of engine.io-client,
 * which has no option to leave the rest out and would cost four kilobytes more.
 * https://github.com/socketio/engine.io-protocol
 */

import { Emitter } from './emitter.ts';

const OPEN = '0';
const CLOSE = '1';
const PING = '2';
const PONG = '3';
const MESSAGE = '4';
const SEPARATOR = '\x1e';

interface Handshake {
  sid: string;
  pingInterval: number;
  pingTimeout: number;
}

/** One connection. Its life is `open`, then `data` and `ping`, then `close`; or `error` instead of all that. */
export class Socket extends Emitter {
  /** Read by socket.io-client for volatile packets. */
  readonly transport = { writable: true };
  private state: 'opening' | 'open' | 'closed' = 'opening';
  private base: URL;
  private socket: WebSocket | null = null;
  private outgoing: string[] = [];
  private posting = false;
  private patience = 0;
  private expires = Number.POSITIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private abort = new AbortController();

  constructor(uri: string, { path = '/engine.io' }: { path?: string }) {
    super();
    this.base = new URL(`${path}/`, uri);
    this.base.searchParams.set('EIO', '4');
    // Whoever makes this listens only afterwards.
    queueMicrotask(() => this.openSocket());
    addEventListener('offline', this.lost, { signal: this.abort.signal });
  }

  write(data: string): void {
    this.send(MESSAGE + data);
  }
  close(): void {
    if (this.state === 'open') this.send(CLOSE);
    this.end('forced close');
  }
  /** Has the relay been silent for longer than it may, though the timer had no chance to say so? */
  _hasPingExpired(): boolean {
    return Date.now() > this.expires;
  }

  private openSocket(): void {
    if (this.state === 'closed') return;
    try {
      const address = new URL(this.base);
      address.protocol = address.protocol.replace('http', 'ws');
      address.searchParams.set('transport', 'websocket');
      const socket = new WebSocket(address);
      this.socket = socket;
      socket.onmessage = ({ data }) => this.take(data);
      socket.onerror = socket.onclose = () => {
        if (this.socket !== socket) return;
        this.socket = null;
        if (this.state === 'opening') void this.poll();
        else this.lost();
      };
    } catch {
      void this.poll();
    }
  }
  private async poll(): Promise<void> {
    this.base.searchParams.set('transport', 'polling');
    while (this.state !== 'closed') {
      const answer = await this.fetch();
      if (answer === null) return this.lost();
      for (const packet of answer.split(SEPARATOR)) this.take(packet);
    }
  }
  /** One request of a polling connection; null when it failed. */
  private async fetch(body?: string): Promise<string | null> {
    try {
      const init = {
        cache: 'no-store',
        ...(body === undefined ? { signal: this.abort.signal } : { method: 'POST', body, keepalive: true }),
      } as const;
      const response = await fetch(this.base, init);
      return response.ok ? await response.text() : null;
    } catch {
      return null;
    }
  }

  private take(packet: string): void {
    if (this.state === 'closed') return;
    const rest = packet.slice(1);
    if (packet[0] === OPEN) {
      const { sid, pingInterval, pingTimeout } = JSON.parse(rest) as Handshake;
      this.base.searchParams.set('sid', sid);
      this.patience = pingInterval + pingTimeout;
      this.state = 'open';
      this.wait();
      this.emit('open');
    } else if (packet[0] === PING) {
      this.send(PONG);
      this.wait();
      this.emit('ping');
    } else if (packet[0] === MESSAGE) this.emit('data', rest);
    else if (packet[0] === CLOSE) this.lost();
  }
  /** A relay that does not ping in time is gone. */
  private wait(): void {
    this.expires = Date.now() + this.patience;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.lost, this.patience);
  }

  private send(packet: string): void {
    if (this.socket) this.socket.send(packet);
    else {
      this.outgoing.push(packet);
      if (!this.posting) void this.post();
    }
  }
  private async post(): Promise<void> {
    this.posting = true;
    while (this.outgoing.length > 0) {
      if ((await this.fetch(this.outgoing.splice(0).join(SEPARATOR))) === null) this.lost();
    }
    this.posting = false;
  }

  private lost = (): void => this.end('transport close');
  private end(reason: string): void {
    if (this.state === 'closed') return;
    const wasOpen = this.state === 'open';
    this.state = 'closed';
    clearTimeout(this.timer);
    this.abort.abort();
    const { socket } = this;
    this.socket = null;
    socket?.close();
    if (wasOpen || reason === 'forced close') this.emit('close', reason);
    else this.emit('error', new Error(reason));
  }
}

/** What else socket.io-client takes from engine.io-client. */
export function installTimerFunctions(target: Record<string, unknown>): void {
  target.setTimeoutFn = setTimeout.bind(globalThis);
  target.clearTimeoutFn = clearTimeout.bind(globalThis);
}
export function nextTick(act: () => void): void {
  queueMicrotask(act);
}
