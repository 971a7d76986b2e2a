import { type Request, Router } from 'express';
import { type ErasedForGood, formRequest, receiptsRequest, rectifyRequest } from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { exportJsonSchema } from '../../shared/export.ts';
import type { Context } from '../context.ts';
import { dropChatCookie, readCookie } from '../middleware/cookies.ts';
import { bodyOf, post, requestIdOf } from '../middleware/guards.ts';
import { conversationOfLink } from '../receipts/receipt-links.ts';
import { requireHolder, type Speaker } from '../visitors/sessions.ts';
import { eraseVisitor } from './erase.ts';
import { exportOf } from './export.ts';
import { formAsGiven, rectify } from './rectify.ts';
import { zipOf } from './zip.ts';

/** What a visitor may ask for by right: from the chat by its session or its cookie, or by the link of a receipt. */
export function privacyRoutes(ctx: Context): Router {
  const router = Router();
  const holder = (session: string | null, req: Request): Promise<Speaker> =>
    requireHolder(ctx, session, readCookie(req, CHAT_COOKIE));
  router.post(
    '/privacy/form',
    post(formRequest, async ({ session }, req) => formAsGiven(ctx, await holder(session, req))),
  );
  router.post(
    '/privacy/rectify',
    post(rectifyRequest, async ({ session, ...form }, req) => rectify(ctx, await holder(session, req), form, requestIdOf(req))),
  );
  router.post(
    '/privacy/erase',
    post(formRequest, async ({ session }, req, res): Promise<ErasedForGood> => {
      const { conversation } = await holder(session, req);
      const order = { actor: { kind: 'visitor' as const }, reason: 'request' as const };
      const { certificate } = await eraseVisitor(ctx, { conversationId: conversation.id }, order);
      dropChatCookie(req, res);
      return { certificate };
    }),
  );
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
