import { type Request, Router } from 'express';
import { AGENT_COOKIE, CHAT_COOKIE } from '../../shared/endpoints.ts';
import {
  decideObjectionRequest,
  liftRequest,
  objectRequest,
  openRestrictedRequest,
  restrictRequest,
  type StandingRequest,
  standingRequest,
  toldRequest,
} from '../../shared/rights-requests.ts';
import { type AgentActor, requirePrivacy } from '../agents/sessions.ts';
import { recordAlone } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { post, requestIdOf } from '../middleware/guards.ts';
import { conversationOfLink } from '../receipts/receipt-links.ts';
import type { ConversationRow } from '../store/rows.ts';
import { requireHolder } from '../visitors/sessions.ts';
import { decideObjection, objectTo } from './object.ts';
import { liftRestriction, restrictVisitor, tellOfLift } from './restrict.ts';
import { standingOf } from './standing.ts';
import { openRestricted, restrictionShelf } from './view.ts';

/** The visitor's side: from the chat by its session or its cookie, or by the link of a receipt. */
export function restrictionRoutes(ctx: Context): Router {
  const router = Router();
  const actor = { kind: 'visitor' } as const;
  const holder = async ({ session, link }: StandingRequest, req: Request): Promise<ConversationRow> =>
    link === undefined
      ? (await requireHolder(ctx, session, readCookie(req, CHAT_COOKIE))).conversation
      : conversationOfLink(ctx, link);
  /** Each change stays on record, and is told to every recipient. */
  const limited = ({ visitorId }: ConversationRow): Promise<void> => ctx.limits.consume('changesPerVisitor', visitorId);
  router.post(
    '/standing',
    post(standingRequest, async (body, req) => standingOf(ctx, await holder(body, req))),
  );
  router.post(
    '/restrict',
    post(standingRequest, async (body, req) => {
      const conversation = await holder(body, req);
      await limited(conversation);
      const how = { actor, ground: 'request', requestId: requestIdOf(req) } as const;
      await restrictVisitor(ctx, { conversationId: conversation.id }, how);
      return standingOf(ctx, conversation);
    }),
  );
  router.post(
    '/unrestrict',
    post(standingRequest, async (body, req) => {
      const conversation = await holder(body, req);
      await limited(conversation);
      // Done before, by a try whose answer was lost or in another tab, is done.
      await liftRestriction(ctx, conversation.visitorId, actor, requestIdOf(req)).catch((error: unknown) => {
        if (!(error instanceof Refusal) || error.code !== 'not_found') throw error;
      });
      return standingOf(ctx, conversation);
    }),
  );
  router.post(
    '/object',
    post(objectRequest, async ({ purpose, ...body }, req) => {
      const conversation = await holder(body, req);
      await limited(conversation);
      await objectTo(ctx, conversation.id, purpose, actor, requestIdOf(req));
      return standingOf(ctx, conversation);
    }),
  );
  return router;
}

/** The desk's side: owners, and whoever looks after privacy. */
export function restrictionDeskRoutes(ctx: Context): Router {
  const router = Router();
  const who = (req: Request): Promise<AgentActor> => requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
  router.get('/restrictions', async (req, res) => {
    const actor = await who(req);
    const shelf = await restrictionShelf(ctx);
    // What was answered is in words: who read them is written down before they are given (PR-81).
    if (shelf.objections.length > 0) await recordAlone(ctx, { actor, action: 'objections.viewed', object: 'all' });
    res.json(shelf);
  });
  router.post(
    '/restrictions/add',
    post(restrictRequest, async ({ conversationId, ground }, req) => {
      await restrictVisitor(ctx, { conversationId }, { actor: await who(req), ground, requestId: requestIdOf(req) });
      return restrictionShelf(ctx);
    }),
  );
  router.post(
    '/restrictions/told',
    post(toldRequest, async ({ visitorId, by }, req) => {
      await tellOfLift(ctx, visitorId, by, await who(req));
      return restrictionShelf(ctx);
    }),
  );
  router.post(
    '/restrictions/lift',
    post(liftRequest, async ({ visitorId }, req) => {
      await liftRestriction(ctx, visitorId, await who(req), requestIdOf(req));
      return restrictionShelf(ctx);
    }),
  );
  router.post(
    '/restrictions/open',
    post(openRestrictedRequest, async ({ conversationId }, req) => openRestricted(ctx, await who(req), conversationId)),
  );
  router.post(
    '/objections/decide',
    post(decideObjectionRequest, async (body, req) => {
      await decideObjection(ctx, await who(req), body);
      return restrictionShelf(ctx);
    }),
  );
  return router;
}
