import type { BrowserContext, Page } from 'playwright-core';

/** Everything that leaves a context, to the letter: addresses, headers, bodies, and what goes into sockets. */
export interface Wire {
  sent: string[];
  /** What went into sockets, apart. */
  frames: string[];
  /** The bodies of POSTs to a path. */
  bodies(path: string): unknown[];
  clear(): void;
}

export function tapWire(context: BrowserContext): Wire {
  const sent: string[] = [];
  const frames: string[] = [];
  const posts: { path: string; body: string }[] = [];
  context.on('request', (request) => {
    const body = request.postData();
    sent.push(`${request.method()} ${request.url()} ${JSON.stringify(request.headers())} ${body ?? ''}`);
    if (body !== null) posts.push({ path: new URL(request.url()).pathname, body });
  });
  context.on('page', (page: Page) => {
    page.on('websocket', (socket) => {
      sent.push(`socket ${socket.url()}`);
      socket.on('framesent', ({ payload }) => {
        sent.push(String(payload));
        frames.push(String(payload));
      });
    });
  });
  return {
    sent,
    frames,
    bodies: (wanted) => posts.filter(({ path }) => path === wanted).map(({ body }) => JSON.parse(body) as unknown),
    clear: () => {
      sent.length = 0;
      frames.length = 0;
    },
  };
}
