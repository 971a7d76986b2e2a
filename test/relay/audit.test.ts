import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLink } from '../../server/agents/login.ts';
import { recordAct } from '../../server/audit/act.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import type { AuditRow } from '../../server/store/rows.ts';
import { StoreUnavailable } from '../../server/store/store.ts';
import { AUDIT_ACTIONS, type AuditAction } from '../../shared/audit.ts';
import { type AgentCommand, agentCommands } from '../../shared/events.ts';
import { newId } from '../../shared/ids.ts';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import { connectAgent, signIn, type TestAgent } from '../support/agent.ts';
import { takeExport } from '../support/archive.ts';
import { type Canary, startCanary } from '../support/canary.ts';
import { runCli } from '../support/cli.ts';
import { dumpTables } from '../support/database.ts';
import { cookieHeader, get, post } from '../support/http.ts';
import { agentSocket, askAsAgent, dataOf } from '../support/sockets.ts';
import { OWNER, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

let relay: TestRelay;
let agent: TestAgent;
let canary: Canary;
let token: string;

beforeAll(async () => {
  relay = await startTestRelay({ env: { PARLEY_TRUST_PROXY: '1' } });
  agent = await connectAgent(relay);
  canary = await startCanary(relay, agent, 'audited');
  token = (await post<{ token: string }>(relay, '/api/receipts', { session: canary.session })).body.token;
});
afterAll(async () => {
  agent?.socket.close();
  await relay?.close();
});

const lines = (): Promise<AuditRow[]> => relay.ctx.store.read.audit.newest(1000);
const command = (...args: string[]) => runCli(args, { PARLEY_DATA: relay.dataDir });
const asked = { cookie: '' };
const archive = (): string => join(relay.dataDir, 'everything.zip');

/** What each look and change leaves: one line, and who, what and from where stand in it. `object` is the canary's chat, where it says nothing else. */
interface Door {
  does: string;
  action: AuditAction;
  actor: AuditRow['actor'];
  object?: string | RegExp;
  go(): Promise<unknown>;
}

const { email, password } = OWNER;
const DOORS: Door[] = [
  {
    does: 'inbox:list',
    action: 'inbox.listed',
    actor: 'agent',
    object: 'mine',
    go: () => ask('inbox:list', { view: 'mine', before: null }),
  },
  { does: 'conversation:open', action: 'conversation.opened', actor: 'agent', go: () => ask('conversation:open', inTalk()) },
  {
    does: 'conversation:sync of a talk that the session has not opened',
    action: 'conversation.opened',
    actor: 'agent',
    async go() {
      const other = await agentSocket(relay, { cookie: (await stranger()).cookie });
      dataOf(await askAsAgent(other, 'conversation:sync', { ...inTalk(), afterSeq: 0 }));
      other.close();
    },
  },
  {
    does: 'conversation:unlock of a talk that is not locked',
    action: 'conversation.opened',
    actor: 'agent',
    object: /./,
    async go() {
      const { conversationId } = await startVisitor(relay);
      await ask('conversation:unlock', { conversationId, afterSeq: null });
    },
  },
  { does: 'consent:card', action: 'consent.read', actor: 'agent', go: () => ask('consent:card', inTalk()) },
  { does: 'ip:reveal', action: 'ip.reveal', actor: 'agent', go: () => ask('ip:reveal', inTalk()) },
  {
    does: 'the form as it was shown, page and frame',
    action: 'form.shown',
    actor: 'agent',
    async go() {
      for (const path of ['', '/form'])
        await wanted(get(relay, `/shown/${canary.conversationId}${path}`, { cookie: agent.cookie }));
    },
  },
  {
    does: 'a receipt’s link',
    action: 'receipt.opened',
    actor: 'visitor',
    go: () => wanted(post(relay, '/api/receipts/open', { token })),
  },
  { does: 'a visitor’s download', action: 'export.visitor', actor: 'visitor', go: () => wanted(takeExport(relay, token)) },
  {
    does: 'a correction',
    action: 'form.rectified',
    actor: 'visitor',
    go: () =>
      wanted(
        post(relay, '/api/privacy/rectify', {
          session: canary.session,
          name: 'Canary audited name, put right',
          email: 'canary.audited@example.ie',
        }),
      ),
  },
  {
    does: 'parley export',
    action: 'export.operator',
    actor: 'operator',
    go: () => ended(command('export', canary.conversationId, archive())),
  },
  { does: 'parley proof', action: 'proof.made', actor: 'operator', go: () => ended(command('proof', canary.conversationId)) },
  {
    does: 'publishing a notice',
    action: 'notice.published',
    actor: 'agent',
    object: /^[0-9a-f]{64}$/,
    async go() {
      const desk = await get<NoticeDesk>(relay, '/api/agent/notices/demo/en', { cookie: agent.cookie });
      const doc = desk.body.inForce?.doc;
      const drafted = await post<NoticeDesk>(relay, '/api/agent/notices/demo/draft', { doc }, { cookie: agent.cookie });
      await wanted(
        post(
          relay,
          '/api/agent/notices/demo/publish',
          { locale: 'en', hash: drafted.body.draft?.hash },
          { cookie: agent.cookie },
        ),
      );
    },
  },
  {
    does: 'parley invite',
    action: 'role.changed',
    actor: 'operator',
    object: /./,
    go: () => ended(command('invite', 'desk@northwind.example', 'privacy')),
  },
  {
    does: 'parley reset-password',
    action: 'link.made',
    actor: 'operator',
    object: /./,
    go: () => ended(command('reset-password', email)),
  },
  {
    does: 'parley rotate-key',
    action: 'key.rotated',
    actor: 'operator',
    object: /^[0-9a-f]{16}$/,
    go: () => ended(command('rotate-key')),
  },
  {
    does: 'signing in',
    action: 'agent.signed_in',
    actor: 'agent',
    object: /./,
    async go() {
      asked.cookie = cookieHeader(await wanted(post(relay, '/api/agent/login', { email, password })));
    },
  },
  {
    does: 'signing out',
    action: 'agent.signed_out',
    actor: 'agent',
    object: /./,
    go: () => wanted(post(relay, '/api/agent/logout', {}, { cookie: asked.cookie })),
  },
  {
    does: 'a wrong password for an account that is there',
    action: 'agent.sign_in_failed',
    actor: 'relay',
    object: /./,
    async go() {
      expect((await post(relay, '/api/agent/login', { email, password: 'a wrong one, and long enough' })).status).toBe(401);
      await waitFor(async () => (await lines()).some(({ action }) => action === 'agent.sign_in_failed'), 'the line');
    },
  },
  {
    does: 'a look at the audit',
    action: 'audit.searched',
    actor: 'agent',
    object: 'audit',
    go: () => wanted(post(relay, '/api/agent/audit/search', { filter: {}, before: null }, { cookie: agent.cookie })),
  },
  {
    does: 'an export of the audit for one chat',
    action: 'audit.exported',
    actor: 'agent',
    go: () => wanted(get(relay, `/api/agent/audit/export.csv?object=${canary.conversationId}`, { cookie: agent.cookie })),
  },
];

/** Commands of the desk that show nothing of a person, or change nothing of the relay, each with why. */
const NO_LOOK: Record<string, string> = {
  'conversation:close': 'work in a chat: the chat itself says it',
  'conversation:reopen': 'work in a chat: the chat itself says it',
  'message:send': 'the message itself says it',
  'message:mark': 'an opened chat, which was written down',
  'typing:set': 'shows nothing',
  'presence:set': 'of agents alone',
};
/** Every test of the relay: an act whose door is in another room is named by the test that walks through it. */
function testsOfRelay(): string {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join();
}

const inTalk = () => ({ conversationId: canary.conversationId });
const ask = async (name: AgentCommand, input: object): Promise<unknown> =>
  dataOf(await askAsAgent(agent.socket, name, input as never));

let signedIn: { cookie: string } | null = null;
/** Somebody in another session, signed in before the doors are counted. */
async function stranger(): Promise<{ cookie: string }> {
  signedIn ??= await signIn(relay);
  return signedIn;
}

async function wanted<T extends { status: number }>(reply: Promise<T>): Promise<T> {
  const came = await reply;
  expect(came.status).toBe(200);
  return came;
}

async function ended(finished: Promise<{ status: number | null; stderr: string }>): Promise<void> {
  const { status, stderr } = await finished;
  expect([status, stderr]).toEqual([0, expect.any(String)]);
}

describe('every look and every change (PR-81)', () => {
  it('has a door below, or a reason', () => {
    const looks = DOORS.map(({ does }) => does.split(' ')[0]);
    expect(
      Object.keys(agentCommands)
        .filter((name) => !looks.includes(name))
        .sort(),
    ).toEqual(Object.keys(NO_LOOK).sort());
    const here = DOORS.map(({ action }) => action);
    const elsewhere = testsOfRelay();
    const isKnown = (action: AuditAction): boolean => {
      const ofMany = action.replace(
        /\.(locked|contract|legal_obligation|public_task|legal_claims|owner|privacy|agent)$/,
        '.${to}',
      );
      return here.includes(action) || elsewhere.includes(`'${action}'`) || elsewhere.includes(`\`${ofMany}\``);
    };
    expect(AUDIT_ACTIONS.filter((action) => !isKnown(action))).toEqual([]);
  });

  it.each(DOORS)('is one line and one entry: $does', async ({ action, actor, object, go }) => {
    await stranger();
    const before = await lines();
    const { seq } = await relay.ctx.store.read.auditChain.head();
    await go();
    const fresh = (await lines()).slice(0, -before.length);
    expect(fresh.map((line) => line.action)).toEqual([action]);
    const [line] = fresh;
    expect(line).toMatchObject({ action, actor, at: expect.any(Number) });
    expect(line?.object).toMatch(object instanceof RegExp ? object : new RegExp(`^${object ?? canary.conversationId}$`));
    if (actor === 'agent') expect([line?.agentId, line?.session]).toEqual([agent.me.id, expect.stringMatching(/^[0-9a-f]{16}$/)]);
    else expect([line?.agentId, line?.session]).toEqual([null, null]);
    expect((await relay.ctx.store.read.auditChain.head()).seq).toBe(seq + 1);
  });

  it('has nothing in it of what was looked at: no text, no name, no address, no token', async () => {
    const { audit, audit_entry: entries } = dumpTables(relay);
    const text = JSON.stringify([audit, entries]);
    expect(text).toContain(canary.conversationId);
    const secrets = [
      ...canary.texts,
      token,
      password,
      email,
      agent.cookie.split('=')[1] ?? '',
      'desk@northwind.example',
      '127.0.0.1',
    ];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(await verifyAudit(relay.ctx.store.read)).toMatchObject({ fault: null, unchained: 0 });
  });

  it('is none where nothing was shown: unknown talks, a lost link that comes back, a list that is asked again', async () => {
    await ask('conversation:open', inTalk());
    await ask('inbox:list', { view: 'all', before: null });
    const before = (await lines()).length;
    expect(await askAsAgent(agent.socket, 'conversation:open', { conversationId: newId() })).toMatchObject({
      error: 'not_found',
    });
    await ask('conversation:sync', { ...inTalk(), afterSeq: 1 });
    await ask('inbox:list', { view: 'all', before: null });
    const again = await agentSocket(relay, { cookie: agent.cookie });
    dataOf(await askAsAgent(again, 'conversation:sync', { ...inTalk(), afterSeq: 1 }));
    again.close();
    expect((await post(relay, '/api/receipts/open', { token: 'A'.repeat(43) })).status).toBe(404);
    expect((await post(relay, '/api/agent/login', { email: 'nobody@northwind.example', password })).status).toBe(401);
    expect((await lines()).length).toBe(before);
  });

  it('is written before it is given, or it is not given', async () => {
    const { store } = relay.ctx;
    const talk = await startVisitor(relay, { message: { id: newId(), body: 'canary-not-given' } });
    const { conversationId } = talk;
    await ask('conversation:open', inTalk());
    relay.ctx.store = { ...store, write: () => Promise.reject(new StoreUnavailable('the disk is full')) };
    try {
      for (const [name, input] of [
        ['conversation:open', { conversationId }],
        ['conversation:sync', { conversationId, afterSeq: 0 }],
        ['consent:card', { conversationId }],
        ['ip:reveal', { conversationId }],
        ['inbox:list', { view: 'unassigned', before: null }],
      ] as const) {
        const answer = await askAsAgent(agent.socket, name, input as never);
        expect([name, answer]).toMatchObject([name, { ok: false, error: 'unavailable' }]);
      }
      for (const reply of [
        await get(relay, `/shown/${conversationId}`, { cookie: agent.cookie }),
        await post(relay, '/api/receipts/open', { token }),
        await post(relay, '/api/agent/audit/search', { filter: {}, before: null }, { cookie: agent.cookie }),
        await get(relay, '/api/agent/audit/export.json', { cookie: agent.cookie }),
      ])
        expect(reply.status).toBe(503);
    } finally {
      relay.ctx.store = store;
    }
    // What was opened before the disk was full is read on: it is no new look.
    relay.ctx.store = { ...store, write: () => Promise.reject(new StoreUnavailable('the disk is full')) };
    try {
      await ask('conversation:sync', { ...inTalk(), afterSeq: 0 });
    } finally {
      relay.ctx.store = store;
    }
  });

  it('is told of a new password, and of an erasure by whoever asked for it, which names nobody', async () => {
    const link = await makeLink(relay.ctx, 'reset', agent.me.id);
    await wanted(post(relay, '/api/agent/reset', { token: link, password: 'another horse, another battery' }));
    const done = (await lines()).slice(0, 2).map(({ action, agentId }) => [action, agentId]);
    expect(done.sort()).toEqual([
      ['agent.signed_in', agent.me.id],
      ['password.reset', agent.me.id],
    ]);
    const visitor = await startVisitor(relay);
    const erased = await post<{ certificate: { erasure_id: string } }>(relay, '/api/privacy/erase', { session: visitor.session });
    const line = (await lines()).find(({ object }) => object === erased.body.certificate.erasure_id);
    expect(line).toMatchObject({ action: 'visitor.erased', actor: 'visitor', agentId: null });
    const { store } = relay.ctx;
    expect(await verifyAudit(store.read)).toMatchObject({ fault: null });
    if (existsSync(archive())) rmSync(archive());
  });

  it('is one line whatever is put into it: no line end, no control, no mark of direction, nothing long', async () => {
    const hostile = `a\r\n2026 forged\u202e\u0000\u001b[31m\u2028<b>=1+1 ${'x'.repeat(500)}`;
    await relay.ctx.store.write((tx) =>
      recordAct(
        tx,
        { actor: { kind: 'relay' }, action: 'inbox.listed', object: hostile, detail: { [hostile]: hostile, n: 1 } },
        Date.now(),
      ),
    );
    const line = (await lines()).find(({ object }) => object.startsWith('a__'));
    const written = [
      line?.object ?? '',
      ...Object.entries(line?.detail ?? {})
        .flat()
        .map(String),
    ];
    for (const text of written) expect(text).toMatch(/^[\w.:/+-]{1,128}$/);
  });
});
