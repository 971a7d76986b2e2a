import { Router } from 'express';
import { receiptsRequest } from '../../shared/api.ts';
import { exportJsonSchema } from '../../shared/export.ts';
import { conversationOfLink } from '../consent/receipt-links.ts';
import type { Context } from '../context.ts';
import { bodyOf } from '../middleware/guards.ts';
import { exportOf } from './export.ts';
import { zipOf } from './zip.ts';

/** What a visitor asks for by right, with the token of a receipt's link and no account. */
export function exportRoutes(ctx: Context): Router {
  const router = Router();
  router.post('/receipts/export', async (req, res) => {
    const { token } = bodyOf(receiptsRequest, req);
    const { id } = await conversationOfLink(ctx, token);
    const archive = await zipOf(await exportOf(ctx, { conversationId: id }, 'visitor'), ctx.clock());
    res
      .attachment(`parley-${new Date(ctx.clock()).toISOString().slice(0, 10)}.zip`)
      .type('application/zip')
      .send(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength));
  });
  return router;
}

/** The form of an export, published: whoever gets one can check it without this relay. */
export function privacyPages(ctx: Context): Router {
  const router = Router();
  // Made when it is first asked for: only then is the origin known for certain.
  let schema: ReturnType<typeof exportJsonSchema> | null = null;
  router.get('/.well-known/parley-export-schema.json', (_req, res) => {
    schema ??= exportJsonSchema(ctx.origin);
    res.set('Cache-Control', 'public, max-age=300').type('application/schema+json').send(schema);
  });
  return router;
}
