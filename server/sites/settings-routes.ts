import { type Request, Router } from 'express';
import { afterWithdrawalRequest } from '../../shared/api.ts';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { type AgentActor, requireOwner } from '../agents/sessions.ts';
import type { Context } from '../context.ts';
import { readCookie } from '../middleware/cookies.ts';
import { post } from '../middleware/guards.ts';
import { setAfterWithdrawal, siteSettings } from './settings.ts';

/** The owner's doors to what is set for a site. */
export function siteSettingsRoutes(ctx: Context): Router {
  const router = Router();
  const owner = (req: Request): Promise<AgentActor> => requireOwner(ctx, readCookie(req, AGENT_COOKIE));
  router.get('/', async (req, res) => {
    await owner(req);
    res.json(await siteSettings(ctx));
  });
  router.post(
    '/:site/after-withdrawal',
    post(afterWithdrawalRequest, async ({ afterWithdrawal: to, from }, req) => {
      await setAfterWithdrawal(ctx, await owner(req), String(req.params.site), { from, to });
      return siteSettings(ctx);
    }),
  );
  return router;
}
