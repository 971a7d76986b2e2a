import { type Request, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { MINUTE } from '../../shared/limits.ts';
import { type AgentActor, requireAgent } from '../agents/sessions.ts';
import { recordFirstLook, recordLook } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { FRAMING_PAGE_POLICY, SHOWN_POLICY } from '../middleware/headers.ts';
import { type ShownForm, shownForm } from './shown.ts';
import { shownPage } from './shown-page.ts';

const FRAMED_WITHIN = MINUTE;

type Look = (actor: AgentActor, conversationId: string) => Promise<void>;

/** For agents: the form that a conversation was begun in, rebuilt. */
export function shownRoutes(ctx: Context): Router {
  const router = Router();
  /** The page frames the form: both together are one look, and the form alone is one too. */
  const shown = async (req: Request, look: Look): Promise<ShownForm> => {
    const actor = await requireAgent(ctx, readCookie(req, AGENT_COOKIE));
    const id = String(req.params.id);
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new Refusal('not_found');
    const form = await shownForm(ctx, id);
    await look(actor, id);
    return form;
  };
  router.get('/:id', async (req, res) => {
    const page = shownPage(
      await shown(req, (actor, id) => recordLook(ctx, actor, 'form.shown', id)),
      `/shown/${req.params.id}/form`,
    );
    res
      .set({ ...FRAMING_PAGE_POLICY, 'Cache-Control': 'no-store' })
      .type('html')
      .send(page);
  });
  router.get('/:id/form', async (req, res) => {
    const since = ctx.clock() - FRAMED_WITHIN;
    const { page } = await shown(req, (actor, id) => recordFirstLook(ctx, actor, 'form.shown', id, since));
    res
      .set({ ...SHOWN_POLICY, 'Cache-Control': 'no-store' })
      .type('html')
      .send(page);
  });
  return router;
}
