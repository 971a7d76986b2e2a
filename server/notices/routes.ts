import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { IMMUTABLE, PAGE_POLICY } from '../middleware/headers.ts';
import type { NoticeRow } from '../store/rows.ts';
import { noticePage } from './page.ts';

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
  return router;
}

async function published(ctx: Context, hash: string): Promise<NoticeRow> {
  const notice = /^[0-9a-f]{64}$/.test(hash) ? await ctx.store.read.noticeByHash(hash) : null;
  if (!notice) throw new Refusal('not_found');
  return notice;
}
