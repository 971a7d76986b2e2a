import express, { type Request, Router } from 'express';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import { addWebhookRequest, deliveryRequest, webhookRequest } from '../../shared/rights-requests.ts';
import { type AgentActor, requirePrivacy } from '../agents/sessions.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { readCookie } from '../middleware/cookies.ts';
import { addressOf, post } from '../middleware/guards.ts';
import { confirmByRecipient } from './confirm.ts';
import { addWebhook, pauseWebhook, removeWebhook, resumeWebhook, retryDelivery, testWebhook, webhookShelf } from './subscribe.ts';
import { toldOfErasure } from './told.ts';

/** The desk's side: owners, and whoever looks after privacy. */
export function webhookDeskRoutes(ctx: Context): Router {
  const router = Router();
  const who = (req: Request): Promise<AgentActor> => requirePrivacy(ctx, readCookie(req, AGENT_COOKIE));
  router.get('/', async (req, res) => {
    await who(req);
    res.json(await webhookShelf(ctx));
  });
  router.get('/erasures/:site/:id', async (req, res) => {
    await who(req);
    const site = await ctx.store.read.siteByKey(req.params.site);
    if (!site) throw new Refusal('not_found');
    res.json({ told: await toldOfErasure(ctx.store.read, site.id, req.params.id) });
  });
  router.post(
    '/add',
    post(addWebhookRequest, async (body, req) => addWebhook(ctx, await who(req), body)),
  );
  const acts = { pause: pauseWebhook, resume: resumeWebhook, remove: removeWebhook, test: testWebhook };
  for (const [name, act] of Object.entries(acts))
    router.post(
      `/${name}`,
      post(webhookRequest, async ({ id }, req) => act(ctx, await who(req), id)),
    );
  router.post(
    '/deliveries/retry',
    post(deliveryRequest, async ({ id }, req) => retryDelivery(ctx, await who(req), id)),
  );
  return router;
}

/** The recipients' side: another program, without cookie or origin, known by its signature alone. */
export function webhookPages(ctx: Context): Router {
  const router = Router();
  router.post('/webhooks/confirm', express.text({ limit: '4kb', type: 'application/json' }), async (req, res) => {
    await ctx.limits.consume('postsPerAddress', addressOf(req));
    await confirmByRecipient(ctx, {
      body: typeof req.body === 'string' ? req.body : '',
      id: req.get('webhook-id') ?? '',
      seconds: Number(req.get('webhook-timestamp') ?? Number.NaN),
      signature: req.get('webhook-signature') ?? '',
    });
    res.set('Cache-Control', 'no-store').status(204).end();
  });
  return router;
}
