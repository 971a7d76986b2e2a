import { Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { redactionRules } from '../../shared/owner-api.ts';
import { requirePrivacy } from '../agents/sessions.ts';
import type { Context } from '../context.ts';
import { readCookie } from '../middleware/cookies.ts';
import { post } from '../middleware/guards.ts';
import { redactionDesk, saveRules } from './desk.ts';

/** What is taken out before it is stored: whoever has the privacy desk says it. */
export function redactionRoutes(ctx: Context): Router {
  const router = Router();
  router.get('/', async (req, res) => {
    await requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
    res.json(await redactionDesk(ctx));
  });
  router.post(
    '/:site',
    post(redactionRules, async (rules, req) => {
      const actor = await requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
      return saveRules(ctx, String(req.params.site), rules, actor);
    }),
  );
  return router;
}
