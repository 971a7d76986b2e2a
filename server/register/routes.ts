import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { type RegisterFilterInput, registerFilter, registerRequest, registerVerify } from '../../shared/register.ts';
import { type AgentActor, requirePrivacy } from '../agents/sessions.ts';
import { recordAlone, recordLook } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { post } from '../middleware/guards.ts';
import { registerCsv, registerJson } from './export.ts';
import { registerRecord, verifyRegister } from './record.ts';
import { registerChoices, registerPage } from './register.ts';

/** The privacy desk's doors to the consent register. Every search, look and export is written down first (PR-81). */
export function registerRoutes(ctx: Context): Router {
  const router = Router();
  const desk = (req: Request): Promise<AgentActor> => requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
  /** A search for one conversation is a look at it: its visitor's copy tells of it. */
  const noted = async (actor: AgentActor, action: Noted, { search, site }: RegisterFilterInput): Promise<void> => {
    const sought = search === undefined ? null : await ctx.store.read.conversation(search);
    if (sought) await recordLook(ctx, actor, action, sought.id);
    else await recordAlone(ctx, { actor, action, object: site ?? 'all' });
  };
  router.get('/choices', async (req, res) => {
    await desk(req);
    res.json(await registerChoices(ctx));
  });
  router.post(
    '/search',
    post(registerRequest, async (body, req) => {
      const actor = await desk(req);
      await noted(actor, 'register.searched', body.filter);
      return registerPage(ctx, body);
    }),
  );
  router.get('/record/:act', async (req, res) => {
    const actor = await desk(req);
    const { conversationId, ...record } = await registerRecord(ctx, req.params.act);
    await recordLook(ctx, actor, 'register.viewed', conversationId);
    res.json(record);
  });
  router.post(
    '/verify',
    post(registerVerify, async ({ site, act }, req) => {
      await recordAlone(ctx, { actor: await desk(req), action: 'register.verified', object: site });
      return verifyRegister(ctx, site, act);
    }),
  );
  router.get('/export.:format', async (req, res) => {
    const actor = await desk(req);
    const { format } = req.params;
    if (format !== 'csv' && format !== 'json') throw new Refusal('not_found');
    const filter = filterOf(req);
    await noted(actor, 'register.exported', filter);
    const day = new Date(ctx.clock()).toISOString().slice(0, 10);
    res.attachment(`consent-register-${day}.${format}`).type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json');
    const pieces = format === 'csv' ? registerCsv(ctx, filter) : registerJson(ctx, filter);
    await pipeline(Readable.from(pieces), res);
  });
  return router;
}

type Noted = 'register.searched' | 'register.exported';

/** From the address: an empty value is none. */
function filterOf(req: Request): RegisterFilterInput {
  const given = Object.fromEntries(Object.entries(req.query).filter(([, value]) => value !== ''));
  const parsed = registerFilter.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid', { fields: { filter: 'invalid' } });
}
