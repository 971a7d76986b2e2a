import type { CdpParams } from '../../../support/cdp.ts';

/** One request as Chromium saw it, with the bytes that came over the wire. */
export interface Fetched {
  url: string;
  method: string;
  type: string;
  /** Which target asked: the host's page, or a cross-site frame in a process of its own. */
  target: string;
  /** In ms since the epoch. */
  askedAt: number;
  /** From the request to the first byte of the answer; null while there is none. */
  firstByteMs: number | null;
  headerBytes: number;
  /** As encoded: what brotli or gzip left of it. */
  bodyBytes: number;
  encoding: string;
  state: 'open' | 'done' | 'failed';
  /** The answer came from a cache, so that the visit was not cold. */
  cached: boolean;
}

export interface SocketSeen {
  url: string;
  handshakeBytes: number;
  /** Of all messages that came in, with their two to four bytes of framing. */
  messageBytes: number;
  /** When the relay let the visitor into the namespace, in ms since the epoch. */
  welcomedAt: number | null;
}

/** Everything that one visit asks of the network, over all its targets. */
export interface NetworkLog {
  readonly fetched: Fetched[];
  readonly sockets: SocketSeen[];
  /** No request is open, and the last one ended this long ago. */
  quietFor(): number;
  hear(method: string, params: CdpParams, target: string): void;
}

interface ResponseSeen {
  encodedDataLength: number;
  fromDiskCache?: boolean;
  headers: Record<string, string>;
}

export function createNetworkLog(): NetworkLog {
  const fetched: Fetched[] = [];
  const sockets: SocketSeen[] = [];
  // A frame's page is asked for by one target and read by another: the id of the request is the same.
  const open = new Map<string, { entry: Fetched; began: number }>();
  const openSockets = new Map<string, SocketSeen>();
  let lastEnd = performance.now();
  /** Chromium's own clock against the epoch, in ms. */
  let clock = 0;

  const end = (id: string, state: 'done' | 'failed', total: number): void => {
    const known = open.get(id);
    if (!known) return;
    open.delete(id);
    lastEnd = performance.now();
    known.entry.state = state;
    known.entry.bodyBytes = Math.max(0, total - known.entry.headerBytes);
  };
  const answered = (id: string, response: ResponseSeen, timestamp: number): void => {
    const known = open.get(id);
    if (!known) return;
    known.entry.firstByteMs = timestamp * 1000 - known.began;
    known.entry.headerBytes = response.encodedDataLength;
    known.entry.cached ||= response.fromDiskCache === true;
    const encoding = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'content-encoding');
    known.entry.encoding = encoding?.[1] ?? 'identity';
  };

  const heard: Record<string, (params: CdpParams, id: string, target: string) => void> = {
    'Network.requestWillBeSent'(params, id, target) {
      const { url, method } = params.request as { url: string; method: string };
      if (!/^https?:/.test(url)) return;
      const timestamp = Number(params.timestamp);
      clock = (Number(params.wallTime) - timestamp) * 1000;
      const redirect = params.redirectResponse as ResponseSeen | undefined;
      if (redirect) {
        answered(id, redirect, timestamp);
        end(id, 'done', redirect.encodedDataLength);
      }
      const answer = { firstByteMs: null, headerBytes: 0, bodyBytes: 0, encoding: '', cached: false };
      const askedAt = Number(params.wallTime) * 1000;
      const entry: Fetched = { url, method, type: String(params.type), target, askedAt, ...answer, state: 'open' };
      fetched.push(entry);
      open.set(id, { entry, began: timestamp * 1000 });
    },
    'Network.requestServedFromCache'(_params, id) {
      const known = open.get(id);
      if (known) known.entry.cached = true;
    },
    'Network.responseReceived': (params, id) => answered(id, params.response as ResponseSeen, Number(params.timestamp)),
    'Network.loadingFinished': (params, id) => end(id, 'done', Number(params.encodedDataLength)),
    'Network.loadingFailed': (_params, id) => end(id, 'failed', 0),
    'Network.webSocketCreated'(params, id) {
      const socket = { url: String(params.url), handshakeBytes: 0, messageBytes: 0, welcomedAt: null };
      sockets.push(socket);
      openSockets.set(id, socket);
    },
    'Network.webSocketHandshakeResponseReceived'(params, id) {
      const socket = openSockets.get(id);
      if (socket) socket.handshakeBytes = (params.response as { headersText?: string }).headersText?.length ?? 0;
    },
    'Network.webSocketFrameReceived'(params, id) {
      const socket = openSockets.get(id);
      const { payloadData } = params.response as { payloadData: string };
      if (!socket) return;
      const bytes = Buffer.byteLength(payloadData);
      socket.messageBytes += bytes + (bytes > 125 ? 4 : 2);
      // Socket.IO's answer to a namespace that was asked for.
      if (payloadData.startsWith('40/visitor,{')) socket.welcomedAt ??= clock + Number(params.timestamp) * 1000;
    },
  };
  return {
    fetched,
    sockets,
    quietFor: () => (open.size > 0 ? 0 : performance.now() - lastEnd),
    hear: (method, params, target) => heard[method]?.(params, String(params.requestId), target),
  };
}

/** Bytes and requests of a part of a visit. */
export interface Traffic {
  requests: number;
  headers: number;
  bodies: number;
}

export function trafficOf(fetched: Fetched[]): Traffic {
  return {
    requests: fetched.length,
    headers: fetched.reduce((sum, { headerBytes }) => sum + headerBytes, 0),
    bodies: fetched.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
  };
}
