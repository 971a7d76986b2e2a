import type { BrowserContext, Page } from 'playwright-core';
import { type Cdp, type CdpParams, openCdp } from './cdp.ts';
import { waitFor } from './wait-for.ts';

/**
 * Chromium's own record of what one browser context asks of the network and keeps, over all its targets: pages,
 * cross-site frames, workers. It attaches before a target runs its first line, by a debugging connection of its own,
 * so nothing happens unseen.
 */
export interface RequestSeen {
  method: string;
  url: string;
  type: string;
}

export interface KeptState {
  /** `name @ site that partitions it (or host)`. */
  cookies: string[];
  /** `localStorage key @ origin`, `sessionStorage key @ origin`; those of frames that are gone as well. */
  storage: string[];
  /** `database @ origin` and `cache @ origin`. */
  databases: string[];
  caches: string[];
  serviceWorkers: string[];
}

export interface Seen {
  requests: RequestSeen[];
  /** Addresses of WebSockets; their handshakes are not among the requests. */
  sockets: string[];
  /** `Set-Cookie` headers, also of cookies that the browser then refused. */
  setCookies: string[];
}

export interface FootprintRecord {
  /** Everything since the start, or since the last `take`; grows as it happens. */
  readonly seen: Seen;
  /** Hands over what was seen and begins anew. */
  take(): Seen;
  /** What the context keeps now. */
  kept(): Promise<KeptState>;
  close(): void;
}

interface Session {
  targetUrl: string;
  storageKeys: Set<string>;
}

export async function recordFootprint(debugUrl: string, context: BrowserContext): Promise<FootprintRecord> {
  const cdp = await openCdp(debugUrl);
  const contextId = await contextIdOf(context);
  const sessions = new Map<string, Session>();
  const seen: Seen = { requests: [], sockets: [], setCookies: [] };
  const storage = new Set<string>();
  const workers = new Set<string>();
  let ready = 0;
  let attached = 0;

  async function prepare(sessionId: string, type: string): Promise<void> {
    const tell = (method: string, params: CdpParams = {}): Promise<unknown> =>
      cdp.send(method, params, sessionId).catch(() => null);
    await Promise.all([
      tell('Network.enable'),
      tell('Page.enable'),
      tell('DOMStorage.enable'),
      tell('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
    ]);
    await tell('Runtime.runIfWaitingForDebugger');
    ready += 1;
    if (type === 'service_worker') workers.add(sessions.get(sessionId)?.targetUrl ?? '');
  }

  cdp.listen((method, params, sessionId) => {
    if (method === 'Target.attachedToTarget') {
      const info = params.targetInfo as { type: string; url: string; browserContextId?: string };
      const child = params.sessionId as string;
      if (info.browserContextId !== contextId) {
        cdp.send('Runtime.runIfWaitingForDebugger', {}, child).catch(() => null);
        return;
      }
      attached += 1;
      sessions.set(child, { targetUrl: info.url, storageKeys: new Set() });
      prepare(child, info.type).catch(() => null);
      return;
    }
    if (sessionId === undefined || !sessions.has(sessionId)) return;
    onEvent(method, params, seen, storage);
  });
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true });
  await waitFor(() => ready === attached, 'the record to stand');

  return {
    seen,
    take() {
      const taken: Seen = { requests: [...seen.requests], sockets: [...seen.sockets], setCookies: [...seen.setCookies] };
      for (const list of Object.values(seen)) list.length = 0;
      return taken;
    },
    async kept() {
      const { databases, caches } = await databasesOf(context);
      return {
        cookies: await cookiesOf(cdp, contextId),
        storage: [...storage].sort(),
        databases,
        caches,
        serviceWorkers: [...workers].sort(),
      };
    },
    close: () => cdp.close(),
  };
}

function onEvent(method: string, params: CdpParams, seen: Seen, storage: Set<string>): void {
  if (method === 'Network.requestWillBeSent') {
    const request = params.request as { url: string; method: string };
    // data: and blob: addresses ask nobody, and chrome: pages are the browser's own furniture.
    if (!/^(https?|wss?):/.test(request.url)) return;
    seen.requests.push({ method: request.method, url: request.url, type: String(params.type ?? 'Other') });
  } else if (method === 'Network.webSocketCreated') {
    seen.sockets.push(String(params.url));
  } else if (method === 'Network.responseReceivedExtraInfo') {
    const headers = params.headers as Record<string, string>;
    for (const [name, value] of Object.entries(headers)) {
      if (name.toLowerCase() === 'set-cookie') seen.setCookies.push(...value.split('\n'));
    }
  } else if (method === 'DOMStorage.domStorageItemAdded') {
    storage.add(itemName(params));
  } else if (method === 'DOMStorage.domStorageItemRemoved') {
    storage.delete(itemName(params));
  } else if (method === 'DOMStorage.domStorageItemsCleared') {
    const end = itemName({ ...params, key: '' }).split(' ');
    for (const item of storage) if (item.startsWith(`${end[0]} `) && item.endsWith(` ${end.at(-1)}`)) storage.delete(item);
  }
}

function itemName(params: CdpParams): string {
  const { storageKey = '', isLocalStorage } = params.storageId as { storageKey?: string; isLocalStorage: boolean };
  // A storage key is the origin with its partition behind a caret.
  const origin = storageKey.split('^')[0]?.replace(/\/$/, '') ?? '';
  return `${isLocalStorage ? 'localStorage' : 'sessionStorage'} ${String(params.key)} @ ${origin}`;
}

interface CdpCookie {
  name: string;
  domain: string;
  partitionKey?: { topLevelSite: string } | string;
}

async function cookiesOf(cdp: Cdp, browserContextId: string): Promise<string[]> {
  const { cookies } = (await cdp.send('Storage.getCookies', { browserContextId })) as unknown as { cookies: CdpCookie[] };
  return cookies
    .map(({ name, domain, partitionKey }) => {
      const site = typeof partitionKey === 'object' ? partitionKey.topLevelSite : partitionKey;
      return `${name} @ ${site ?? domain}`;
    })
    .sort();
}

/** What each frame that now stands can see of databases and caches; the widget's frame is in the same partition. */
async function databasesOf(context: BrowserContext): Promise<Pick<KeptState, 'databases' | 'caches'>> {
  const databases = new Set<string>();
  const caches = new Set<string>();
  for (const frame of context.pages().flatMap((page) => page.frames())) {
    const found = await frame
      .evaluate(async () => ({
        origin: location.origin,
        databases: 'indexedDB' in globalThis ? (await indexedDB.databases()).map(({ name }) => name ?? '') : [],
        caches: 'caches' in globalThis ? await caches.keys() : [],
      }))
      // A frame that went away while it was asked, or that may keep nothing.
      .catch(() => null);
    for (const name of found?.databases ?? []) databases.add(`${name} @ ${found?.origin}`);
    for (const name of found?.caches ?? []) caches.add(`${name} @ ${found?.origin}`);
  }
  return { databases: [...databases].sort(), caches: [...caches].sort() };
}

async function contextIdOf(context: BrowserContext): Promise<string> {
  const page: Page = context.pages()[0] ?? (await context.newPage());
  const session = await context.newCDPSession(page);
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.detach();
  if (targetInfo.browserContextId === undefined) throw new Error('Chromium does not say which context this is');
  return targetInfo.browserContextId;
}
