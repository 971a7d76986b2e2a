import { type Request, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { holdRequest, modeRequest, ofConversation } from '../../shared/retention.ts';
import { type AgentActor, actorOf, findAgent, requirePrivacy } from '../agents/sessions.ts';
import { recordAlone, recordFirstLook } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { post } from '../middleware/guards.ts';
import { exportOf } from '../privacy/export.ts';
import { zipOf } from '../privacy/zip.ts';
import { conversationRetention, retentionDesk, setMode } from './desk.ts';
import { liftHold, setHold } from './holds.ts';
import { previewRetention } from './job.ts';

/** What goes when of a conversation, for everybody at the desk; the reason of a hold for who may decide on it. */
export function retentionRoutes(ctx: Context): Router {
  const router = Router();
  router.get('/:conversation', async (req, res) => {
    const signedIn = await findAgent(ctx.store.read, readCookie(req, AGENT_COOKIE), ctx.clock());
    if (!signedIn) throw new Refusal('unauthorized');
    const mayDecide = signedIn.agent.role !== 'agent';
    const shown = await conversationRetention(ctx, req.params.conversation, mayDecide);
    // A reason may name somebody: who read it is written down before it is given (PR-81).
    if (shown.hold?.reason) await recordFirstLook(ctx, actorOf(signedIn), 'holds.viewed', req.params.conversation);
    res.json(shown);
  });
  return router;
}

/** The desk's doors to what is kept and how long: periods, a dry run, holds, and what is done at once (PR-60, PR-61). */
export function retentionDeskRoutes(ctx: Context): Router {
  const router = Router();
  const desk = (req: Request): Promise<AgentActor> => requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
  router.get('/', async (req, res) => {
    const actor = await desk(req);
    const shown = await retentionDesk(ctx);
    // A reason may name somebody: who read them is written down before they are given.
    if (shown.holds.length > 0) await recordAlone(ctx, { actor, action: 'holds.viewed', object: 'all' });
    res.json(shown);
  });
  router.get('/preview', async (req, res) => {
    await desk(req);
    res.json(await previewRetention(ctx));
  });
  router.post(
    '/mode',
    post(modeRequest, async (body, req) => {
      await setMode(ctx, await desk(req), body);
      return retentionDesk(ctx);
    }),
  );
  router.post(
    '/hold',
    post(holdRequest, async (body, req) => {
      await setHold(ctx, await desk(req), body);
      return conversationRetention(ctx, body.conversationId, true);
    }),
  );
  router.post(
    '/lift',
    post(ofConversation, async ({ conversationId }, req) => {
      await liftHold(ctx, await desk(req), conversationId);
      return conversationRetention(ctx, conversationId, true);
    }),
  );
  router.get('/export/:conversation', async (req, res) => {
    const actor = await desk(req);
    const archive = await zipOf(await exportOf(ctx, { conversationId: req.params.conversation }, actor), ctx.clock());
    res
      .attachment(`parley-${new Date(ctx.clock()).toISOString().slice(0, 10)}.zip`)
      .type('application/zip')
      .send(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength));
  });
  return router;
}
