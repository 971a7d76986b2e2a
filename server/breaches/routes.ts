import { type Request, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { type BreachEntry, breachDecision, breachRequest } from '../../shared/papers.ts';
import { type AgentActor, requirePrivacy } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { post } from '../middleware/guards.ts';
import { sendPaper } from '../middleware/papers.ts';
import type { BreachRow } from '../store/rows.ts';
import { breachPaper } from './breach-paper.ts';
import { breachEntry } from './entry.ts';
import { decideBreach, listReached, namesFor, notesOf, recordBreach, requireBreach } from './record.ts';

/** The register of breaches, for owners and whoever has the role `privacy`. */
export function breachRoutes(ctx: Context): Router {
  const router = Router();
  const privacy = (req: Request): Promise<AgentActor> => requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
  const entry = (row: BreachRow): BreachEntry => breachEntry(row, notesOf(ctx, row));
  router.get('/', async (req, res) => {
    await privacy(req);
    const { read } = ctx.store;
    const sites = (await read.sites()).map(({ key, name }) => ({ key, name }));
    res.json({ breaches: (await read.breaches.register()).map(entry), sites });
  });
  router.post(
    '/',
    post(breachRequest, async (body, req) => entry(await recordBreach(ctx, body, await privacy(req)))),
  );
  router.post(
    '/:id/decide',
    post(breachDecision, async (body, req) => entry(await decideBreach(ctx, String(req.params.id), body, await privacy(req)))),
  );
  router.get('/:file', async (req, res) => {
    const actor = await privacy(req);
    const [, id = '', form = ''] = /^([0-9a-f-]{36})\.(html|md|csv)$/.exec(req.params.file) ?? [];
    if (id === '') throw new Refusal('not_found');
    const row = await requireBreach(ctx.store.read, id);
    const name = `parley-breach-${new Date(row.detectedAt).toISOString().slice(0, 10)}`;
    if (form === 'csv') {
      const lines = await listReached(ctx, row, actor);
      res
        .attachment(`${name}.csv`)
        .type('text/csv; charset=utf-8')
        .send(`${lines.join('\n')}\n`);
      return;
    }
    await ctx.store.write((tx) => recordAct(tx, { actor, action: 'paper.taken', object: id }, ctx.clock()));
    const paper = breachPaper(row, await namesFor(ctx.store.read, row), notesOf(ctx, row), ctx.clock());
    sendPaper(res, paper, form === 'md' ? 'md' : 'html', name);
  });
  return router;
}
