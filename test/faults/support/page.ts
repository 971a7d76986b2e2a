import { Agent, request } from 'node:http';
import type { PageGlobals } from './bundle.ts';

/** A browser as far as the product's clients need one: cookies that its pages share, and pages. */
export interface Browser {
  readonly cookies: Map<string, string>;
}

export interface PageOptions {
  browser: Browser;
  /** Where connections go: a proxy, or the relay itself. */
  port: number;
  /** The relay's own origin, which a browser would send. */
  origin: string;
  /**
   * How many times faster short timers run: the wait for an answer, the pause before a new connection. The ping's
   * patience stays as it is, for the relay's pings come as they come.
   */
  hurry?: number;
  looking?: boolean;
  /** What an earlier page of this tab kept. */
  storage?: Map<string, string>;
}

export interface Page {
  readonly browser: Browser;
  readonly globals: PageGlobals;
  /** Events by name, said by the page and heard from the relay, with how often. */
  readonly said: ReadonlyMap<string, number>;
  readonly heard: ReadonlyMap<string, number>;
  /** How many packets went either way, pings among them. */
  readonly packets: number;
  /** When each WebSocket was asked for, on the clock of `performance.now()`. */
  readonly dialled: readonly number[];
  readonly storage: Map<string, string>;
  /** Tells window or document listeners, as a browser does. */
  signal(type: 'online' | 'offline' | 'pagehide' | 'pageshow'): void;
  /** The page is gone: nothing of it runs any more, and its connections end. */
  close(): void;
}

/** Timers up to this are waits for an answer; longer ones are the patience of the ping. */
const SHORT = 10_000;

export function openPage({ browser, port, origin, hurry = 1, looking = true, storage = new Map() }: PageOptions): Page {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible', hasFocus: () => looking });
  const agent = new Agent({ keepAlive: true });
  const timers = new Set<NodeJS.Timeout>();
  const sockets = new Set<WebSocket>();
  const gone = new AbortController();
  const dialled: number[] = [];
  const said = new Map<string, number>();
  const heard = new Map<string, number>();
  let packets = 0;
  const location = new URL(`http://127.0.0.1:${port}`);
  const headers = (): Record<string, string> => {
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return { origin, 'sec-fetch-site': 'same-origin', ...(cookie !== '' && { cookie }) };
  };

  /** Node's own, which takes headers where a browser sets them by itself. */
  class PageSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url, { headers: headers() } as never);
      sockets.add(this);
      dialled.push(performance.now());
      this.addEventListener('message', ({ data }) => {
        packets += 1;
        count(heard, data);
      });
      this.addEventListener('close', () => sockets.delete(this));
      // A failed connection says so to its listeners; without one Node would say it to the process.
      this.addEventListener('error', () => sockets.delete(this));
    }
    override send(data: string): void {
      packets += 1;
      count(said, data);
      super.send(data);
    }
  }

  const pageTimeout = (act: (...args: unknown[]) => void, delay = 0, ...args: unknown[]): NodeJS.Timeout | undefined => {
    if (gone.signal.aborted) return undefined;
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        act(...args);
      },
      delay <= SHORT ? delay / hurry : delay,
    );
    timers.add(timer);
    return timer;
  };
  const pageClear = (timer: NodeJS.Timeout | undefined): void => {
    clearTimeout(timer);
    if (timer) timers.delete(timer);
  };

  async function pageFetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
    const signal = init.signal ? AbortSignal.any([init.signal, gone.signal]) : gone.signal;
    const answer = await ask(new URL(String(input), location), init, { agent, signal, headers: headers() });
    for (const cookie of answer.headers.getSetCookie()) keep(browser, cookie);
    return answer;
  }

  const own = {
    document,
    location,
    sessionStorage: storageOf(storage),
    WebSocket: PageSocket,
    fetch: pageFetch,
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
    dispatchEvent: window.dispatchEvent.bind(window),
    setTimeout: pageTimeout,
    clearTimeout: pageClear,
  };
  Object.assign(window, own);
  return {
    browser,
    globals: { ...own, self: window, window },
    said,
    heard,
    get packets() {
      return packets;
    },
    dialled,
    storage,
    signal(type) {
      window.dispatchEvent(Object.assign(new Event(type), { persisted: false }));
    },
    close() {
      gone.abort();
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.close();
      agent.destroy();
    },
  };
}

/** Counts an event of Socket.IO by its name; other packets are not counted. */
function count(names: Map<string, number>, packet: unknown): void {
  const name = /^42\/\w+,\d*\["([a-z:]+)"/.exec(String(packet))?.[1];
  if (name !== undefined) names.set(name, (names.get(name) ?? 0) + 1);
}

/** The part of `Storage` that the product uses. */
function storageOf(kept: Map<string, string>): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

function keep(browser: Browser, cookie: string): void {
  const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const name = pair.slice(0, at);
  if (attributes.some((one) => /^max-age=0$/i.test(one))) browser.cookies.delete(name);
  else browser.cookies.set(name, pair.slice(at + 1));
}

/** One request by Node's own client, so that each page has connections of its own to be cut. */
function ask(
  url: URL,
  init: RequestInit,
  { agent, signal, headers }: { agent: Agent; signal: AbortSignal; headers: Record<string, string> },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: init.method ?? 'GET', agent, signal, headers: { ...(init.headers as Record<string, string>), ...headers } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const got = new Headers();
          for (const [name, value] of Object.entries(answer.headersDistinct)) {
            for (const one of value ?? []) got.append(name, one);
          }
          const status = answer.statusCode ?? 500;
          resolve(new Response(status === 204 || status === 304 ? null : Buffer.concat(chunks), { status, headers: got }));
        });
      },
    );
    sent.on('error', reject);
    sent.end(init.body === undefined ? undefined : String(init.body));
  });
}
