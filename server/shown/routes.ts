import { type Request, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { requireAgent } from '../agents/sessions.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { FRAMING_PAGE_POLICY, SHOWN_POLICY } from '../middleware/headers.ts';
import { type ShownForm, shownForm } from './shown.ts';
import { shownPage } from './shown-page.ts';

/** For agents: the form that a conversation was begun in, rebuilt. */
export function shownRoutes(ctx: Context): Router {
  const router = Router();
  const shown = async (req: Request): Promise<ShownForm> => {
    await requireAgent(ctx, readCookie(req, AGENT_COOKIE));
    const id = String(req.params.id);
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new Refusal('not_found');
    return shownForm(ctx, id);
  };
  router.get('/:id', async (req, res) => {
    const page = shownPage(await shown(req), `/shown/${req.params.id}/form`);
    res
      .set({ ...FRAMING_PAGE_POLICY, 'Cache-Control': 'no-store' })
      .type('html')
      .send(page);
  });
  router.get('/:id/form', async (req, res) => {
    const { page } = await shown(req);
    res
      .set({ ...SHOWN_POLICY, 'Cache-Control': 'no-store' })
      .type('html')
      .send(page);
  });
  return router;
}
