/**
 * How host page and frame talk. Both sides check the exact source and the exact origin of every message and parse what
 * they got; neither ever posts to `*`. The host speaks first: the frame learns the host's origin from the browser.
 */

/** What the host code tells the frame. */
export type ToFrame =
  /** First word after each load of the frame. */
  | { type: 'hello' }
  /** The panel is on the screen, or put away. `privacy` asks for that view. */
  | { type: 'shown'; open: boolean; privacy: boolean; phone: boolean }
  /** Origin and path of the page, as asked. */
  | { type: 'page'; page: string | null }
  /** Another tab of this site has got the chat cookie. */
  | { type: 'joined' };

/** What the frame tells the host code. */
export type ToHost =
  | { type: 'ready' }
  | { type: 'close' }
  | { type: 'ask-page' }
  /** Until when the chat is kept: the mark on the host's origin is written, or with null removed. */
  | { type: 'keep'; until: number | null }
  | { type: 'unread'; count: number }
  /** Would anything be lost if the frame went away now? */
  | { type: 'running'; running: boolean };

/** The frame wants to know what the page's consent manager says: heard by `managed-bridge.ts`, where there is one. */
export interface AskManaged {
  type: 'ask-managed';
}

type Fields = Record<string, unknown>;

function fieldsOf(data: unknown): Fields | null {
  const fields = typeof data === 'object' && data !== null ? (data as Fields) : null;
  return fields?.parley === 1 ? fields : null;
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The message of a host, or null for anything else. */
export function parseToFrame(data: unknown): ToFrame | null {
  const { type, open, privacy, phone, page } = fieldsOf(data) ?? {};
  if (type === 'hello' || type === 'joined') return { type };
  if (type === 'shown' && isBoolean(open) && isBoolean(privacy) && isBoolean(phone)) return { type, open, privacy, phone };
  if (type === 'page' && (page === null || (typeof page === 'string' && /^https?:\/\/[^?#\s]{1,1990}$/.test(page)))) {
    return { type, page };
  }
  return null;
}

/** The message of a frame, or null for anything else. */
export function parseToHost(data: unknown): ToHost | null {
  const { type, until, count, running } = fieldsOf(data) ?? {};
  if (type === 'ready' || type === 'close' || type === 'ask-page') return { type };
  if (type === 'keep' && (until === null || isCount(until))) return { type, until };
  if (type === 'unread' && isCount(count)) return { type, count };
  if (type === 'running' && isBoolean(running)) return { type, running };
  return null;
}

/** The host's end. `frame` gives the window of the frame as it is now. Gives the way to stop listening. */
export function listenToFrame(frame: () => Window | null, origin: string, heard: (message: ToHost) => void): () => void {
  const listen = (event: MessageEvent): void => {
    if (event.origin !== origin || !event.source || event.source !== frame()) return;
    const message = parseToHost(event.data);
    if (message) heard(message);
  };
  addEventListener('message', listen);
  return () => removeEventListener('message', listen);
}

/** Posts to a frame of exactly this origin. */
export function tellFrame(frame: Window | null, origin: string, message: ToFrame): void {
  frame?.postMessage({ parley: 1, ...message }, origin);
}

/** The frame's end. */
export interface HostPort {
  tell(message: ToHost | AskManaged): void;
  /** Calls for every message from now on; gives the way to stop. */
  listen(heard: (message: ToFrame) => void): () => void;
}

/**
 * Waits for the first word of the page around the frame. Who may be that page is what `frame-ancestors` enforces;
 * from its first word on, only that window with that origin is heard and spoken to.
 */
export function openHostPort(parent: Window, ancestor: string | undefined): HostPort {
  let host: string | null = null;
  const waiting: (ToHost | AskManaged)[] = [];
  const listeners = new Set<(message: ToFrame) => void>();
  const post = (message: ToHost | AskManaged): void => {
    if (host === null) waiting.push(message);
    else parent.postMessage({ parley: 1, ...message }, host);
  };
  addEventListener('message', (event: MessageEvent) => {
    if (event.source !== parent || event.origin === 'null') return;
    if (host === null ? ancestor !== undefined && ancestor !== event.origin : host !== event.origin) return;
    const message = parseToFrame(event.data);
    if (message?.type === 'hello') {
      host = event.origin;
      post({ type: 'ready' });
      for (const one of waiting.splice(0)) post(one);
    } else if (message && host !== null) {
      for (const listener of listeners) listener(message);
    }
  });
  return {
    tell: post,
    listen(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
}
