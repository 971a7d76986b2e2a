import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SECOND } from '../shared/limits.ts';
import { ensureOwner } from './agents/login.ts';
import { distDir, loadAssets } from './assets.ts';
import { keepAuditCopied } from './audit/copy-keeper.ts';
import type { Config } from './config.ts';
import { keepExpiring } from './consent/expire.ts';
import { type Context, createContext, type Overrides } from './context.ts';
import { followBuilds } from './dev/builds.ts';
import { createHttp } from './http.ts';
import { keepOrigin } from './last-origin.ts';
import { keepHeads } from './ledger/head-keeper.ts';
import { draftForSettings } from './notices/settings-draft.ts';
import { keepErased } from './privacy/keep-erased.ts';
import { createRealtime } from './realtime.ts';
import { archiveRelease } from './releases/archive.ts';
import { keepRequests } from './requests/keep-requests.ts';
import { keepRestricted } from './restriction/keep-restricted.ts';
import { keepRetention } from './retention/job.ts';
import { ensureDemoSite } from './sites/demo-site.ts';
import { keepTelling } from './webhooks/keep-telling.ts';

export interface Relay {
  /** The public origin: where the console and the frame are. */
  origin: string;
  port: number;
  ctx: Context;
  /** Stops accepting, finishes what was begun, closes sockets so that clients come back, closes the store. */
  close(): Promise<void>;
}

/** The start stops on this, with its one line. */
class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/** Starts the relay: environment is read, parts are made, what is missing in the store is put there, doors open last. */
export async function startRelay(config: Config, overrides: Overrides = {}): Promise<Relay> {
  const ctx = await createContext(config, overrides);
  const server = createServer({ requestTimeout: 30 * SECOND, headersTimeout: 15 * SECOND, keepAliveTimeout: 65 * SECOND });
  try {
    server.on('request', notYet);
    const port = await listen(server, config);
    ctx.origin = config.publicUrl ?? `http://localhost:${port}`;
    try {
      keepOrigin(config, ctx.origin);
    } catch (error) {
      // Beside PostgreSQL there may be no folder to write in: only the links of the command line miss it.
      ctx.log.warn({ err: error }, 'origin not kept');
    }
    await archiveRelease(ctx);
    await ensureDemoSite(ctx);
    await draftForSettings(ctx);
    if (config.owner) await ensureOwner(ctx, config.owner);
    // HTTP first: the sockets wrap the listeners they find and pass on what is not theirs.
    server.off('request', notYet);
    const pages = servePages(ctx);
    server.on('request', pages.handle);
    const realtime = createRealtime(ctx, server);
    const keepers = [
      keepHeads(ctx),
      keepExpiring(ctx),
      keepErased(ctx),
      keepAuditCopied(ctx),
      keepRestricted(ctx),
      keepTelling(ctx),
      keepRetention(ctx),
      keepRequests(ctx),
    ];
    return {
      origin: ctx.origin,
      port,
      ctx,
      async close() {
        pages.stop();
        await Promise.all(keepers.map((keeper) => keeper.stop()));
        await realtime.close();
        server.closeAllConnections();
        await ctx.store.close();
      },
    };
  } catch (error) {
    // An open door would keep the process, which then neither serves nor ends.
    server.close();
    server.closeAllConnections();
    await ctx.store.close();
    throw error;
  }
}

/** Express; while somebody works on the front ends, anew on each of their builds, with the sockets left alone. */
function servePages(ctx: Context): { handle(req: IncomingMessage, res: ServerResponse): void; stop(): void } {
  if (!ctx.config.dev) return { handle: createHttp(ctx), stop: () => undefined };
  const builds = followBuilds(distDir(), () => {
    try {
      ctx.assets = loadAssets();
      app = createHttp(ctx, builds);
      ctx.log.info('serving what was built');
      return true;
    } catch (error) {
      ctx.log.warn({ err: error }, 'what was built cannot be served');
      return false;
    }
  });
  let app = createHttp(ctx, builds);
  return { handle: (req, res) => app(req, res), stop: builds.stop };
}

/** The port is known only once it is open: who comes before the doors are ready is told to come again. */
function notYet(_req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(503, { 'Retry-After': '1', Connection: 'close' }).end();
}

function listen(server: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new CannotListen(listenFault(error, host, port)));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function listenFault({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what uses it, or set PORT.`;
  if (code === 'EACCES') return `Port ${port} may not be opened by this account: set PORT to one above 1023.`;
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL' || code === 'EAI_AGAIN')
    return `HOST must be an address of this machine, such as 127.0.0.1 or 0.0.0.0; "${host}" is none.`;
  return message;
}
