import { type Request, type RequestHandler, type Response, Router } from 'express';
import { type ErasedForGood, formRequest, receiptsRequest, rectifyRequest } from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { exportJsonSchema } from '../../shared/export.ts';
import type { Context } from '../context.ts';
import { dropChatCookie, readCookie } from '../middleware/cookies.ts';
import { addressOf, bodyOf, post, requestIdOf } from '../middleware/guards.ts';
import { conversationOfLink } from '../receipts/receipt-links.ts';
import { requireHolder, type Speaker } from '../visitors/sessions.ts';
import { type ErasureOrder, eraseVisitor } from './erase.ts';
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
    seldom(ctx),
    post(formRequest, async ({ session }, req, res): Promise<ErasedForGood> => {
      const { conversation } = await holder(session, req);
      const { certificate, told } = await eraseVisitor(ctx, { conversationId: conversation.id }, OWN_WISH);
      dropChatCookie(req, res);
      return { certificate, told };
    }),
  );
  router.post('/privacy/export', seldom(ctx), async (req, res) => {
    const { conversation } = await holder(bodyOf(formRequest, req).session, req);
    await sendEverything(ctx, conversation.id, res);
  });
  router.post('/receipts/export', seldom(ctx), async (req, res) => {
    const { id } = await conversationOfLink(ctx, bodyOf(receiptsRequest, req).token);
    await sendEverything(ctx, id, res);
  });
  router.post(
    '/receipts/erase',
    seldom(ctx),
    post(receiptsRequest, async ({ token }): Promise<ErasedForGood> => {
      const { id } = await conversationOfLink(ctx, token);
      const { certificate, told } = await eraseVisitor(ctx, { conversationId: id }, OWN_WISH);
      return { certificate, told };
    }),
  );
  return router;
}

const OWN_WISH: ErasureOrder = { actor: { kind: 'visitor' }, reason: 'request' };

/** Refuses who asks for heavy things again and again (PR-52). */
function seldom(ctx: Context): RequestHandler {
  return async (req, _res, next) => {
    await ctx.limits.consume('rightsPerAddress', addressOf(req));
    next();
  };
}

async function sendEverything(ctx: Context, conversationId: string, res: Response): Promise<void> {
  const archive = await zipOf(await exportOf(ctx, { conversationId }, 'visitor'), ctx.clock());
  res
    .attachment(`parley-${new Date(ctx.clock()).toISOString().slice(0, 10)}.zip`)
    .type('application/zip')
    .send(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength));
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
