import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, Router } from 'express';
import { type AuditFilterInput, auditFilter, auditRequest } from '../../shared/audit-api.ts';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { requirePrivacy } from '../agents/sessions.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { post } from '../middleware/guards.ts';
import { exportAudit, searchAudit } from './desk.ts';

const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json' } as const;

/** For owners and the role `privacy`: what was done with people's data, and by whom. */
export function auditRoutes(ctx: Context): Router {
  const router = Router();
  const reader = (req: Request) => requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
  router.post(
    '/search',
    post(auditRequest, async (body, req) => searchAudit(ctx, await reader(req), body)),
  );
  router.get('/export.:format', async (req, res) => {
    const actor = await reader(req);
    const { format } = req.params;
    if (format !== 'csv' && format !== 'json') throw new Refusal('not_found');
    const pieces = await exportAudit(ctx, actor, format, filterOf(req));
    const day = new Date(ctx.clock()).toISOString().slice(0, 10);
    res.attachment(`parley-audit-${day}.${format}`).type(TYPES[format]);
    await pipeline(Readable.from(pieces), res);
  });
  return router;
}

/** From the address: an empty value is none. */
function filterOf(req: Request): AuditFilterInput {
  const given = Object.fromEntries(Object.entries(req.query).filter(([, value]) => value !== ''));
  const parsed = auditFilter.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid', { fields: { filter: 'invalid' } });
}
