import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_NAMESPACE, VISITOR_NAMESPACE } from '../../shared/endpoints.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import { newId, newSessionToken } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import { signIn } from '../support/agent.ts';
import { countRows } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { agentSocket, askAsVisitor, closedBy, type Handshake, open, socketTo, visitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { postStart, startRequestFor, startVisitor } from '../support/visitor.ts';

let now = Date.now();
let relay: TestRelay;
const sockets: { close(): unknown }[] = [];
const keep = <S extends { close(): unknown }>(socket: S): S => {
  sockets.push(socket);
  return socket;
};

beforeAll(async () => {
  relay = await startTestRelay({ overrides: { clock: () => now } });
});
afterAll(() => relay?.close());
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

describe('[PR-30] the gate of the visitors’ sockets', () => {
  it('opens for a session with a consent in force', async () => {
    const visitor = await startVisitor(relay);
    expect(keep(await visitor.connect()).connected).toBe(true);
  });

  it('stays shut without a session, and for a token that was never given out', async () => {
    const refused: Record<string, unknown>[] = [
      {},
      { session: newSessionToken() },
      { session: '' },
      { session: null },
      { session: 7 },
      { session: ['a'] },
      { session: { $ne: null } },
      { session: 'x'.repeat(10_000) },
      { token: newSessionToken() },
    ];
    for (const auth of refused) await expect(visitorSocket(relay, { auth })).rejects.toThrow('unauthorized');
  });

  it('stays shut when the consent has run out, for whoever comes and for whoever is there', async () => {
    const visitor = await startVisitor(relay);
    const socket = keep(await visitor.connect());
    const until = (await relay.ctx.store.read.conversation(visitor.conversationId))?.consentUntil ?? 0;
    const then = now;
    try {
      now = until - 1000;
      // The session is short-lived by design; here only the consent is to be old.
      await relay.ctx.store.write(async (tx) => {
        for (const session of await tx.sessionsOf(visitor.conversationId))
          await tx.updateSession(session.tokenHash, { expiresAt: until + DAY });
      });
      expect((await askAsVisitor(socket, 'message:send', { id: newId(), body: 'still in time' })).ok).toBe(true);
      now = until;
      const rows = countRows(relay);
      expect(await askAsVisitor(socket, 'message:send', { id: newId(), body: 'too late' })).toEqual({
        ok: false,
        error: 'consent_expired',
      });
      expect(countRows(relay)).toEqual(rows);
      await expect(visitor.connect()).rejects.toThrow('consent_expired');
    } finally {
      now = then;
    }
  });

  it('stays shut for a session that has run out', async () => {
    const visitor = await startVisitor(relay);
    const then = now;
    try {
      now += DAY;
      await expect(visitor.connect()).rejects.toThrow('unauthorized');
    } finally {
      now = then;
    }
  });

  it('stays shut for an agent’s cookie, and the agents’ gate for a visitor’s token', async () => {
    const { cookie } = await signIn(relay);
    await expect(visitorSocket(relay, { cookie })).rejects.toThrow('unauthorized');
    const visitor = await startVisitor(relay);
    await expect(agentSocket(relay, { auth: { session: visitor.session } })).rejects.toThrow('unauthorized');
    await expect(agentSocket(relay, { cookie: `__Host-parley_agent=${visitor.session}` })).rejects.toThrow('unauthorized');
    await expect(agentSocket(relay, { cookie: `__Host-parley_chat=${visitor.session}` })).rejects.toThrow('unauthorized');
  });
});

describe('the origin of a socket', () => {
  const foreign: [string, Handshake][] = [
    ['a host page', { origin: 'http://shop.localhost:8080' }],
    ['another port', { origin: 'http://localhost:1' }],
    ['another scheme', { origin: 'https://localhost' }],
    ['a name that begins the same', { origin: 'http://localhost.evil.example' }],
    ['a sandbox', { origin: 'null' }],
    ['no page at all', { origin: null }],
    ['another site, as the browser says', { origin: null, headers: { 'sec-fetch-site': 'cross-site' } }],
    ['a sibling, as the browser says', { origin: null, headers: { 'sec-fetch-site': 'same-site' } }],
  ];

  it.each(foreign)('is refused from %s, at both gates, on both transports', async (_, handshake) => {
    const visitor = await startVisitor(relay);
    const { cookie } = await signIn(relay);
    for (const transport of ['websocket', 'polling'] as const) {
      const transports = [transport];
      const refused = /websocket error|xhr poll error|forbidden/;
      await expect(visitorSocket(relay, { ...handshake, auth: { session: visitor.session }, transports })).rejects.toThrow(
        refused,
      );
      await expect(agentSocket(relay, { ...handshake, cookie, transports })).rejects.toThrow(refused);
    }
  });

  it('may be left out by polling from the relay’s own pages', async () => {
    const visitor = await startVisitor(relay);
    const headers = { 'sec-fetch-site': 'same-origin' };
    const socket = await visitorSocket(relay, {
      origin: null,
      headers,
      auth: { session: visitor.session },
      transports: ['polling'],
    });
    expect(keep(socket).connected).toBe(true);
  });

  it('is refused on a forged header beside a foreign Origin', async () => {
    const visitor = await startVisitor(relay);
    const headers = { 'sec-fetch-site': 'same-origin' };
    await expect(
      visitorSocket(relay, { origin: 'https://evil.example', headers, auth: { session: visitor.session } }),
    ).rejects.toThrow();
  });
});

describe('namespaces', () => {
  it.each([
    ['the main one', '/'],
    ['an admin’s', '/admin'],
    ['ours with a slash', '/visitor/'],
    ['a prototype', '/__proto__'],
    ['a way round', '/agent/../visitor'],
    ['two thousand letters', `/${'n'.repeat(2000)}`],
  ])('there is none for %s', async (_, namespace) => {
    const visitor = await startVisitor(relay);
    await expect(open(socketTo(relay, namespace, { auth: { session: visitor.session } }))).rejects.toThrow();
  });

  it('asked for by the thousand, leave the doors as they are', async () => {
    const visitor = await startVisitor(relay);
    const socket = keep(await visitor.connect());
    const engine = socket.io.engine as unknown as { write(packet: string): void };
    for (let at = 0; at < 1000; at++) engine.write(`0/none-${at},`);
    expect((await askAsVisitor(socket, 'typing:set', { typing: false })).ok).toBe(true);
    expect(keep(await visitor.connect()).connected).toBe(true);
  });

  it('are the two that there should be', () => {
    expect([VISITOR_NAMESPACE, AGENT_NAMESPACE]).toEqual(['/visitor', '/agent']);
  });
});

describe('[PR-30] the gate of HTTP', () => {
  const posts = [
    '/api/consents',
    '/api/consents/decide',
    '/api/consents/withdraw',
    '/api/conversation/end',
    '/api/agent/login',
    '/api/agent/setup',
    '/api/agent/reset',
    '/api/agent/logout',
  ];

  it.each(posts)('takes nothing at %s from another origin', async (path) => {
    const body = path === '/api/consents' ? await startRequestFor(relay) : {};
    const rows = countRows(relay);
    const others: Record<string, string | null>[] = [
      { origin: 'http://shop.localhost:8080' },
      { origin: 'null' },
      { origin: `${relay.origin}.evil.example` },
      { origin: null },
      { origin: null, 'sec-fetch-site': 'cross-site' },
      { origin: null, 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ];
    for (const headers of others) {
      const reply = await post<ErrorBody>(relay, path, body, headers);
      expect([reply.status, reply.body.error.code]).toEqual([403, 'forbidden']);
      expect(reply.headers.getSetCookie()).toEqual([]);
      expect(reply.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(countRows(relay)).toEqual(rows);
  });

  it('answers no preflight of another origin', async () => {
    const reply = await fetch(`${relay.origin}/api/consents`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
    expect(reply.headers.get('access-control-allow-methods')).toBeNull();
  });

  it.each(posts)('changes nothing on a GET of %s', async (path) => {
    const rows = countRows(relay);
    const reply = await get<ErrorBody>(relay, path);
    expect([reply.status, reply.body.error.code]).toEqual([404, 'not_found']);
    expect(countRows(relay)).toEqual(rows);
  });

  it('lets the relay’s own page in without Origin where the browser vouches for it', async () => {
    const reply = await postStart(relay, await startRequestFor(relay), { origin: null, 'sec-fetch-site': 'same-origin' });
    expect(reply.status).toBe(200);
  });
});

describe('[PR-46] a withdrawn consent', () => {
  it('shuts the gate for good', async () => {
    const visitor = await startVisitor(relay);
    const socket = keep(await visitor.connect());
    const closed = closedBy(socket);
    const reply = await post(relay, '/api/consents/withdraw', {
      session: visitor.session,
      actId: 'a'.repeat(32),
      control: 'privacy.withdraw',
      action: 'click',
      clientTime: null,
      viewport: 'desktop',
    });
    expect(reply.status).toBe(200);
    await closed;
    await expect(visitor.connect()).rejects.toThrow(/unauthorized|consent_withdrawn/);
    const again = await postStart<ErrorBody>(relay, visitor.request);
    expect([again.status, again.body.error.code]).toEqual([409, 'conflict']);
  });
});
