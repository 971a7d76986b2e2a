import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import { agentRoutes } from './agents/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { breachRoutes } from './breaches/routes.ts';
import { visitorRoutes } from './consent/routes.ts';
import { consoleRoutes } from './console/routes.ts';
import type { Context } from './context.ts';
import { demoRoutes } from './demo/routes.ts';
import type { Builds } from './dev/builds.ts';
import { devRoutes } from './dev/routes.ts';
import { Refusal } from './errors.ts';
import { compressedFiles } from './middleware/compressed.ts';
import { errorHandler } from './middleware/errors.ts';
import { addressOf, ownOrigin } from './middleware/guards.ts';
import { baseHeaders, CROSS_ORIGIN, IMMUTABLE } from './middleware/headers.ts';
import { noticeDeskRoutes, noticeRoutes } from './notices/routes.ts';
import { paperPages, paperRoutes } from './papers/routes.ts';
import { erasureRoutes } from './privacy/erasure-routes.ts';
import { privacyPages, privacyRoutes } from './privacy/routes.ts';
import { receiptPages, receiptRoutes } from './receipts/routes.ts';
import { redactionRoutes } from './redaction/routes.ts';
import { registerRoutes } from './register/routes.ts';
import { earlierFiles } from './releases/routes.ts';
import { requestDeskRoutes, requestRoutes } from './requests/routes.ts';
import { restrictionDeskRoutes, restrictionRoutes } from './restriction/routes.ts';
import { retentionDeskRoutes, retentionRoutes } from './retention/routes.ts';
import { shownRoutes } from './shown/routes.ts';
import { siteRoutes } from './sites/routes.ts';
import { siteSettingsRoutes } from './sites/settings-routes.ts';
import { webhookDeskRoutes, webhookPages } from './webhooks/routes.ts';

/** Express: the order of the middleware, and where each feature's routes hang. */
export function createHttp(ctx: Context, builds: Builds | null = null): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', ctx.config.trustProxy);
  app.set('query parser', 'simple');
  if (builds) app.use(devRoutes(builds));
  app.use(requestLog(ctx));
  app.use(baseHeaders(ctx));

  app.get('/healthz', (_req, res) => {
    res.type('text').send('ok');
  });
  app.get('/readyz', async (_req, res) => {
    await ctx.store.ping(2000);
    res.type('text').send('ready');
  });
  app.use(siteRoutes(ctx));
  app.use(noticeRoutes(ctx));
  app.use(receiptPages(ctx));
  app.use(privacyPages(ctx));
  app.use(webhookPages(ctx));
  app.use(paperPages());
  app.use('/shown', shownRoutes(ctx));
  app.use('/demo', demoRoutes(ctx));
  app.use('/w/assets', compressedFiles(join(ctx.assets.widgetDir, 'assets'), { ...CROSS_ORIGIN, 'Cache-Control': IMMUTABLE }));
  app.use('/w/assets', earlierFiles(ctx));
  app.use(consoleRoutes(ctx));
  app.use('/api', ownOrigin(ctx), perAddress(ctx), noStore, express.json({ limit: '64kb', strict: true, type: isUtf8Json }));
  app.use('/api', visitorRoutes(ctx));
  app.use('/api', receiptRoutes(ctx));
  app.use('/api', privacyRoutes(ctx));
  app.use('/api/privacy', restrictionRoutes(ctx));
  app.use('/api', requestRoutes(ctx));
  app.use('/api/agent', agentRoutes(ctx));
  app.use('/api/agent/notices', noticeDeskRoutes(ctx));
  app.use('/api/agent/privacy', restrictionDeskRoutes(ctx));
  app.use('/api/agent/privacy/webhooks', webhookDeskRoutes(ctx));
  app.use('/api/agent/papers', paperRoutes(ctx));
  app.use('/api/agent/breaches', breachRoutes(ctx));
  app.use('/api/agent/erasures', erasureRoutes(ctx));
  app.use('/api/agent/audit', auditRoutes(ctx));
  app.use('/api/agent/redaction', redactionRoutes(ctx));
  app.use('/api/agent/settings', siteSettingsRoutes(ctx));
  app.use('/api/agent/retention', retentionRoutes(ctx));
  app.use('/api/agent/privacy/retention', retentionDeskRoutes(ctx));
  app.use('/api/agent/requests', requestDeskRoutes(ctx));
  app.use('/api/agent/register', registerRoutes(ctx));
  app.get('/', (_req, res) => {
    res.redirect(302, '/console/');
  });
  app.use((_req, _res, next) => {
    next(new Refusal('not_found'));
  });
  app.use(errorHandler(ctx));
  return app;
}

/** JSON is UTF-8 (RFC 8259 §8.1); what calls itself anything else is not read. */
function isUtf8Json(req: IncomingMessage): boolean {
  return /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(req.headers['content-type'] ?? '');
}

function perAddress(ctx: Context): RequestHandler {
  return async (req, _res, next) => {
    if (req.method !== 'GET') await ctx.limits.consume('postsPerAddress', addressOf(req));
    next();
  };
}

const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

/** One line per request: route, status, time. No address, no query, no body; unknown paths are not repeated. */
function requestLog(ctx: Context): RequestHandler {
  return (req, res, next) => {
    const requestId = randomUUID();
    const began = performance.now();
    res.locals.requestId = requestId;
    res.set('X-Request-Id', requestId);
    res.on('finish', () => {
      const route = typeof req.route?.path === 'string' ? req.baseUrl + req.route.path : req.baseUrl || '-';
      const ms = Math.round(performance.now() - began);
      ctx.log.info({ requestId, method: req.method, route, status: res.statusCode, ms }, 'request');
    });
    next();
  };
}
