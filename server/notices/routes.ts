import { fileURLToPath } from 'node:url';
import { type Request, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { adoptRequest, draftRequest, publishRequest } from '../../shared/owner-api.ts';
import { requireOwner } from '../agents/sessions.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { post } from '../middleware/guards.ts';
import { IMMUTABLE, PAGE_POLICY } from '../middleware/headers.ts';
import type { NoticeRow } from '../store/rows.ts';
import { adoptProfile, noticeDesk, publishDraft, saveDraft } from './drafts.ts';
import { noticePage } from './page.ts';
import { peopleOf } from './people.ts';
import { noticeShelf } from './shelf.ts';

const STYLE = fileURLToPath(new URL('./public/notice.css', import.meta.url));

export function noticeRoutes(ctx: Context): Router {
  const router = Router();
  router.get('/notice.css', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=300').sendFile(STYLE);
  });
  router.get('/notice/:hash', async (req, res) => {
    const notice = await published(ctx, req.params.hash);
    const site = await ctx.store.read.siteById(notice.siteId);
    res
      .set({ ...PAGE_POLICY, 'Cache-Control': IMMUTABLE })
      .type('html')
      .send(noticePage(notice, site?.name ?? ''));
  });
  router.get('/api/notice/:hash', async (req, res) => {
    const { full } = (await published(ctx, req.params.hash)).doc;
    res.set('Cache-Control', IMMUTABLE).json(full);
  });
  router.get('/api/notice/:hash/people', async (req, res) => {
    const { doc } = await published(ctx, req.params.hash);
    res.set('Cache-Control', IMMUTABLE).json(peopleOf(doc));
  });
  return router;
}

/** The owner's doors to the notices of the relay's sites. */
export function noticeDeskRoutes(ctx: Context): Router {
  const router = Router();
  const owner = (req: Request) => requireOwner(ctx, readCookie(req, AGENT_COOKIE));
  router.get('/', async (req, res) => {
    await owner(req);
    res.json(await noticeShelf(ctx));
  });
  router.get('/:site/:locale', async (req, res) => {
    await owner(req);
    res.json(await noticeDesk(ctx, req.params.site, req.params.locale));
  });
  router.post(
    '/:site/draft',
    post(draftRequest, async (body, req) => saveDraft(ctx, String(req.params.site), body, (await owner(req)).id)),
  );
  router.post(
    '/:site/adopt',
    post(adoptRequest, async (body, req) => adoptProfile(ctx, String(req.params.site), body, (await owner(req)).id)),
  );
  router.post(
    '/:site/publish',
    post(publishRequest, async (body, req) => publishDraft(ctx, String(req.params.site), body, await owner(req))),
  );
  return router;
}

async function published(ctx: Context, hash: string): Promise<NoticeRow> {
  const notice = /^[0-9a-f]{64}$/.test(hash) ? await ctx.store.read.noticeByHash(hash) : null;
  if (!notice) throw new Refusal('not_found');
  return notice;
}
