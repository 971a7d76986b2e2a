import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { PeerFiles } from './peers.ts';

const brotli = promisify(brotliCompress);
const demoDir = fileURLToPath(new URL('../../../../server/demo/public/', import.meta.url));
/** The snippet as it stands in the demo's page. */
const SNIPPET = /<script async src="__RELAY__[^"]*"><\/script>/;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};

/** The demo's shop page, with one chat, another, or none, and the peers' files on a host of their own. */
export interface Shop {
  /** `bare` is the page without any snippet; else a name of `embed`, or of a peer. */
  url(chat: string): string;
  /** What sites allow to embed them. */
  origin: string;
  embed(relayOrigin: string): void;
  close(): Promise<void>;
}

export async function openShop(peers: PeerFiles[]): Promise<Shop> {
  const compressed = new Map<string, Promise<Buffer>>();
  let relay = '';
  let port = 0;
  const peersOrigin = (): string => `http://peers.localhost:${port}`;

  async function pageOf(chat: string): Promise<string | null> {
    const html = await readFile(join(demoDir, 'index.html'), 'utf8');
    const snippet = SNIPPET.exec(html)?.[0];
    if (snippet === undefined) throw new Error('the demo page has no snippet to take out');
    const peer = peers.find((one) => one.peer.name === chat)?.peer;
    if (chat !== 'bare' && chat !== 'parley' && !peer) return null;
    const embedded = chat === 'parley' ? snippet : (peer?.snippet(peersOrigin()) ?? '');
    return html.replace(snippet, () => embedded).replaceAll('__RELAY__', relay);
  }

  async function peerFile(path: string): Promise<{ body: Buffer; type: string } | null> {
    const served = peers.find(({ peer }) => path === peer.mount || path.startsWith(`${peer.mount}/`));
    if (!served) return null;
    const { frame, mount } = served.peer;
    const within = normalize(path.slice(mount.length) || '/');
    if (within === '/' && frame) {
      const html = await readFile(join(served.dir, frame.file), 'utf8');
      return { body: Buffer.from(html.replace('<head>', () => `<head>${frame.added(peersOrigin())}`)), type: '.html' };
    }
    const body = await readFile(join(served.dir, within)).catch(() => null);
    return body && { body, type: extname(within) };
  }

  async function find(host: string, path: string): Promise<{ body: Buffer; type: string } | null> {
    if (host === 'peers.localhost') return peerFile(path);
    if (path.startsWith('/demo/')) {
      const name = normalize(path.slice('/demo'.length));
      const body = await readFile(join(demoDir, name)).catch(() => null);
      return body && { body, type: extname(name) };
    }
    const page = await pageOf(path.slice(1));
    return page === null ? null : { body: Buffer.from(page), type: '.html' };
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname } = new URL(req.url ?? '/', 'http://host');
    res.setHeader('access-control-allow-origin', '*');
    res.setHeader('access-control-allow-headers', '*');
    if (req.method === 'OPTIONS') {
      res.writeHead(204).end();
      return;
    }
    const found = req.method === 'GET' ? await find((req.headers.host ?? '').split(':')[0] ?? '', decodeURI(pathname)) : null;
    if (!found) {
      // The peers' own servers are not here; what asks them hears so in JSON, which is what they read.
      res.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    res.setHeader('content-type', TYPES[found.type] ?? 'application/octet-stream');
    let { body } = found;
    // As a good host would: text at brotli's best, compressed once.
    if (found.type !== '.png' && /\bbr\b/.test(String(req.headers['accept-encoding']))) {
      const key = `${req.headers.host}${pathname}`;
      const known = compressed.get(key) ?? brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
      compressed.set(key, known);
      body = await known;
      res.setHeader('content-encoding', 'br');
    }
    res.setHeader('content-length', body.length);
    res.end(body);
  }

  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => {
      console.error(error);
      res.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  const origin = `http://shop.localhost:${port}`;
  return {
    origin,
    url: (chat) => `${origin}/${chat}`,
    embed: (relayOrigin) => {
      relay = relayOrigin;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
