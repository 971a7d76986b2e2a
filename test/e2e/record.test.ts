import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type HostPages, startHostPages } from '../support/host-pages.ts';
import { recordFootprint } from '../support/record.ts';
import { waitFor } from '../support/wait-for.ts';

/** What a widget must never do, all of it, in a cross-site frame that removes itself afterwards. */
const SPY = `
(async () => {
  localStorage.setItem('left', '1');
  localStorage.setItem('gone', '1');
  localStorage.removeItem('gone');
  sessionStorage.setItem('session', '1');
  document.cookie = 'seen=1; Secure; SameSite=None; Partitioned; Path=/';
  indexedDB.open('base');
  if (globalThis.caches) await caches.open('cache');
  fetch('/beacon', { method: 'POST', body: 'x', keepalive: true }).catch(() => null);
  new WebSocket('ws://' + location.host + '/socket');
  new Image().src = '/pixel';
  parent.postMessage('done', '*');
})();`;

describe('the record of what a browser does', () => {
  let browser: TestBrowser;
  let hosts: HostPages;
  let spy: Server;
  let spyOrigin: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    hosts = await startHostPages();
    spy = createServer((req, res) => {
      if (req.url === '/frame')
        res
          .setHeader('content-type', 'text/html')
          .setHeader('set-cookie', 'header=1; Secure; SameSite=None; Partitioned; HttpOnly')
          .end(`<script>${SPY}</script>`);
      else if (req.url === '/s/demo.js') {
        res.setHeader('content-type', 'text/javascript');
        res.end(`
          const frame = Object.assign(document.createElement('iframe'), { src: '${spyOrigin}/frame' });
          addEventListener('message', () => { if (!location.hash) frame.remove(); document.title = 'done'; });
          document.documentElement.append(frame);`);
      } else res.end();
    });
    await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
    spyOrigin = `http://localhost:${(spy.address() as AddressInfo).port}`;
    hosts.embed(spyOrigin);
  });

  afterAll(async () => {
    await browser?.close();
    await hosts?.close();
    spy?.closeAllConnections();
    spy?.close();
  });

  it('shows every trace of a frame on another site, those of a frame that is gone as well', async () => {
    const context = await browser.context();
    const page = await context.newPage();
    const record = await recordFootprint(browser.debugUrl, context);
    await page.goto(hosts.url('plain', '/#keep'));
    await waitFor(async () => (await page.title()) === 'done', 'the spy to have done all it does');
    await waitFor(() => record.seen.sockets.length > 0, 'the socket in the record');
    const { requests, sockets, setCookies } = record.take();
    const kept = await record.kept();

    expect(requests.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(
      [
        `GET ${hosts.url('plain', '/')}`,
        `GET ${spyOrigin}/s/demo.js`,
        `GET ${spyOrigin}/frame`,
        `POST ${spyOrigin}/beacon`,
        `GET ${spyOrigin}/pixel`,
      ].sort(),
    );
    expect(sockets).toEqual([`${spyOrigin.replace('http', 'ws')}/socket`]);
    expect(setCookies).toEqual([expect.stringContaining('header=1')]);
    expect(kept).toEqual({
      cookies: ['header @ http://plain.localhost', 'seen @ http://plain.localhost'],
      storage: [`localStorage left @ ${spyOrigin}`, `sessionStorage session @ ${spyOrigin}`],
      databases: [`base @ ${spyOrigin}`],
      caches: [`cache @ ${spyOrigin}`],
      serviceWorkers: [],
    });

    await page.goto(hosts.url('plain', '/second'));
    await waitFor(async () => (await page.title()) === 'done', 'the second spy');
    expect((await record.kept()).storage).toContain(`localStorage left @ ${spyOrigin}`);
    record.close();
    await context.close();
  });

  it('shows nothing for a page that does nothing', async () => {
    const context = await browser.context();
    const page = await context.newPage();
    const record = await recordFootprint(browser.debugUrl, context);
    await page.goto(hosts.url('bare'));
    // The record has a connection of its own: what the page has done may be told a moment later.
    const seen = { requests: [] as string[], others: [] as unknown[] };
    await waitFor(() => {
      const { requests, sockets, setCookies } = record.take();
      seen.requests.push(...requests.map(({ url }) => url));
      seen.others.push(...sockets, ...setCookies);
      return seen.requests.length > 0;
    }, 'the page to be recorded');
    expect(seen.requests).toEqual([hosts.url('bare')]);
    expect(seen.others).toEqual([]);
    expect(await record.kept()).toEqual({ cookies: [], storage: [], databases: [], caches: [], serviceWorkers: [] });
    record.close();
    await context.close();
  });

  it('keeps what another context does apart', async () => {
    const [watched, other] = [await browser.context(), await browser.context()];
    await watched.newPage();
    const record = await recordFootprint(browser.debugUrl, watched);
    const page = await other.newPage();
    await page.goto(hosts.url('plain'));
    await waitFor(async () => (await page.title()) === 'done', 'the spy of the other context');
    expect(record.take().requests).toEqual([]);
    expect((await record.kept()).cookies).toEqual([]);
    record.close();
    await watched.close();
    await other.close();
  });
});
