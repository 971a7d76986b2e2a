import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Pinned } from '../../server/sites/pinned.ts';
import { INSECURE_HOST } from './browser.ts';
import { ATTRIBUTES, isManager, MANAGERS, type ManagerKind, managerFile, managerHead } from './managers/pages.ts';

/**
 * Host pages of other sites than the relay. Chromium resolves every `*.localhost` name to loopback, takes each for a
 * site of its own and calls them trustworthy, so these are true cross-site tests without certificates.
 */
export type HostKind =
  | 'bare' // no snippet: what a page costs without us
  | 'plain'
  | 'strict' // CSP with a nonce and our origin only, Trusted Types
  | 'dynamic' // CSP with a nonce and strict-dynamic, Trusted Types
  | 'coep' // cross-origin isolated
  | 'insecure' // plain http under a name that is not localhost: no secure context
  | 'turbo' // swaps `body`
  | 'turbo-body' // the same, with the snippet in the body, which Turbo runs again at each visit
  | 'twice' // the snippet, pasted in two places
  | 'spa' // pushState
  | 'pinned' // the loader of one release, with its checksum
  | 'long' // scrolls far, links away: the back-forward cache
  | ManagerKind // with a consent manager of its own
  | 'hostile'; // CSS that touches everything, patched prototypes

export interface HostPages {
  /** Every origin that a page with the snippet is served from: what the site's owner would list. */
  origins: string[];
  url(kind: HostKind, path?: string): string;
  /** Which relay the snippets name, and which loader the pinned one; set it before the first page is opened. */
  embed(relayOrigin: string, pinned?: Pinned): void;
  close(): Promise<void>;
}

const KINDS: HostKind[] = [
  ...([
    'bare',
    'plain',
    'strict',
    'dynamic',
    'coep',
    'insecure',
    'turbo',
    'turbo-body',
    'twice',
    'spa',
    'pinned',
    'long',
  ] as const),
  ...MANAGERS,
  'hostile',
];
const turboFile = createRequire(import.meta.url).resolve('@hotwired/turbo/dist/turbo.es2017-umd.js');

export async function startHostPages(): Promise<HostPages> {
  let relay = 'http://localhost:9';
  let pinned: Pinned | undefined;
  const server = createServer((req, res) => void answer(req, res, relay, pinned));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const originOf = (kind: HostKind): string => `http://${kind === 'insecure' ? INSECURE_HOST : `${kind}.localhost`}:${port}`;
  return {
    origins: KINDS.filter((kind) => kind !== 'bare').map(originOf),
    url: (kind, path = '/') => originOf(kind) + path,
    embed: (origin, pin) => {
      relay = origin;
      pinned = pin;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(req: IncomingMessage, res: ServerResponse, relay: string, pinned?: Pinned): Promise<void> {
  const host = (req.headers.host ?? '').split(':')[0] ?? '';
  const kind = host === INSECURE_HOST ? 'insecure' : (KINDS.find((one) => host === `${one}.localhost`) ?? null);
  const path = new URL(req.url ?? '/', 'http://host').pathname;
  if (path === '/turbo.js') {
    res.setHeader('content-type', 'text/javascript');
    createReadStream(turboFile).pipe(res);
    return;
  }
  const file = kind && isManager(kind) ? await managerFile(path) : null;
  if (file) {
    res.setHeader('content-type', path.endsWith('.css') ? 'text/css' : 'text/javascript');
    if ('text' in file) res.end(file.text);
    else createReadStream(file.file).pipe(res);
    return;
  }
  if (kind === null || path === '/favicon.ico') {
    res.writeHead(404).end();
    return;
  }
  const nonce = randomBytes(16).toString('base64');
  for (const [name, value] of Object.entries(headersOf(kind, relay, nonce))) res.setHeader(name, value);
  res.setHeader('content-type', 'text/html; charset=utf-8');
  res.end(pageOf(kind, path, nonce, snippetOf(kind, path, relay, nonce, pinned)));
}

function headersOf(kind: HostKind, relay: string, nonce: string): Record<string, string> {
  const trusted = "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; object-src 'none'";
  switch (kind) {
    case 'strict':
      return {
        'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}' ${relay}; frame-src ${relay}; style-src 'nonce-${nonce}'; ${trusted}`,
      };
    case 'dynamic':
      return {
        'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}' 'strict-dynamic'; frame-src ${relay}; style-src 'nonce-${nonce}'; ${trusted}`,
      };
    case 'coep':
      return { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
    default:
      return {};
  }
}

function snippetOf(kind: HostKind, path: string, relay: string, nonce: string, pinned?: Pinned): string {
  if (kind === 'bare' || path === '/outer') return '';
  if (kind === 'pinned')
    return `<script async src="${relay}${pinned?.path}" integrity="${pinned?.integrity}" crossorigin="anonymous"></script>`;
  const attributes = isManager(kind) ? ` ${ATTRIBUTES[kind]}` : '';
  return `<script async nonce="${nonce}" src="${relay}/s/demo.js"${attributes}></script>`;
}

function pageOf(kind: HostKind, path: string, nonce: string, snippet: string): string {
  return `<!doctype html>
<html lang="${path.startsWith('/vi') ? 'vi' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${kind} ${path}</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">body { font: 16px/1.5 sans-serif; margin: 2rem; } .tall { height: 4000px; }${kind === 'hostile' ? HOSTILE_CSS : ''}</style>
${kind.startsWith('turbo') ? `<script nonce="${nonce}" src="/turbo.js"></script>` : ''}
${kind === 'spa' ? `<script nonce="${nonce}">${SPA}</script>` : ''}
${kind === 'hostile' ? `<script nonce="${nonce}">${HOSTILE_SCRIPT}</script>` : ''}
${isManager(kind) ? managerHead(kind, path) : ''}
${kind === 'turbo-body' ? '' : snippet}
</head>
<body>
<h1>${kind} ${path}</h1>
<p><a id="home" href="/">Home</a> <a id="next" href="/next">Next page</a> <button id="own" type="button">A button of the page</button></p>
<label>A field of the page <input id="field"></label>
${path === '/outer' ? '<iframe id="inner" src="/inner" width="480" height="760" title="The page within"></iframe>' : ''}
${kind === 'turbo-body' || kind === 'twice' ? snippet : ''}
${kind === 'long' ? '<div class="tall">A long page.</div><p id="end">The end.</p>' : ''}
</body>
</html>
`;
}

/** Links change the page in place, as a router does. */
const SPA = `
addEventListener('click', (event) => {
  const link = event.target.closest?.('a');
  if (!link) return;
  event.preventDefault();
  history.pushState({}, '', link.href);
  document.querySelector('h1').textContent = 'spa ' + location.pathname;
  document.title = 'spa ' + location.pathname;
});`;

const HOSTILE_CSS = `
* { all: revert; color: red !important; box-sizing: content-box !important; letter-spacing: 3px !important; }
div, iframe, button { display: inline-block !important; width: 11px !important; opacity: 0.3 !important; transform: rotate(3deg) !important; }`;

const HOSTILE_SCRIPT = `
Array.prototype.toJSON = function () { return 'patched'; };
Object.prototype.toJSON = undefined;
Array.prototype.map = function () { throw new Error('patched map'); };
Object.defineProperty(Object.prototype, 'polluted', { value: 1, enumerable: true, configurable: true, writable: true });`;
