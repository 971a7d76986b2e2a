import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escapeHtml } from '../../server/sites/loader.ts';
import type { NoticeFull } from '../../shared/notice.ts';
import { connectAgent } from '../support/agent.ts';
import { get } from '../support/http.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { speak } from '../support/unharmed.ts';
import { frameBoot } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const SHOP = 'https://shop.northwind.example';
let relay: TestRelay;

beforeAll(async () => {
  relay = await startTestRelay({ hostOrigins: [SHOP] });
});
afterAll(() => relay?.close());

const page = (path: string, headers: Record<string, string> = {}) =>
  get(relay, path, { 'sec-fetch-site': 'cross-site', ...headers });
const directive = (policy: string | null, name: string): string | undefined =>
  policy
    ?.split('; ')
    .find((one) => one.split(' ')[0] === name)
    ?.slice(name.length + 1);

describe('the loader', () => {
  it('[PR-27] is the same for everyone, byte for byte and header for header, and sets nothing', async () => {
    const [one, two] = await Promise.all([
      page('/s/demo.js', { cookie: 'a=1', 'user-agent': 'one', 'accept-language': 'de' }),
      page('/s/demo.js', { 'user-agent': 'two', referer: 'https://elsewhere.example/' }),
    ]);
    const plain = (headers: Headers) => [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
    expect(one.text).toBe(two.text);
    expect(plain(one.headers)).toEqual(plain(two.headers));
    expect(one.headers.getSetCookie()).toEqual([]);
    expect(one.headers.get('etag')).toMatch(/^"[\w-]+"$/);
    expect(one.headers.get('vary')).toBe('Accept-Encoding');
  });

  it('may be loaded by any page, under COEP too, for a short time', async () => {
    const { headers } = await page('/s/demo.js');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('costs at most 1.5 KB with the site’s look and words in it', async () => {
    const { text } = await page('/s/demo.js');
    expect(text).not.toContain('__PARLEY_SITE__');
    expect(brotliCompressSync(text).length).toBeLessThanOrEqual(1500);
  });
});

describe('the frame', () => {
  it('may be embedded by the origins of its site and by nobody else', async () => {
    const { headers } = await page('/frame/demo');
    const policy = headers.get('content-security-policy');
    expect(directive(policy, 'frame-ancestors')?.split(' ').sort()).toEqual([`http://127.0.0.1:${relay.port}`, SHOP].sort());
    expect(headers.get('x-frame-options')).toBeNull();
  });

  it('runs nothing inline, loads from the relay only, and needs Trusted Types', async () => {
    const { headers, text } = await page('/frame/demo');
    const policy = headers.get('content-security-policy');
    expect(policy).not.toMatch(/unsafe|\*|https?:\/\/(?!127|shop)/);
    expect(directive(policy, 'default-src')).toBe("'none'");
    expect(directive(policy, 'script-src')).toBe("'self'");
    expect(directive(policy, 'style-src')).toBe("'self'");
    expect(directive(policy, 'connect-src')).toBe("'self'");
    expect(directive(policy, 'require-trusted-types-for')).toBe("'script'");
    expect(text).not.toMatch(/\son\w+=|<style|style="|javascript:/);
    for (const [, attributes = ''] of text.matchAll(/<script([^>]*)>/g))
      expect(attributes).toMatch(/type="application\/json"|src="\/w\//);
  });

  it('is not kept by caches, and sends no referrer', async () => {
    const { headers } = await page('/frame/demo');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it.each([
    ['en', undefined],
    ['en-GB', undefined],
    ['', undefined],
    ['vi', 'This form is in English.'],
    ['vi-VN', 'This form is in English.'],
    ['"><script>alert(1)</script>', undefined],
  ])('[PR-09] on a page in "%s" says which language its form is in: %s', async (lang, language) => {
    const { text } = await page(`/frame/demo?lang=${encodeURIComponent(lang)}`);
    const boot = JSON.parse(/id="boot">(.*?)<\/script>/.exec(text)?.[1] ?? '');
    expect([boot.language, boot.notice.doc.locale]).toEqual([language, 'en']);
  });

  it('[PR-65] echoes nothing of the visitor', async () => {
    const { text } = await page('/frame/demo', { 'user-agent': 'Unusual-e81f', 'x-forwarded-for': '203.0.113.5' });
    expect(text).not.toMatch(/Unusual-e81f|203\.0\.113\.5|127\.0\.0\.1:\d+"/);
  });

  it('costs at most 15 KB to a usable form, with everything that it loads and the owner’s words and look in it', async () => {
    const frame = await page('/frame/demo');
    const loader = await page('/s/demo.js');
    const host = /"host":"([^"]+)"/.exec(loader.text)?.[1] ?? '';
    const paths = [...frame.text.matchAll(/(?:src|href)="(\/w\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(paths).not.toEqual([]);
    const files = await Promise.all([new URL(host).pathname, ...paths].map((path) => page(path)));
    expect(files.map(({ status }) => status)).toEqual(files.map(() => 200));
    const total = [frame, loader, ...files].reduce((sum, { text }) => sum + brotliCompressSync(text).length, 0);
    expect(total).toBeLessThanOrEqual(15 * 1024);
  });
});

describe('the encoding of what is served', () => {
  const sent = async (accept: string, path: string): Promise<string | null> => {
    const response = await fetch(`${relay.origin}${path}`, { headers: { 'accept-encoding': accept } });
    await response.arrayBuffer();
    return response.headers.get('content-encoding');
  };

  it.each(['/s/demo.js', '/frame/demo', '/console/'])(
    'is the smallest that a browser takes, in whatever order it names them: %s',
    async (path) => {
      expect(await sent('gzip, deflate, br, zstd', path)).toBe('br');
      expect(await sent('gzip, deflate', path)).toBe('gzip');
      expect(await sent('br;q=0, gzip', path)).toBe('gzip');
      expect(await sent('identity', path)).toBeNull();
    },
  );
});

describe('the parts of the widget', () => {
  it('have hashed names, live for ever and may be loaded by any page', async () => {
    const frame = await page('/frame/demo');
    const [, path = ''] = /src="(\/w\/[^"]+\.js)"/.exec(frame.text) ?? [];
    expect(path).toMatch(/-[\w-]{6,}\.js$/);
    const { headers, status } = await page(path);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.getSetCookie()).toEqual([]);
  });
});

describe('the console', () => {
  it('is framed by nobody, runs nothing inline and is not kept', async () => {
    const { headers, text, status } = await page('/console/');
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy');
    expect(directive(policy, 'frame-ancestors')).toBe("'none'");
    expect(directive(policy, 'script-src')).toBe("'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/\son\w+=|<style|style="|<script>/);
  });
});

describe('the console under another name', () => {
  /** `fetch` lets nobody choose the Host. */
  const asked = async (path: string, host: string, at: TestRelay = relay): Promise<[number, string | undefined]> => {
    const answer = await speak(at, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    return [Number(answer.split(' ')[1]), /^Location: (.*)\r$/im.exec(answer)?.[1]];
  };

  it('of this machine is sent to the relay’s own, where its doors open', async () => {
    const { port } = relay;
    for (const name of ['127.0.0.1', '[::1]', 'shop.localhost'])
      expect(await asked('/console/?a', `${name}:${port}`)).toEqual([302, `http://localhost:${port}/console/?a`]);
    expect((await asked('/console/', `localhost:${port}`))[0]).toBe(200);
    // What a proxy in front calls the relay is not what browsers call it.
    for (const host of ['127.0.0.1:1', 'chat.example.com', `chat.example.com:${port}`, ''])
      expect((await asked('/console/', host))[0]).not.toBe(302);
  });

  it('is never sent anywhere on a public relay, and links no demo shop there', async () => {
    const open = await startTestRelay({ env: { PARLEY_PUBLIC_URL: 'https://chat.example.com' } });
    try {
      for (const host of ['chat.example.com', `127.0.0.1:${open.port}`, `localhost:${open.port}`])
        expect((await asked('/console/', host, open))[0]).toBe(200);
      const demo = async (at: TestRelay): Promise<string | undefined> =>
        /<meta name="parley-demo" content="([^"]*)">/.exec(
          await (await fetch(`http://localhost:${at.port}/console/`)).text(),
        )?.[1];
      expect([await demo(open), await demo(relay)]).toEqual(['', `http://127.0.0.1:${relay.port}/demo`]);
      expect((await fetch(`http://127.0.0.1:${relay.port}/demo`)).status).toBe(200);
    } finally {
      await open.close();
    }
  });
});

describe('[PR-09] a published notice', () => {
  it('can be read without JavaScript, with every word that was shown', async () => {
    const { notice } = await frameBoot(relay);
    const { status, text, headers } = await page(`/notice/${notice.hash}`);
    expect(status).toBe(200);
    expect(text).not.toContain('<script');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    const { form, cookie, purposes } = notice.doc.words;
    const shown = [form, cookie, ...Object.values(purposes)].flatMap((words) => Object.values(words));
    const rest = JSON.parse((await page(`/api/notice/${notice.hash}`)).text) as NoticeFull;
    const full = rest.sections.flatMap(({ heading, paragraphs }) => [heading, ...paragraphs]);
    const table = rest.table.flatMap(({ term, text: cell }) => [term, cell]);
    const missing = [...shown, ...full, ...table].filter((words) => !text.includes(escapeHtml(words)));
    expect(missing).toEqual([]);
    expect(text).toContain(notice.hash);
  });
});

describe('the demo page', () => {
  const shop = (path: string) => fetch(`http://127.0.0.1:${relay.port}${path}`, { redirect: 'manual' });

  it('stands under another site name than the relay', async () => {
    const sent = await page('/demo/new');
    expect([sent.status, sent.headers.get('location')]).toEqual([302, `http://127.0.0.1:${relay.port}/demo/new`]);
  });

  it.each(['/demo', '/demo/', '/demo/new'])(
    'at %s embeds the chat with the one snippet, and sets and loads nothing else',
    async (path) => {
      const reply = await shop(path);
      const text = await reply.text();
      expect(reply.status).toBe(200);
      expect(reply.headers.getSetCookie()).toEqual([]);
      expect([...text.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual([
        `<script async src="${relay.origin}/s/demo.js">`,
      ]);
      expect(text).toContain(`${relay.origin}/console/`);
      for (const [, address = ''] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
        expect(address.startsWith('/demo/') || address.startsWith(relay.origin) || address.startsWith('#')).toBe(true);
        if (address.startsWith('/demo/')) expect((await shop(address.split('#')[0] ?? '')).status).toBe(200);
      }
    },
  );
});

describe('what `npm run dev` puts into pages', () => {
  it('is in none of a relay that runs by itself', async () => {
    const pages = [await page('/console/'), await page('/frame/demo'), await page('/demo')];
    const shop = await (await fetch(`http://127.0.0.1:${relay.port}/demo`)).text();
    expect([...pages.map(({ text }) => text), shop].join()).not.toContain('/dev/');
    expect(shop).toContain('</head>');
    for (const path of ['/dev/built', '/dev/reload.js']) expect((await page(path)).status).toBe(404);
  });
});

describe('whether anybody is online', () => {
  const online = (headers: Record<string, string> = {}) => get(relay, '/api/online', headers);

  it('[PR-27] is told as it is now, to the frame, the same to everybody', async () => {
    const agent = await connectAgent(relay);
    try {
      const [one, two] = await Promise.all([
        online({ cookie: '__Host-parley_chat=x', 'user-agent': 'one', 'accept-language': 'de' }),
        online(),
      ]);
      const plain = (headers: Headers) => [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
      expect([one.text, two.text]).toEqual(['{"online":true}', '{"online":true}']);
      expect(plain(one.headers)).toEqual(plain(two.headers));
      expect(one.headers.getSetCookie()).toEqual([]);
      expect(one.headers.get('cache-control')).toBe('no-store');
    } finally {
      agent.socket.close();
    }
    await waitFor(async () => (await online()).text === '{"online":false}', 'the agent to be gone');
    expect((await online({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });
});

describe('[PR-26] whatever is asked for before a consent', () => {
  it('sets no cookie', async () => {
    const paths = [
      '/',
      '/s/demo.js',
      '/frame/demo',
      '/console/',
      '/healthz',
      '/readyz',
      '/demo',
      '/notice.css',
      '/nothing',
      '/live/',
    ];
    for (const path of paths) expect((await page(path)).headers.getSetCookie()).toEqual([]);
  });
});
