import { type Request, Router } from 'express';
import { type ErasedForGood, formRequest, rectifyRequest } from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import type { Context } from '../context.ts';
import { clearChatCookie, hasCookie, readCookie } from '../middleware/cookies.ts';
import { post, requestIdOf } from '../middleware/guards.ts';
import { requireHolder, type Speaker } from '../visitors/sessions.ts';
import { eraseVisitor } from './erase.ts';
import { formAsGiven, rectify } from './rectify.ts';

/** What a visitor may ask about themselves from the chat, by its session or its cookie. */
export function privacyRoutes(ctx: Context): Router {
  const router = Router();
  const holder = (session: string | null, req: Request): Promise<Speaker> =>
    requireHolder(ctx, session, readCookie(req, CHAT_COOKIE));
  router.post(
    '/form',
    post(formRequest, async ({ session }, req) => formAsGiven(ctx, await holder(session, req))),
  );
  router.post(
    '/rectify',
    post(rectifyRequest, async ({ session, ...form }, req) => rectify(ctx, await holder(session, req), form, requestIdOf(req))),
  );
  router.post(
    '/erase',
    post(formRequest, async ({ session }, req, res): Promise<ErasedForGood> => {
      const { conversation } = await holder(session, req);
      const order = { by: 'visitor' as const, reason: 'request' as const };
      const { certificate } = await eraseVisitor(ctx, { conversationId: conversation.id }, order);
      if (hasCookie(req, CHAT_COOKIE)) clearChatCookie(res);
      return { certificate };
    }),
  );
  return router;
}
