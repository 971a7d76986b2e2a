import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { post } from '../support/http.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { LEAK, speak, takeStock } from '../support/unharmed.ts';
import { startRequestFor } from '../support/visitor.ts';

/** Bad input over HTTP: a stable code, no row, no crash, no stack trace. */
let relay: TestRelay;
let expectUnharmed: () => Promise<void>;

const CODE =
  /^(invalid|too_large|not_found|unauthorized|forbidden|consent_required|notice_unknown|conflict|sign_in_failed|link_used|weak_password)$/;

beforeAll(async () => {
  relay = await startTestRelay();
});
beforeEach(() => {
  expectUnharmed = takeStock(relay);
});
afterAll(() => relay?.close());

const DOORS = [
  '/api/consents',
  '/api/consents/decide',
  '/api/consents/withdraw',
  '/api/conversation/end',
  '/api/agent/login',
  '/api/agent/setup',
  '/api/agent/reset',
  '/api/agent/audit/search',
  '/api/agent/breaches',
  '/api/agent/breaches/none/decide',
];

describe('a body', () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const bodies: [string, string][] = [
    ['nothing', ''],
    ['no JSON', '{'],
    ['trailing garbage', '{} x'],
    ['a byte-order mark alone', '\ufeff'],
    ['null', 'null'],
    ['a number', '7'],
    ['a text', '"text"'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['ten thousand brackets', deep],
    ['ten thousand brackets in a field', `{"site":${deep}}`],
    ['a prototype', '{"__proto__":{"polluted":1}}'],
    ['a constructor', '{"constructor":{"prototype":{"polluted":1}}}'],
    ['toString', '{"toString":1,"hasOwnProperty":null}'],
    ['1e400', '{"session":1e400}'],
    ['NaN', '{"session":NaN}'],
    ['a number past 2^53', '{"session":9007199254740993}'],
    ['a lone surrogate', '{"site":"\\ud800"}'],
    ['ten thousand keys', JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`key${at}`, at])))],
    ['operators', '{"email":{"$ne":null},"password":{"$gt":""},"session":{"$ne":null},"token":{"$ne":null}}'],
  ];

  it.each(bodies)('of %s is refused at every door with a stable code', async (_, body) => {
    for (const door of DOORS) {
      const reply = await post(relay, door, body);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
      expect(reply.body.error.code).toMatch(CODE);
      expect(reply.text).not.toMatch(LEAK);
      expect(reply.headers.getSetCookie()).toEqual([]);
    }
    await expectUnharmed();
  });

  it('of 64 KB and a byte is too large', async () => {
    for (const door of DOORS) {
      const reply = await post(relay, door, `{"site":"${'a'.repeat(64 * 1024)}"}`);
      expect([reply.status, reply.body.error.code]).toEqual([413, 'too_large']);
    }
    await expectUnharmed();
  });

  it.each<[string, Record<string, string>]>([
    ['no type that we know', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a multipart form without a boundary', { 'content-type': 'multipart/form-data' }],
    ['a charset of another time', { 'content-type': 'application/json; charset=utf-7' }],
    ['an unknown encoding', { 'content-encoding': 'rot13' }],
    ['a gzip that is none', { 'content-encoding': 'gzip' }],
  ])('with %s is refused', async (_, headers) => {
    const request = await startRequestFor(relay);
    for (const door of DOORS) {
      const reply = await post(relay, door, door === '/api/consents' ? request : {}, headers);
      expect([400, 413, 415]).toContain(reply.status);
      expect(reply.body.error.code).toMatch(CODE);
      expect(reply.text).not.toMatch(LEAK);
    }
    await expectUnharmed();
  });

  it('that unpacks to 50 MB is too large', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    const reply = await fetch(`${relay.origin}/api/consents`, {
      method: 'POST',
      headers: { origin: relay.origin, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: bomb,
    });
    expect(reply.status).toBe(413);
    expect(await reply.json()).toEqual({ error: { code: 'too_large' } });
    await expectUnharmed();
  });

  it('that is cut off leaves nothing', async () => {
    const head = `POST /api/consents HTTP/1.1\r\nHost: localhost\r\nOrigin: ${relay.origin}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"site":"demo",`;
    await speak(relay, head, { hangUp: true });
    await expectUnharmed();
  });

  it.each([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3'],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked'],
    ['a length that is none', 'Content-Length: -1'],
  ])('with %s is refused by the first line of defence', async (_, headers) => {
    const answer = await speak(
      relay,
      `POST /api/consents HTTP/1.1\r\nHost: localhost\r\nOrigin: ${relay.origin}\r\n${headers}\r\n\r\n{}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect(answer).not.toMatch(LEAK);
    await expectUnharmed();
  });

  it('under 64 KB of headers, or two thousand of them, is refused', async () => {
    const large = await speak(
      relay,
      `POST /api/consents HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'a'.repeat(64 * 1024)}\r\n\r\n`,
    );
    expect(large).toMatch(/^HTTP\/1\.1 4\d\d/);
    const many = Array.from({ length: 2500 }, (_, at) => `X-${at}: 1`).join('\r\n');
    expect(await speak(relay, `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${many}\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 (4\d\d|200)/,
    );
    await expectUnharmed();
  });
});

describe('a path', () => {
  it.each([
    ...[
      '/nothing',
      '/api',
      '/api/',
      '/api/nothing',
      '/s/',
      '/s/demo',
      '/s/none.js',
      '/s/..%2f..%2fetc%2fpasswd.js',
      '/frame/none',
      '/frame/',
    ],
    ...[
      '/frame/..%2f..',
      '/frame/%00',
      '/notice/',
      '/notice/latest',
      `/notice/${'f'.repeat(64)}`,
      '/w/..%2f..%2fpackage.json',
      '/w/manifest.js',
    ],
    ...[
      '/w/%2e%2e/%2e%2e/package.json',
      '/demo/..%2f..%2fconfig.ts',
      '/console/..%2f..%2fx.js',
      '/console/x.js',
      '/%',
      '/%E0%A4%A',
      '/__proto__',
    ],
    ...['//evil.example/x', '/.git/config', '/data/parley.sqlite', '/master.key'],
  ])('%s gives nothing away', async (path) => {
    const host = `127.0.0.1:${relay.port}`;
    const answer = await speak(
      relay,
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404)/);
    expect(answer).not.toMatch(LEAK);
    await expectUnharmed();
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])('takes no %s', async (method) => {
    const answer = await speak(
      relay,
      `${method} /api/consents HTTP/1.1\r\nHost: localhost\r\nOrigin: ${relay.origin}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    await expectUnharmed();
  });
});
