import { type Request, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { afterWithdrawalRequest, ipModeRequest, ipViewersRequest } from '../../shared/owner-api.ts';
import { requireOwner, requirePrivacy } from '../agents/sessions.ts';
import type { Context } from '../context.ts';
import { readCookie } from '../middleware/cookies.ts';
import { post } from '../middleware/guards.ts';
import { setAfterWithdrawal, setIpMode, setIpViewers, siteSettings } from './settings.ts';

/** What is set for a site: owners set it, and who is at the privacy desk sees it. */
export function siteSettingsRoutes(ctx: Context): Router {
  const router = Router();
  const cookie = (req: Request): string | null => readCookie(req, AGENT_COOKIE);
  router.get('/', async (req, res) => {
    await requirePrivacy(ctx, cookie(req));
    res.json(await siteSettings(ctx));
  });
  router.post(
    '/:site/after-withdrawal',
    post(afterWithdrawalRequest, async ({ afterWithdrawal: to, from }, req) => {
      await setAfterWithdrawal(ctx, await requireOwner(ctx, cookie(req)), String(req.params.site), { from, to });
      return siteSettings(ctx);
    }),
  );
  router.post(
    '/:site/ip-mode',
    post(ipModeRequest, async ({ ipMode: to, from }, req) => {
      await setIpMode(ctx, await requireOwner(ctx, cookie(req)), String(req.params.site), { from, to });
      return siteSettings(ctx);
    }),
  );
  router.post(
    '/:site/ip-viewers',
    post(ipViewersRequest, async ({ ipViewers: to, from }, req) => {
      await setIpViewers(ctx, await requireOwner(ctx, cookie(req)), String(req.params.site), { from, to });
      return siteSettings(ctx);
    }),
  );
  return router;
}
