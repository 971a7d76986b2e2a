import { type Request, type Response, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { MINUTE } from '../../shared/limits.ts';
import { type AgentActor, requireAgent, requirePrivacy } from '../agents/sessions.ts';
import { recordFirstLook, recordLook } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { FRAMING_PAGE_POLICY, SHOWN_POLICY } from '../middleware/headers.ts';
import { type ShownForm, shownForm } from './shown.ts';
import { shownPage } from './shown-page.ts';
import { conversationShown } from './ticket.ts';

const FRAMED_WITHIN = MINUTE;

type Look = (actor: AgentActor, conversationId: string) => Promise<void>;

/** The form that a conversation was begun in, rebuilt: for agents, and for its visitor by an address that was signed for them. */
export function shownRoutes(ctx: Context): Router {
  const router = Router();
  /** The page frames the form: both together are one look, and the form alone is one too. */
  const shown = async (req: Request, look: Look): Promise<ShownForm> => {
    const actor = await requireAgent(ctx, readCookie(req, AGENT_COOKIE));
    const id = String(req.params.id);
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new Refusal('not_found');
    await requireShown(ctx, req, id);
    const form = await shownForm(ctx, id);
    await look(actor, id);
    return form;
  };
  const shownBy = async (req: Request): Promise<ShownForm> =>
    shownForm(ctx, await conversationShown(ctx, String(req.params.ticket)));
  router.get('/by/:ticket', async (req, res) => sendAround(res, await shownBy(req), `/shown/by/${req.params.ticket}/form`));
  router.get('/by/:ticket/form', async (req, res) => sendForm(res, await shownBy(req)));
  router.get('/:id', async (req, res) => {
    const form = await shown(req, (actor, id) => recordLook(ctx, actor, 'form.shown', id));
    sendAround(res, form, `/shown/${req.params.id}/form`);
  });
  router.get('/:id/form', async (req, res) => {
    const since = ctx.clock() - FRAMED_WITHIN;
    sendForm(res, await shown(req, (actor, id) => recordFirstLook(ctx, actor, 'form.shown', id, since)));
  });
  return router;
}

/** What is of a restricted visitor is there for whoever looks after privacy, and for no other agent (PR-53). */
async function requireShown(ctx: Context, req: Request, conversationId: string): Promise<void> {
  if (!(await ctx.store.read.conversation(conversationId))?.restrictedAt) return;
  await requirePrivacy(ctx, readCookie(req, AGENT_COOKIE)).catch(() => {
    throw new Refusal('not_found');
  });
}

/** The page around it, with `form` as the address of the form itself. */
function sendAround(res: Response, shown: ShownForm, form: string): void {
  res
    .set({ ...FRAMING_PAGE_POLICY, 'Cache-Control': 'no-store' })
    .type('html')
    .send(shownPage(shown, form));
}

function sendForm(res: Response, { page }: ShownForm): void {
  res
    .set({ ...SHOWN_POLICY, 'Cache-Control': 'no-store' })
    .type('html')
    .send(page);
}
