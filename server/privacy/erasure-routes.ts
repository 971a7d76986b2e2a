import { type Request, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import {
  bulkPreviewRequest,
  bulkRequest,
  type ErasurePreview,
  eraseMessageRequest,
  eraseOneRequest,
  erasureListRequest,
  erasurePreviewRequest,
} from '../../shared/erasures.ts';
import { type AgentActor, requirePrivacy } from '../agents/sessions.ts';
import { recordAlone, recordLook } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { post } from '../middleware/guards.ts';
import { eraseVisitor, previewErasure } from './erase.ts';
import { eraseConversation, previewConversation } from './erase-conversation.ts';
import { eraseMany, previewMany } from './erase-many.ts';
import { eraseMessage } from './erase-message.ts';
import { certificateAt, erasureList } from './erasure-list.ts';
import { survivorsOf, survivorsOfConversation } from './survivors.ts';

/** The privacy desk's doors to erasing: look first, then one visitor or all who fit, and what was certified. */
export function erasureRoutes(ctx: Context): Router {
  const router = Router();
  const desk = (req: Request): Promise<AgentActor> => requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
  const noted = (actor: AgentActor, action: 'erasure.previewed' | 'certificate.viewed', object: string): Promise<void> =>
    recordAlone(ctx, { actor, action, object });
  router.post(
    '/list',
    post(erasureListRequest, async ({ before }, req) => {
      await desk(req);
      return erasureList(ctx, before);
    }),
  );
  router.post(
    '/preview',
    post(erasurePreviewRequest, async ({ conversationId, scope }, req): Promise<ErasurePreview> => {
      const actor = await desk(req);
      const { read } = ctx.store;
      const whole = await previewErasure(read, { conversationId });
      // The last conversation takes its visitor with it.
      const isWhole = scope === 'visitor' || whole.conversations < 2;
      const survivors = await (isWhole
        ? survivorsOf(ctx, read, { conversationId })
        : survivorsOfConversation(ctx, read, conversationId));
      const preview = { ...whole, ...(scope === 'conversation' && (await previewConversation(read, conversationId))), survivors };
      await recordLook(ctx, actor, 'erasure.previewed', conversationId);
      return preview;
    }),
  );
  router.post(
    '/one',
    post(eraseOneRequest, async ({ conversationId, scope, reason }, req) => {
      const order = { actor: await desk(req), reason };
      if (scope === 'conversation') return eraseConversation(ctx, conversationId, order);
      return (await eraseVisitor(ctx, { conversationId }, order)).certificate;
    }),
  );
  router.post(
    '/message',
    post(eraseMessageRequest, async ({ conversationId, messageId, reason }, req) =>
      eraseMessage(ctx, conversationId, messageId, { actor: await desk(req), reason }),
    ),
  );
  router.post(
    '/many/preview',
    post(bulkPreviewRequest, async ({ filter }, req) => {
      await noted(await desk(req), 'erasure.previewed', filter.site);
      return previewMany(ctx, filter);
    }),
  );
  router.post(
    '/many',
    post(bulkRequest, async (body, req) => eraseMany(ctx, body, await desk(req))),
  );
  router.get('/certificate/:site/:seq', async (req, res) => {
    const actor = await desk(req);
    const seq = Number(req.params.seq);
    if (!Number.isSafeInteger(seq)) throw new Refusal('not_found');
    const certificate = await certificateAt(ctx, req.params.site, seq);
    await noted(actor, 'certificate.viewed', certificate.erasure_id);
    res.attachment(`erasure-${req.params.site}-${seq}.json`).json(certificate);
  });
  return router;
}
