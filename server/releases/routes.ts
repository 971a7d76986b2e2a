import type { RequestHandler } from 'express';
import type { Context } from '../context.ts';
import { sendCompressed } from '../middleware/compressed.ts';
import { CROSS_ORIGIN, IMMUTABLE } from '../middleware/headers.ts';

/** Files of earlier builds, for tabs and pinned loaders that still name them. */
export function earlierFiles(ctx: Context): RequestHandler {
  return async (req, res, next) => {
    const [, name, type] = /^\/([\w-]{1,80}\.(js|css|wav))$/.exec(req.path) ?? [];
    const body = name && req.method === 'GET' ? await ctx.store.read.releaseFile(`assets/${name}`) : null;
    if (!type || !body) return next();
    res.set({ ...CROSS_ORIGIN, 'Cache-Control': IMMUTABLE });
    if (type === 'wav') res.type(type).send(Buffer.from(body));
    else await sendCompressed(req, res, type, Buffer.from(body).toString('utf8'));
  };
}
