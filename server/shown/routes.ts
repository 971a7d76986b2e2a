import { type Request, type Response, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { MINUTE } from '../../shared/limits.ts';
import { type AgentActor, requireAgent, requirePrivacy } from '../agents/sessions.ts';
import { recordFirstLook, recordLook } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { FRAMING_PAGE_POLICY, SHOWN_POLICY } from '../middleware/headers.ts';
import { type ShownScreen, shownAct, shownForm } from './shown.ts';
import { shownPage } from './shown-page.ts';
import { conversationShown } from './ticket.ts';

const FRAMED_WITHIN = MINUTE;

/** @throws Refusal `not_found` */
function named(req: Request, shape: RegExp): string {
  const id = String(req.params.id);
  if (!shape.test(id)) throw new Refusal('not_found');
  return id;
}

/**
 * The form that a conversation was begun in, rebuilt: for agents, and for its visitor by an address that was signed for them;
 * and for agents what a later act was done on.
 */
export function shownRoutes(ctx: Context): Router {
  const router = Router();
  const agent = (req: Request): Promise<AgentActor> => requireAgent(ctx, readCookie(req, AGENT_COOKIE));
  /** The page frames the screen: both together are one look, and the screen alone is one too. */
  const seen = async (req: Request, actor: AgentActor, found: Promise<ShownScreen>, isWithin: boolean): Promise<ShownScreen> => {
    const screen = await found;
    const { conversationId } = screen;
    await requireShown(ctx, req, conversationId);
    if (isWithin) await recordFirstLook(ctx, actor, 'form.shown', conversationId, ctx.clock() - FRAMED_WITHIN);
    else await recordLook(ctx, actor, 'form.shown', conversationId);
    return screen;
  };
  const formOf = async (req: Request, isWithin: boolean): Promise<ShownScreen> =>
    seen(req, await agent(req), shownForm(ctx, named(req, /^[0-9a-f-]{36}$/)), isWithin);
  const actOf = async (req: Request, isWithin: boolean): Promise<ShownScreen> =>
    seen(req, await agent(req), shownAct(ctx, named(req, /^[0-9a-f]{32}$/)), isWithin);
  const shownBy = async (req: Request): Promise<ShownScreen> =>
    shownForm(ctx, await conversationShown(ctx, String(req.params.ticket)));
  router.get('/by/:ticket', async (req, res) => sendAround(res, await shownBy(req), `/shown/by/${req.params.ticket}/form`));
  router.get('/by/:ticket/form', async (req, res) => sendForm(res, await shownBy(req)));
  router.get('/act/:id', async (req, res) => sendAround(res, await actOf(req, false), `/shown/act/${req.params.id}/screen`));
  router.get('/act/:id/screen', async (req, res) => sendForm(res, await actOf(req, true)));
  router.get('/:id', async (req, res) => sendAround(res, await formOf(req, false), `/shown/${req.params.id}/form`));
  router.get('/:id/form', async (req, res) => sendForm(res, await formOf(req, true)));
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
function sendAround(res: Response, shown: ShownScreen, form: string): void {
  res
    .set({ ...FRAMING_PAGE_POLICY, 'Cache-Control': 'no-store' })
    .type('html')
    .send(shownPage(shown, form));
}

function sendForm(res: Response, { page }: ShownScreen): void {
  res
    .set({ ...SHOWN_POLICY, 'Cache-Control': 'no-store' })
    .type('html')
    .send(page);
}
