import { fileURLToPath } from 'node:url';
import { type Request, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { type AgentActor, requirePrivacy } from '../agents/sessions.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { sendPaper } from '../middleware/papers.ts';
import { isPaper, listPapers } from './index.ts';
import { type Runner, readRunning } from './running.ts';
import { dateOf } from './said.ts';
import { takePaper } from './take.ts';

const STYLE = fileURLToPath(new URL('./public/papers.css', import.meta.url));

const runner = (ctx: Context): Runner => ({
  store: ctx.store,
  clock: ctx.clock,
  config: ctx.config,
  origin: ctx.origin,
  widgetBuild: ctx.assets.widgetBuild,
});

/** What the pages of papers look like; the same for everybody, and nothing of anybody's. */
export function paperPages(): Router {
  const router = Router();
  router.get('/papers.css', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=300').sendFile(STYLE);
  });
  return router;
}

/** The papers, for owners and whoever has the role `privacy`. */
export function paperRoutes(ctx: Context): Router {
  const router = Router();
  const privacy = (req: Request): Promise<AgentActor> => requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
  router.get('/', async (req, res) => {
    await privacy(req);
    res.json({ papers: listPapers(await readRunning(runner(ctx))) });
  });
  router.get('/:file', async (req, res) => {
    const actor = await privacy(req);
    const [, id = '', form] = /^([a-z-]+)\.(html|md)$/.exec(req.params.file) ?? [];
    if (!isPaper(id)) throw new Refusal('not_found');
    const paper = await takePaper(ctx, runner(ctx), id, actor);
    sendPaper(res, paper, form === 'md' ? 'md' : 'html', `parley-${id}-${dateOf(ctx.clock())}`);
  });
  return router;
}
