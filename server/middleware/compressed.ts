import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);
const TEXT = /\.(js|css|html|svg|json)$/;
/** Pages differ by site and notice, not by visitor: a few bodies cover them all. */
const REMEMBERED = 200;

type Encoding = 'br' | 'gzip' | 'identity';

/** The smallest that the client takes: browsers name gzip first, out of habit. */
function encodingFor(req: Request): Encoding {
  if (req.acceptsEncodings('br')) return 'br';
  return req.acceptsEncodings('gzip') ? 'gzip' : 'identity';
}

/** Pairs of postfix bits and direct distances. Which of them fits a file best hangs on a name in it: all are tried. */
const SHAPES = [
  [0, 0],
  [0, 15],
  [1, 0],
] as const;

/** Brotli as small as it gets, for what is kept and sent again. */
export async function smallestBrotli(body: Buffer): Promise<Buffer> {
  const tries = await Promise.all(SHAPES.map(([postfix, direct]) => withBrotli(body, 11, postfix, direct)));
  return tries.reduce((least, one) => (one.length < least.length ? one : least));
}

function withBrotli(body: Buffer, quality: number, postfix = 0, direct = 0): Promise<Buffer> {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    [constants.BROTLI_PARAM_NPOSTFIX]: postfix,
    [constants.BROTLI_PARAM_NDIRECT]: direct,
  };
  return brotli(body, { params });
}

/** Quality 11 for what is kept and sent again, 5 for what is sent once. */
async function encode(body: Buffer, encoding: Encoding, isKept = true): Promise<Buffer> {
  if (encoding === 'identity') return body;
  if (encoding === 'gzip') return gzipped(body);
  return isKept ? smallestBrotli(body) : withBrotli(body, 5);
}

/** Keeps what was encoded, so that each body is compressed once and as well as can be. */
class Encoded {
  readonly #kept = new Map<string, Promise<Buffer>>();

  get(key: string, body: Buffer, encoding: Encoding): Promise<Buffer> {
    const name = `${encoding} ${key}`;
    const known = this.#kept.get(name);
    if (known) return known;
    const fresh = encode(body, encoding);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size >= REMEMBERED && !oldest.done) this.#kept.delete(oldest.value);
    this.#kept.set(name, fresh);
    return fresh;
  }
}

const bodies = new Encoded();

/**
 * Sends a text compressed as the browser likes it. One that is the same for every visitor (`shared`) is kept; one that
 * is not is forgotten at once. It must hold no secret: compression would tell.
 */
export async function sendCompressed(req: Request, res: Response, type: string, text: string, shared = true): Promise<void> {
  const encoding = encodingFor(req);
  const raw = Buffer.from(text);
  const body = await (shared ? bodies.get(text, raw, encoding) : encode(raw, encoding, false));
  if (encoding !== 'identity') res.set('Content-Encoding', encoding);
  res.vary('Accept-Encoding').type(type).send(body);
}

/**
 * Serves the files of a folder from memory: their names are known from the start, so no path of a request ever
 * reaches the disk.
 */
export function compressedFiles(dir: string, headers: Record<string, string>): RequestHandler {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(dir.length).replaceAll('\\', '/'), readFileSync(path));
  }
  const encoded = new Encoded();
  return async (req, res, next) => {
    const file = files.get(req.path);
    if (!file || (req.method !== 'GET' && req.method !== 'HEAD')) {
      next();
      return;
    }
    const encoding = TEXT.test(req.path) ? encodingFor(req) : 'identity';
    const body = await encoded.get(req.path, file, encoding);
    if (encoding !== 'identity') res.set('Content-Encoding', encoding);
    res
      .set(headers)
      .vary('Accept-Encoding')
      .type(req.path.slice(req.path.lastIndexOf('.')))
      .send(body);
  };
}
