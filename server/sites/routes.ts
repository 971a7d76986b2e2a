import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { endingWords } from '../../shared/i18n/ending.en.ts';
import { honourGpc } from '../consent/gpc.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { sendCompressed } from '../middleware/compressed.ts';
import { dropChatCookie, readCookie, setChatCookie } from '../middleware/cookies.ts';
import { evidenceOf, requestIdOf } from '../middleware/guards.ts';
import { CROSS_ORIGIN, ENDED_POLICY, framePolicy, IMMUTABLE } from '../middleware/headers.ts';
import type { SiteRow } from '../store/rows.ts';
import { resumeByCookie } from '../visitors/resume.ts';
import { endedPage, hasEnded } from './ended.ts';
import { formNote, noticeForPage } from './language.ts';
import { framePage, loaderScript } from './loader.ts';
import { pinnedName } from './pinned.ts';

/** What host pages load: the loader, and the page inside the frame. */
export function siteRoutes(ctx: Context): Router {
  const router = Router();
  const siteOf = async (key: string): Promise<SiteRow> => {
    const site = await ctx.store.read.siteByKey(key);
    if (!site) throw new Refusal('not_found');
    return site;
  };

  router.get('/s/:file', async (req, res) => {
    const [, key, version] = /^([a-z0-9-]{1,64})(?:\.([0-9a-f]{16}))?\.js$/.exec(req.params.file) ?? [];
    if (!key) throw new Refusal('not_found');
    if (version) return sendPinned(ctx, key, version, req, res);
    const site = await siteOf(key);
    if (hasEnded(site)) return sendEnded(res, 'text/javascript', `/* ${endingWords.script} */\n`);
    const script = loaderScript(ctx, site);
    // The tag is of the content: every visitor gets the same one, so it can follow nobody (PR-27).
    const tag = `"${createHash('sha256').update(script).digest('base64url').slice(0, 22)}"`;
    res.set({ ...CROSS_ORIGIN, 'Cache-Control': 'public, max-age=300', ETag: tag });
    await sendCompressed(req, res, 'text/javascript', script);
  });

  router.get('/frame/:key', async (req, res) => {
    const site = await siteOf(req.params.key);
    if (hasEnded(site)) return sendEnded(res, 'html', endedPage());
    const { lang } = req.query;
    const shown = await noticeForPage(ctx.store.read, site.id, typeof lang === 'string' ? lang : '');
    if (!shown) throw new Refusal('not_found');
    const { notice, isForeign } = shown;
    const token = readCookie(req, CHAT_COOKIE);
    const { conversationId, cookie, life, ended } = await resumeByCookie(ctx, site, token, requestIdOf(req));
    if (cookie === 'renew' && token) setChatCookie(res, token, life);
    if (cookie === 'clear') dropChatCookie(req, res);
    if (conversationId) await honourGpc(ctx, conversationId, evidenceOf(req));
    const page = framePage(ctx, site, notice, {
      online: ctx.world.agentsOnline(),
      resume: conversationId ? { conversationId } : null,
      ...((isForeign || ended) && formNote(isForeign ? 'language' : 'changed', notice)),
    });
    res.set({ ...CROSS_ORIGIN, ...framePolicy(site.origins), 'Cache-Control': 'no-store' });
    await sendCompressed(req, res, 'html', page, conversationId === null);
  });
  return router;
}

/** Nothing more is offered, and nothing is asked for: a page that still has the script tag stays as it is (PR-59). */
function sendEnded(res: Response, type: string, body: string): void {
  res.status(410).set({ ...CROSS_ORIGIN, ...ENDED_POLICY, 'Cache-Control': 'public, max-age=300' });
  res.type(type).send(body);
}

/** A loader that an owner pinned: the same bytes for ever, or nothing. */
async function sendPinned(ctx: Context, key: string, version: string, req: Request, res: Response): Promise<void> {
  const body = await ctx.store.read.releaseFile(pinnedName(key, version));
  if (!body) throw new Refusal('not_found');
  res.set({ ...CROSS_ORIGIN, 'Cache-Control': IMMUTABLE });
  await sendCompressed(req, res, 'text/javascript', Buffer.from(body).toString('utf8'));
}
