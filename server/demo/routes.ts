import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { static as files, Router } from 'express';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { demoOrigin } from '../sites/demo-site.ts';

/**
 * The imagined shop, under another site name than the relay: a visit under the relay's own name is sent there.
 * The pages are plain files; only the relay's address is put in.
 */
export function demoRoutes(ctx: Context): Router {
  const router = Router();
  router.use((req, res, next) => {
    const home = demoOrigin(ctx.origin);
    if (!home) {
      next(new Refusal('not_found'));
      return;
    }
    if (req.headers.host === new URL(ctx.origin).host) {
      res.redirect(302, `${home}/demo${req.path === '/' ? '' : req.path}`);
      return;
    }
    next();
  });
  const page = (name: string) => async (_req: unknown, res: { type(t: string): { send(body: string): void } }) => {
    const html = await readFile(join(ctx.assets.demoDir, name), 'utf8');
    res.type('html').send(html.replaceAll('__RELAY__', ctx.origin));
  };
  router.get('/', page('index.html'));
  router.get('/new', page('new.html'));
  router.use(files(ctx.assets.demoDir, { index: false, redirect: false }));
  return router;
}
