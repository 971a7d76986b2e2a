import { type Request, Router } from 'express';
import { auditExportRequest, auditSearchRequest } from '../../shared/audit-api.ts';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { requirePrivacy } from '../agents/sessions.ts';
import type { Context } from '../context.ts';
import { readCookie } from '../middleware/cookies.ts';
import { bodyOf, post } from '../middleware/guards.ts';
import { exportAudit, searchAudit } from './desk.ts';

const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json' } as const;

/** For owners and the role `privacy`: what was done with people's data, and by whom. */
export function auditRoutes(ctx: Context): Router {
  const router = Router();
  const reader = (req: Request) => requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
  router.post(
    '/search',
    post(auditSearchRequest, async (body, req) => searchAudit(ctx, await reader(req), body)),
  );
  router.post('/export', async (req, res) => {
    const actor = await reader(req);
    const { format, ...asked } = bodyOf(auditExportRequest, req);
    const pieces = exportAudit(ctx, actor, format, asked);
    // The first piece comes after its line is written: until then a refusal is still an answer of its own.
    const first = await pieces.next();
    const day = new Date(ctx.clock()).toISOString().slice(0, 10);
    res.attachment(`parley-audit-${day}.${format}`).set('Content-Type', TYPES[format]);
    if (!first.done) res.write(first.value);
    for await (const piece of pieces) {
      if (res.closed) return;
      if (!res.write(piece)) await new Promise((resolve) => res.once('drain', resolve).once('close', resolve));
    }
    res.end();
  });
  return router;
}
