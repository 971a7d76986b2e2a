import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addressFor, isPublicAddress } from '../../server/webhooks/addresses.ts';
import { pauseAfter } from '../../server/webhooks/deliver.ts';
import { isSignature, secretText, signatureOf } from '../../server/webhooks/secret.ts';
import { postOnce, type Way } from '../../server/webhooks/send.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/limits.ts';

const opened: { close(): void; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

interface Listening {
  port: number;
  asked: string[];
}

function listening(answer: RequestListener, pair?: { key: string; cert: string }): Promise<Listening> {
  const asked: string[] = [];
  const listener: RequestListener = (req, res) => {
    asked.push(`${req.headers.host} ${req.url}`);
    answer(req, res);
  };
  const server = pair ? createSecureServer(pair, listener) : createServer(listener);
  opened.push(server);
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port, asked })),
  );
}

const LOCAL: Way = { mayLoopback: true };
const send = (url: string, way: Way = LOCAL) => postOnce(url, { 'content-type': 'application/json' }, '{}', way);

describe('where a webhook may go', () => {
  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['192.0.0.170', '198.18.0.1', '203.0.113.9', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1'],
    ...['2001:db8::1', '2001::1', '2002:7f00:1::', '3fff::1', 'not an address', ''],
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::1'])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it('is nowhere where any address of the name lies inside, or the name has none', async () => {
    const resolve = (addresses: string[]) => async () => addresses;
    expect(await addressFor('a.example', resolve(['8.8.8.8', '10.0.0.1']), false)).toEqual({ fault: 'private_address' });
    expect(await addressFor('a.example', resolve(['8.8.8.8', '127.0.0.1']), false)).toEqual({ fault: 'private_address' });
    expect(await addressFor('a.example', resolve(['169.254.169.254']), true)).toEqual({ fault: 'private_address' });
    expect(await addressFor('a.example', resolve([]), false)).toEqual({ fault: 'unresolved' });
    expect(await addressFor('a.example', () => Promise.reject(new Error('ENOTFOUND')), false)).toEqual({ fault: 'unresolved' });
    expect(await addressFor('[::1]', resolve([]), false)).toEqual({ fault: 'private_address' });
    expect(await addressFor('8.8.8.8', resolve(['10.0.0.1']), false)).toEqual({ address: '8.8.8.8' });
  });

  it('is looked up once, and the connection goes to the address that was looked at', async () => {
    const { port, asked } = await listening((_req, res) => res.writeHead(204).end());
    let lookups = 0;
    const resolve = async () => (++lookups === 1 ? ['127.0.0.1'] : ['10.255.255.1']);
    const posted = await send(`http://rebinding.example:${port}/hook`, { ...LOCAL, resolve });
    expect([posted.outcome, lookups, asked]).toEqual(['204', 1, [`rebinding.example:${port} /hook`]]);
  });

  it('is not this machine, nor anything without TLS, where the configuration does not say so', async () => {
    const { port, asked } = await listening((_req, res) => res.end());
    const strict = { mayLoopback: false };
    expect((await send(`http://127.0.0.1:${port}/`, strict)).outcome).toBe('not_secure');
    expect((await send(`https://127.0.0.1:${port}/`, strict)).outcome).toBe('private_address');
    expect((await send(`https://localhost:${port}/`, strict)).outcome).toBe('private_address');
    expect(asked).toEqual([]);
  });
});

describe('one post of a webhook', () => {
  it('follows no redirect', async () => {
    const inside = await listening((_req, res) => res.end());
    const { port } = await listening((_req, res) =>
      res.writeHead(307, { location: `http://127.0.0.1:${inside.port}/latest/meta-data` }).end(),
    );
    expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({ outcome: '307', is: 'failed' });
    expect(inside.asked).toEqual([]);
  });

  it('waits for no answer that does not come, and for no end of one that has no end', async () => {
    const hanging = await listening(() => undefined);
    const began = Date.now();
    expect((await send(`http://127.0.0.1:${hanging.port}/`, { ...LOCAL, timeoutMs: 200 })).outcome).toBe('timeout');
    const never = () => new Promise<string[]>(() => undefined);
    expect((await send('https://slow.example/', { ...LOCAL, resolve: never, timeoutMs: 200 })).outcome).toBe('timeout');
    expect(Date.now() - began).toBeLessThan(3000);
    let written = 0;
    let cut = false;
    const endless = await listening((_req, res) => {
      res.on('close', () => {
        cut = true;
      });
      const more = (): void => {
        if (cut) return;
        written += 16_384;
        if (res.write(Buffer.alloc(16_384))) setImmediate(more);
        else res.once('drain', more);
      };
      res.writeHead(200);
      more();
    });
    expect((await send(`http://127.0.0.1:${endless.port}/`)).is).toBe('done');
    while (!cut) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('tells what a recipient said: done, taken, not now', async () => {
    let status = 200;
    const { port } = await listening((_req, res) => res.writeHead(status, { 'retry-after': '120' }).end('{"ok":true}'));
    const said = async (next: number) => {
      status = next;
      return send(`http://127.0.0.1:${port}/`);
    };
    expect(await said(204)).toEqual({ outcome: '204', is: 'done', retryAfterMs: 0 });
    expect(await said(202)).toEqual({ outcome: '202', is: 'accepted', retryAfterMs: 0 });
    expect(await said(503)).toEqual({ outcome: '503', is: 'failed', retryAfterMs: 2 * MINUTE });
    expect((await said(410)).is).toBe('failed');
    expect((await send('http://127.0.0.1:9/')).outcome).toBe('unreachable');
  });
});

describe('a recipient with a certificate', () => {
  let dir: string;
  let pair: { key: string; cert: string };

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-tls-'));
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const ask = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const name = ['-subj', '/CN=recipient.example', '-addext', 'subjectAltName=DNS:recipient.example'];
    execFileSync('openssl', [...ask, ...name, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is told where the certificate is trusted and bears the name, and only there', async () => {
    const { port, asked } = await listening((_req, res) => res.end(), pair);
    const way = { ...LOCAL, resolve: async () => ['127.0.0.1'] };
    expect((await send(`https://recipient.example:${port}/`, way)).outcome).toBe('bad_certificate');
    expect((await send(`https://another.example:${port}/`, { ...way, ca: pair.cert })).outcome).toBe('bad_certificate');
    expect(asked).toEqual([]);
    expect((await send(`https://recipient.example:${port}/`, { ...way, ca: pair.cert })).is).toBe('done');
    expect(asked).toEqual([`recipient.example:${port} /`]);
  });
});

describe('the signature of a webhook', () => {
  /** The example that the libraries of Standard Webhooks share. */
  const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const [id, seconds, body] = ['msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}'] as const;
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

  it('is what Standard Webhooks says', () => {
    expect(signatureOf(secret, id, seconds, body)).toBe(signature);
    expect(secretText(secret)).toBe('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  });

  it('holds for these bytes alone, among several too', () => {
    expect(isSignature(secret, id, seconds, body, `v1,AAAA ${signature} v1a,BBBB`)).toBe(true);
    expect(isSignature(secret, id, seconds + 1, body, signature)).toBe(false);
    expect(isSignature(secret, id, seconds, `${body} `, signature)).toBe(false);
    expect(isSignature(secret, `${id}x`, seconds, body, signature)).toBe(false);
    expect(isSignature(Buffer.from('another'), id, seconds, body, signature)).toBe(false);
    expect(isSignature(secret, id, seconds, body, '')).toBe(false);
  });
});

describe('the pauses between tries', () => {
  it('grow to six hours and stay there for as long as it takes', () => {
    const pauses = Array.from({ length: 12 }, (_, at) => pauseAfter(at + 1, 0.5));
    expect(pauses[0]).toBe(5 * SECOND);
    expect(pauses.toSorted((a, b) => a - b)).toEqual(pauses);
    expect([pauses.at(-1), pauseAfter(1000, 0.5)]).toEqual([6 * HOUR, 6 * HOUR]);
    expect([pauseAfter(3, 0), pauseAfter(3, 1)]).toEqual([0.9 * 2 * MINUTE, 1.1 * 2 * MINUTE]);
  });
});
