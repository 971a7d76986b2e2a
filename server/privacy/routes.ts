import { type Request, type RequestHandler, type Response, Router } from 'express';
import {
  type ErasedForGood,
  type FormRequest,
  formRequest,
  ownRequest,
  receiptsRequest,
  rectifyRequest,
} from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { exportJsonSchema } from '../../shared/export.ts';
import type { Survivors } from '../../shared/survivors.ts';
import type { Context } from '../context.ts';
import { dropChatCookie, readCookie } from '../middleware/cookies.ts';
import { addressOf, bodyOf, post, requestIdOf } from '../middleware/guards.ts';
import { conversationOfLink, recordOpening } from '../receipts/receipt-links.ts';
import type { ConversationRow } from '../store/rows.ts';
import { requireHolder, type Speaker } from '../visitors/sessions.ts';
import { type ErasureOrder, eraseVisitor } from './erase.ts';
import { exportOf } from './export.ts';
import { formAsGiven, rectify } from './rectify.ts';
import { survivorsOf } from './survivors.ts';
import { zipOf } from './zip.ts';

/** What a visitor may ask for by right: from the chat by its session or its cookie, or by the link of a receipt. */
export function privacyRoutes(ctx: Context): Router {
  const router = Router();
  const holder = (session: string | null, req: Request): Promise<Speaker> =>
    requireHolder(ctx, session, readCookie(req, CHAT_COOKIE));
  const byLinkOr = async ({ session, link }: FormRequest, req: Request): Promise<Pick<Speaker, 'conversation'>> =>
    link === undefined ? holder(session, req) : { conversation: await conversationOfLink(ctx, link) };
  router.post(
    '/privacy/form',
    post(formRequest, async (body, req) => {
      const found = await byLinkOr(body, req);
      // As the receipts themselves: who comes by a link needs no account (PR-81).
      if (body.link !== undefined) await recordOpening(ctx, body.link);
      return formAsGiven(ctx, found);
    }),
  );
  router.post(
    '/privacy/rectify',
    post(rectifyRequest, async (body, req) => {
      const found = await byLinkOr(body, req);
      // Each is told to recipients and written down.
      await ctx.limits.consume('changesPerVisitor', found.conversation.visitorId);
      return rectify(ctx, found, body, requestIdOf(req));
    }),
  );
  router.post(
    '/privacy/survivors',
    post(formRequest, async (body, req): Promise<Survivors> => {
      const { conversation } = await byLinkOr(body, req);
      return { survivors: await survivorsOf(ctx, ctx.store.read, { conversationId: conversation.id }) };
    }),
  );
  router.post(
    '/privacy/erase',
    seldom(ctx),
    post(ownRequest, async ({ session }, req, res): Promise<ErasedForGood> => {
      const erased = await eraseForGood(ctx, (await holder(session, req)).conversation);
      dropChatCookie(req, res);
      return erased;
    }),
  );
  router.post('/privacy/export', seldom(ctx), async (req, res) => {
    const { conversation } = await holder(bodyOf(ownRequest, req).session, req);
    await sendEverything(ctx, conversation.id, res);
  });
  router.post('/receipts/export', seldom(ctx), async (req, res) => {
    const { id } = await conversationOfLink(ctx, bodyOf(receiptsRequest, req).token);
    await sendEverything(ctx, id, res);
  });
  router.post(
    '/receipts/erase',
    seldom(ctx),
    post(receiptsRequest, async ({ token }) => eraseForGood(ctx, await conversationOfLink(ctx, token))),
  );
  return router;
}

const OWN_WISH: ErasureOrder = { actor: { kind: 'visitor' }, reason: 'request' };

async function eraseForGood(ctx: Context, { id }: ConversationRow): Promise<ErasedForGood> {
  const subject = { conversationId: id };
  // Before: afterwards nothing says any more what there was.
  const survivors = await survivorsOf(ctx, ctx.store.read, subject);
  const { certificate, told } = await eraseVisitor(ctx, subject, OWN_WISH);
  return { certificate, told, survivors };
}

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
