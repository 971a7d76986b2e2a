/** A connection to Chromium's own debugging protocol, beside Playwright's: a few lines that only send and listen. */

export type CdpParams = Record<string, unknown>;
type Listener = (method: string, params: CdpParams, sessionId: string | undefined) => void;

interface Reply {
  id?: number;
  method?: string;
  params?: CdpParams;
  result?: CdpParams;
  error?: { message: string };
  sessionId?: string;
}

export interface Cdp {
  send(method: string, params?: CdpParams, sessionId?: string): Promise<CdpParams>;
  listen(listener: Listener): void;
  close(): void;
}

export async function openCdp(debugUrl: string): Promise<Cdp> {
  const socket = new WebSocket(debugUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error(`no debugging connection to ${debugUrl}`)), { once: true });
  });
  const listeners: Listener[] = [];
  const waiting = new Map<number, { resolve: (result: CdpParams) => void; reject: (error: Error) => void }>();
  let next = 0;
  socket.addEventListener('message', (event: MessageEvent<string>) => {
    const reply = JSON.parse(event.data) as Reply;
    if (reply.id !== undefined) {
      const call = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (reply.error) call?.reject(new Error(reply.error.message));
      else call?.resolve(reply.result ?? {});
    } else if (reply.method !== undefined) {
      for (const listener of listeners) listener(reply.method, reply.params ?? {}, reply.sessionId);
    }
  });
  return {
    send(method, params = {}, sessionId) {
      const id = ++next;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
      });
    },
    listen: (listener) => listeners.push(listener),
    close: () => socket.close(),
  };
}
