import { type RequestHandler, Router } from 'express';
import { escapeHtml } from '../sites/loader.ts';
import type { Builds } from './builds.ts';

/**
 * Runs in every page of the relay under `npm run dev`: console, demo shop and frame. It asks instead of listening,
 * because a stream would hold one of the few connections that a browser opens, in each tab.
 */
const SCRIPT = `{
  const parts = { console: ['console'], frame: ['widget'] }[location.pathname.split('/')[1]] ?? ['widget', 'pages'];
  const mine = (built) => JSON.stringify(parts.map((name) => built[name] ?? 0));
  const first = mine(JSON.parse(document.currentScript.dataset.built));
  const look = async () => {
    try {
      const reply = await fetch('/dev/built');
      if (reply.ok && mine(await reply.json()) !== first) return location.reload();
    } catch {
      // The relay is starting again.
    }
    setTimeout(look, 300);
  };
  look();
}
`;

/** Mounted under PARLEY_DEV only: tells pages which build is served, and puts into each page what asks for it. */
export function devRoutes(builds: Builds): Router {
  const router = Router();
  router.use(fresh(builds));
  router.get('/dev/reload.js', (_req, res) => {
    res.type('text/javascript').send(SCRIPT);
  });
  router.get('/dev/built', (_req, res) => {
    res.type('json').send(builds.served());
  });
  return router;
}

/** Nothing is kept by the browser, and each page gets the script. */
function fresh(builds: Builds): RequestHandler {
  return (req, res, next) => {
    // So that pages come through here as text.
    delete req.headers['accept-encoding'];
    const send = res.send.bind(res);
    res.send = (body) => {
      res.set('Cache-Control', 'no-store');
      if (!String(res.get('Content-Type')).startsWith('text/html')) return send(body);
      // Classic and not deferred: only so it knows its own element.
      const tag = `<script src="/dev/reload.js" data-built="${escapeHtml(builds.served())}"></script>`;
      return send(String(body).replace('</head>', () => `${tag}</head>`));
    };
    next();
  };
}
