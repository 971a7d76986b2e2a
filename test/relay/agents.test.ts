import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLink } from '../../server/agents/login.ts';
import type { Me } from '../../shared/api.ts';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import { newSessionToken } from '../../shared/ids.ts';
import { DAY, HOUR, MINUTE } from '../../shared/limits.ts';
import { addAgent, connectAgent, signIn } from '../support/agent.ts';
import { runCli } from '../support/cli.ts';
import { countRows } from '../support/database.ts';
import { cookieHeader, get, post, setCookies } from '../support/http.ts';
import { agentSocket, closedBy } from '../support/sockets.ts';
import { OWNER, startTestRelay, type TestRelay } from '../support/start-relay.ts';

let now = Date.now();
let relay: TestRelay;

beforeAll(async () => {
  relay = await startTestRelay({ overrides: { clock: () => now } });
});
afterAll(() => relay?.close());

const login = (body: unknown, at: TestRelay = relay) => post<ErrorBody & Me>(at, '/api/agent/login', body);

describe('signing in', () => {
  it('[PR-25] sets one cookie that only the relay’s own pages send', async () => {
    const reply = await login(OWNER);
    expect(reply.body).toEqual({ id: expect.any(String), name: 'Owner', email: OWNER.email, role: 'owner' });
    expect(setCookies(reply)).toHaveLength(1);
    const [pair = '', ...attributes] = (setCookies(reply)[0] ?? '').split('; ');
    expect(pair).toMatch(new RegExp(`^${AGENT_COOKIE}=[A-Za-z0-9_-]{43}$`));
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure']);
    expect(reply.text).not.toContain(pair.split('=')[1]);
  });

  it('gives a new session each time, and takes none that the browser brings along', async () => {
    const first = await signIn(relay);
    const brought = await post<Me>(relay, '/api/agent/login', OWNER, { cookie: `${AGENT_COOKIE}=${newSessionToken()}` });
    expect(cookieHeader(brought)).not.toBe(first.cookie);
    expect((await get(relay, '/api/agent/me', { cookie: first.cookie })).status).toBe(200);
  });

  it('[PR-78] answers the same for a wrong password, an unknown account and a disabled one', async () => {
    const gone = { name: 'Gone', email: 'gone@northwind.example', password: 'a password that was right' };
    const id = await addAgent(relay, gone);
    await relay.ctx.store.write((tx) => tx.updateAgent(id, { disabledAt: now }));
    const replies = [
      await login({ email: OWNER.email, password: 'wrong' }),
      await login({ email: 'nobody@northwind.example', password: 'wrong' }),
      await login({ email: gone.email, password: gone.password }),
    ];
    for (const reply of replies) {
      expect([reply.status, reply.text]).toEqual([401, '{"error":{"code":"sign_in_failed"}}']);
      expect(setCookies(reply)).toEqual([]);
    }
  });

  it('takes the address however it is written', async () => {
    expect((await login({ email: `  ${OWNER.email.toUpperCase()} `, password: OWNER.password })).status).toBe(200);
  });
});

describe('[PR-78] guessing', () => {
  let guarded: TestRelay;
  beforeAll(async () => {
    guarded = await startTestRelay({
      limits: {
        loginsPerAccountAndAddress: { points: 5, windowMs: 5 * MINUTE },
        loginsPerAccount: { points: 12, windowMs: HOUR },
      },
      env: { PARLEY_TRUST_PROXY: '1' },
    });
  });
  afterAll(() => guarded?.close());
  const from = (address: string, body: unknown) =>
    post<ErrorBody>(guarded, '/api/agent/login', body, { 'x-forwarded-for': address });

  it('from one address is stopped, with the time to wait, while the agent gets in from elsewhere', async () => {
    for (let turn = 0; turn < 5; turn++) {
      expect((await from('203.0.113.1', { email: OWNER.email, password: `guess ${turn}` })).status).toBe(401);
    }
    const stopped = await from('203.0.113.1', { email: OWNER.email, password: 'guess' });
    expect([stopped.status, stopped.body.error.code]).toEqual([429, 'rate_limited']);
    expect(stopped.body.error.retryAfterSeconds).toBeGreaterThan(0);
    expect(stopped.headers.get('retry-after')).toBe(String(stopped.body.error.retryAfterSeconds));
    expect((await from('203.0.113.1', OWNER)).status).toBe(429);
    expect((await from('198.51.100.7', OWNER)).status).toBe(200);
  });

  it('in parallel gets no more tries than one after the other', async () => {
    const body = { email: 'burst@northwind.example', password: 'guess' };
    const replies = await Promise.all(Array.from({ length: 40 }, () => from('203.0.113.9', body)));
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(35);
  });

  it('from everywhere at once keeps no agent out of where they have been today', async () => {
    const who = { name: 'Orla', email: 'orla@northwind.example', password: 'a passphrase for the desk' };
    await addAgent(guarded, who);
    const right = { email: who.email, password: who.password };
    const first = await from('198.51.100.20', right);
    expect(first.status).toBe(200);
    // A console that is loaded tells where its agent is.
    const cookie = cookieHeader(first);
    expect((await get(guarded, '/api/agent/me', { cookie, 'x-forwarded-for': '198.51.100.21' })).status).toBe(200);
    const guess = { email: who.email, password: 'guess' };
    const replies = await Promise.all(Array.from({ length: 40 }, (_, at) => from(`203.0.113.${100 + at}`, guess)));
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(12);
    expect((await from('203.0.113.200', right)).status).toBe(429);
    for (const address of ['198.51.100.20', '198.51.100.21']) expect((await from(address, right)).status).toBe(200);
    // There the own bar still stands.
    const statuses = [];
    for (let turn = 0; turn < 6; turn++) statuses.push((await from('198.51.100.20', guess)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('that ends well costs nothing', async () => {
    for (let turn = 0; turn < 15; turn++) expect((await from(`198.51.100.${50 + turn}`, OWNER)).status).toBe(200);
  });

  it('of an account that does not exist is counted just the same', async () => {
    const body = { email: 'nobody@northwind.example', password: 'guess' };
    const statuses = [];
    for (let turn = 0; turn < 6; turn++) statuses.push((await from('203.0.113.2', body)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('from many addresses is stopped by the account', async () => {
    const body = { email: 'spread@northwind.example', password: 'guess' };
    const statuses = [];
    for (let turn = 0; turn < 14; turn++) statuses.push((await from(`203.0.113.${10 + turn}`, body)).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });
});

describe('a session', () => {
  it('[PR-80] ends after an hour without use, and after a day whatever happens', async () => {
    const then = now;
    try {
      const { cookie } = await signIn(relay);
      const me = async (): Promise<number> => (await get(relay, '/api/agent/me', { cookie })).status;
      for (let hours = 0; hours < 23; hours++) {
        now += HOUR - MINUTE;
        expect(await me()).toBe(200);
      }
      now = then + DAY;
      expect(await me()).toBe(401);
      const idle = await signIn(relay);
      now += HOUR;
      expect((await get(relay, '/api/agent/me', { cookie: idle.cookie })).status).toBe(401);
      await expect(agentSocket(relay, { cookie: idle.cookie })).rejects.toThrow('unauthorized');
    } finally {
      now = then;
    }
  });

  it('is stored by its hash only', async () => {
    const { cookie } = await signIn(relay);
    const token = cookie.split('=')[1] ?? '';
    expect(JSON.stringify(await relay.ctx.store.read.agentSession(token))).toBe('null');
  });
});

describe('the first owner', () => {
  let fresh: TestRelay;
  beforeAll(async () => {
    fresh = await startTestRelay({ env: { PARLEY_OWNER_EMAIL: '', PARLEY_OWNER_PASSWORD: '' } });
  });
  afterAll(() => fresh?.close());
  const setUp = (token: string, change: Record<string, unknown> = {}) =>
    post<ErrorBody & Me>(fresh, '/api/agent/setup', {
      token,
      name: 'Maeve',
      email: 'Maeve@Northwind.example',
      password: 'a shelf of old atlases',
      ...change,
    });

  it('is made by a one-time link, once, and only while there is nobody', async () => {
    const [link, second] = [await makeLink(fresh.ctx, 'setup', null), await makeLink(fresh.ctx, 'setup', null)];
    for (const password of ['short', 'aaaaaaaaaaaaaaaaaaaa', 'maeve northwind', 'maevemaevemaevemaeve']) {
      const weak = await setUp(link, { password });
      expect([weak.status, weak.body.error.code]).toEqual([400, 'weak_password']);
    }
    expect(countRows(fresh).agent).toBe(0);
    const made = await setUp(link);
    expect([made.status, made.body.role, made.body.email]).toEqual([200, 'owner', 'maeve@northwind.example']);
    for (const token of [link, second, newSessionToken()]) {
      const used = await setUp(token, { email: 'intruder@northwind.example' });
      expect([used.status, used.body.error.code]).toEqual([410, 'link_used']);
      expect(setCookies(used)).toEqual([]);
    }
    expect(countRows(fresh).agent).toBe(1);
  });
});

describe('a forgotten password', () => {
  it('is replaced by a one-time link within an hour; every older session ends', async () => {
    const who = { name: 'Ruth', email: 'ruth@northwind.example', password: 'the old long password' };
    const id = await addAgent(relay, who);
    const { cookie, socket } = await connectAgent(relay, who);
    const closed = closedBy(socket);
    const token = await makeLink(relay.ctx, 'reset', id);
    const reply = await post<Me>(relay, '/api/agent/reset', { token, password: 'a quite different one' });
    expect([reply.status, reply.body.id]).toEqual([200, id]);
    await closed;
    expect((await get(relay, '/api/agent/me', { cookie })).status).toBe(401);
    expect((await login({ email: who.email, password: who.password })).status).toBe(401);
    expect((await login({ email: who.email, password: 'a quite different one' })).status).toBe(200);
    const again = await post(relay, '/api/agent/reset', { token, password: 'and yet another one' });
    expect([again.status, again.body.error.code]).toEqual([410, 'link_used']);
  });

  it('is not replaced by a link that is too old, or made for something else', async () => {
    const then = now;
    const id = (await relay.ctx.store.read.agentByEmail(OWNER.email))?.id ?? '';
    const late = await makeLink(relay.ctx, 'reset', id);
    const setup = await makeLink(relay.ctx, 'setup', null);
    try {
      now += HOUR;
      for (const token of [late, setup]) {
        const reply = await post(relay, '/api/agent/reset', { token, password: 'a quite different one' });
        expect([reply.status, reply.body.error.code]).toEqual([410, 'link_used']);
      }
    } finally {
      now = then;
    }
  });

  it('gets its link from the command line, while the relay runs', async () => {
    const { stdout, status } = await runCli(['reset-password', OWNER.email.toUpperCase()], {
      PARLEY_DATA: relay.dataDir,
      // The shell's own, not the relay's.
      PORT: '0',
    });
    expect(status).toBe(0);
    const link = /http:\/\/localhost:\d+\/console\/#reset=([A-Za-z0-9_-]{43})/.exec(stdout);
    expect(link?.[0]).toContain(`:${relay.port}/`);
    const reply = await post<Me>(relay, '/api/agent/reset', { token: link?.[1], password: OWNER.password });
    expect(reply.status).toBe(200);
    const nobody = await runCli(['reset-password', 'nobody@northwind.example'], { PARLEY_DATA: relay.dataDir });
    expect([nobody.status, nobody.stdout]).toEqual([1, '']);
  });
});
