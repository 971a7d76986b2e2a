import { join } from 'node:path';
import { Router } from 'express';
import { isLoopback } from '../config.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { compressedFiles, sendCompressed } from '../middleware/compressed.ts';
import { IMMUTABLE, OWN_PAGE_POLICY } from '../middleware/headers.ts';
import { demoOrigin } from '../sites/demo-site.ts';
import { escapeHtml } from '../sites/loader.ts';

/** The agents' page: one file for every address under it, because the page itself knows the places. */
export function consoleRoutes(ctx: Context): Router {
  const router = Router({ strict: true });
  const demo = demoOrigin(ctx.origin);
  // A function as replacement: `$` must stay a dollar sign.
  const page = ctx.assets.console.replace('__DEMO__', () => escapeHtml(demo === null ? '' : `${demo}/demo`));
  router.use('/console/assets', compressedFiles(join(ctx.assets.consoleDir, 'assets'), { 'Cache-Control': IMMUTABLE }));
  router.get('/console', (_req, res) => {
    res.redirect(302, '/console/');
  });
  router.get(['/console/', '/console/*path'], async (req, res) => {
    if (req.path.includes('.')) throw new Refusal('not_found');
    if (isOtherName(ctx.origin, req.headers.host)) {
      res.redirect(302, ctx.origin + req.originalUrl);
      return;
    }
    res.set({ ...OWN_PAGE_POLICY, 'Cache-Control': 'no-store' });
    await sendCompressed(req, res, 'html', page);
  });
  return router;
}

/**
 * True for another name of this machine at the relay's port: there the page would stand, and every door refuse it.
 * Behind a proxy the header may name the inside, so nobody else is sent anywhere.
 */
function isOtherName(origin: string, host = ''): boolean {
  const own = new URL(origin);
  const asked = URL.canParse(`${own.protocol}//${host}`) ? new URL(`${own.protocol}//${host}`) : null;
  if (asked === null || asked.host === own.host || asked.port !== own.port) return false;
  return isLoopback(own.hostname) && isLoopback(asked.hostname);
}
