import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { bodyPlace, openForm, visitorKeys } from '../../server/visitors/keys.ts';
import type { FormAsGiven } from '../../shared/api.ts';
import { newId } from '../../shared/ids.ts';
import type { RedactionDesk } from '../../shared/owner-api.ts';
import { DEFAULT_RULES, type RedactionRules } from '../../shared/redaction/redaction.ts';
import { addAgent, connectAgent, signIn, type TestAgent } from '../support/agent.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { askAsAgent, askAsVisitor, dataOf, emitRaw, factsOf, type VisitorSocket } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { frameBoot, postStart, startRequestFor, startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const CARD = '4242 4242 4242 4242';
const OTHER_CARD = '5555555555554444';
const NAMED_CARD = '378282246310005';
const ANSWERED = 'DE89370400440532013000';
const MEMBER = 'KD-90817';
const SECRETS = [CARD, CARD.replaceAll(' ', ''), OTHER_CARD, NAMED_CARD, ANSWERED, MEMBER];
const MARK = '[card number removed]';

const set = (relay: TestRelay, change: Partial<RedactionRules>, cookie: string) =>
  post<RedactionDesk>(relay, '/api/agent/redaction/demo', { ...DEFAULT_RULES, ...change }, { cookie });
const say = async (socket: VisitorSocket, body: string, id = newId(), asIs?: true) =>
  dataOf(await askAsVisitor(socket, 'message:send', { id, body, asIs }));

/** Every text of a conversation as it can be read with the keys in hand: what a dump and the master key would give. */
async function opened(relay: TestRelay, conversationId: string): Promise<string[]> {
  const { read } = relay.ctx.store;
  const conversation = await read.conversation(conversationId);
  if (!conversation) throw new Error('no conversation');
  const keys = await visitorKeys(relay.ctx, read, conversation.visitorId);
  const rows = await read.messagesAfter(conversationId, 0, 1000);
  const visitor = await read.visitor(conversation.visitorId);
  const form = openForm(keys, conversation.visitorId, visitor?.formSealed ?? null);
  return [...rows.map(({ id, bodySealed }) => keys.openText('messages', bodyPlace(id), bodySealed)), form.name ?? ''];
}

/** All that a PostgreSQL holds, as text; sealed bytes as hex and as they are. */
async function dumpPostgres(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('select tablename from pg_tables where schemaname = current_schema()');
    const lines: string[] = [];
    for (const { tablename } of rows) {
      const all = await client.query<{ line: string }>(`select t::text as line from "${tablename}" t`);
      lines.push(...all.rows.map(({ line }) => line));
    }
    return lines.join('\n');
  } finally {
    await client.end();
  }
}

describe.each(['sqlite', 'postgres'] as const)('what need not be kept is taken out before it is stored (%s)', (kind) => {
  let database: TestDatabase | null = null;
  let relay: TestRelay;
  let agent: TestAgent;

  beforeAll(async () => {
    database = kind === 'postgres' ? await createDatabase() : null;
    relay = await startTestRelay(database ? { env: { DATABASE_URL: database.url } } : {});
    agent = await connectAgent(relay);
  });
  afterAll(async () => {
    await relay?.close();
    await database?.drop();
  });

  it('from a client that does not look, in the first message, the name, later messages and the agents’', async () => {
    expect(
      (await set(relay, { own: [{ name: 'Member number', pattern: 'KD-#####', mode: 'remove' }] }, agent.cookie)).status,
    ).toBe(200);
    const visitor = await startVisitor(relay, {
      name: `Aoife ${NAMED_CARD}`,
      message: { id: newId(), body: `First: ${CARD}, see` },
    });
    expect(visitor.started.messages.map(({ body }) => body)).toEqual([`First: ${MARK}, see`]);
    const socket = await visitor.connect();
    const { conversationId } = visitor;
    dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId }));
    const heard = factsOf(agent.socket);
    const seen = factsOf(socket);
    expect((await say(socket, `Second: ${OTHER_CARD} as ${MEMBER}`)).body).toBe(`Second: ${MARK} as [Member number removed]`);
    const answer = dataOf(
      await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: `To ${ANSWERED}` }),
    );
    expect(answer.body).toBe('To [account number removed]');
    await waitFor(() => JSON.stringify(seen).includes('account number removed'), 'the visitor to hear the answer');
    await waitFor(() => JSON.stringify(heard).includes('Second: '), 'the agent to hear the visitor');
    expect(JSON.stringify([seen, heard])).not.toMatch(new RegExp(SECRETS.join('|')));
    expect(await opened(relay, conversationId)).toEqual([
      `First: ${MARK}, see`,
      `Second: ${MARK} as [Member number removed]`,
      'To [account number removed]',
      `Aoife ${MARK}`,
    ]);
    socket.close();
  });

  it('so that neither files, nor log, nor tables hold it', async () => {
    expect(textsOnDisk(relay, SECRETS)).toEqual([]);
    const tables = database ? await dumpPostgres(database.url) : JSON.stringify(dumpTables(relay));
    for (const text of SECRETS) {
      expect(tables).not.toContain(text);
      expect(tables).not.toContain(Buffer.from(text).toString('hex'));
      expect(relay.logs.join('\n')).not.toContain(text);
    }
  });

  it('and a repeat is a repeat, another text another', async () => {
    const visitor = await startVisitor(relay);
    const socket = await visitor.connect();
    const id = newId();
    const first = await say(socket, `Pay with ${CARD}`, id);
    expect(await say(socket, `Pay with ${CARD}`, id)).toEqual(first);
    // What the page had taken out itself is the same text.
    expect(await say(socket, `Pay with ${MARK}`, id)).toEqual(first);
    expect(await askAsVisitor(socket, 'message:send', { id, body: 'Pay with cash' })).toEqual({ ok: false, error: 'conflict' });
    expect((await opened(relay, visitor.conversationId)).filter((body) => body.startsWith('Pay'))).toEqual([`Pay with ${MARK}`]);
    socket.close();
  });

  it('and a start is repeated as it was, with the number in it again', async () => {
    const request = await startRequestFor(relay, { message: { id: newId(), body: `Is ${CARD} taken?` } });
    const [once, twice] = [await postStart(relay, request), await postStart(relay, request)];
    expect([once.status, twice.status]).toEqual([200, 200]);
    expect(twice.body.messages).toEqual(once.body.messages);
    const other = await postStart(relay, { ...request, message: { ...request.message, body: 'Is it taken?' } });
    expect(other.status).toBe(409);
  });
});

describe('the owner’s word on it', () => {
  let relay: TestRelay;
  let agent: TestAgent;

  beforeAll(async () => {
    relay = await startTestRelay();
    agent = await connectAgent(relay);
  });
  afterAll(() => relay?.close());

  it('(PR-74) is private by default: card numbers and IBANs, on the demo and on a site that says nothing', async () => {
    const { body } = await get<RedactionDesk>(relay, '/api/agent/redaction', { cookie: agent.cookie });
    expect(body.sites).toEqual([{ key: 'demo', name: 'Northwind Books', rules: DEFAULT_RULES }]);
    expect(DEFAULT_RULES).toEqual({ cards: 'remove', ibans: 'remove', own: [], spared: [] });
    expect(await frameBoot(relay)).not.toHaveProperty('redaction');
  });

  it('lets a visitor who was asked send as it is, and nobody who was not', async () => {
    await set(relay, { cards: 'ask' }, agent.cookie);
    const socket = await (await startVisitor(relay)).connect();
    expect((await say(socket, `${CARD} and ${ANSWERED}`, newId(), true)).body).toBe(`${CARD} and [account number removed]`);
    expect((await say(socket, CARD)).body).toBe(MARK);
    const id = newId();
    const as = await say(socket, CARD, id, true);
    expect(await say(socket, CARD, id, true)).toEqual(as);
    await set(relay, {}, agent.cookie);
    // A repeat after the owner changed their mind is still the repeat of what stands.
    expect(await say(socket, CARD, id, true)).toEqual(as);
    expect((await say(socket, CARD, newId(), true)).body).toBe(MARK);
    socket.close();
  });

  it('holds a repeat that comes after the rules were switched off for what it is', async () => {
    const socket = await (await startVisitor(relay)).connect();
    const id = newId();
    const first = await say(socket, CARD, id);
    await set(relay, { cards: 'off' }, agent.cookie);
    expect(await say(socket, CARD, id)).toEqual(first);
    expect((await say(socket, CARD)).body).toBe(CARD);
    await set(relay, {}, agent.cookie);
    socket.close();
  });

  it('gives agents no way around it', async () => {
    const { conversationId } = await startVisitor(relay);
    await set(relay, { cards: 'ask' }, agent.cookie);
    const draft = { conversationId, id: newId(), body: CARD };
    expect(await emitRaw(agent.socket, 'message:send', { ...draft, asIs: true })).toEqual({ ok: false, error: 'invalid' });
    expect(dataOf(await askAsAgent(agent.socket, 'message:send', draft)).body).toBe(MARK);
    await set(relay, {}, agent.cookie);
  });

  it('spares the owner’s own account, and is told to the page', async () => {
    await set(relay, { spared: ['DE89 3704 0044 0532 0130 00'] }, agent.cookie);
    expect((await frameBoot(relay)).redaction?.spared).toEqual(['DE89 3704 0044 0532 0130 00']);
    const { conversationId } = await startVisitor(relay);
    const body = `Pay to ${ANSWERED}`;
    expect(dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body })).body).toBe(body);
    await set(relay, {}, agent.cookie);
  });

  it('holds for a name that is put right later', async () => {
    const { session } = await startVisitor(relay);
    const { body } = await post<FormAsGiven>(relay, '/api/privacy/rectify', { session, name: CARD, email: null });
    expect(body.name).toBe(MARK);
  });

  it('is given by owners and the privacy role alone, and each change is written down', async () => {
    const password = 'a quiet place by the sea';
    await addAgent(relay, { name: 'Ada', email: 'ada@shop.example', password });
    await addAgent(relay, { name: 'Deirdre', email: 'dpo@shop.example', password, role: 'privacy' });
    const ada = await signIn(relay, { email: 'ada@shop.example', password });
    const dpo = await signIn(relay, { email: 'dpo@shop.example', password });
    expect((await get(relay, '/api/agent/redaction')).status).toBe(401);
    expect((await get(relay, '/api/agent/redaction', { cookie: ada.cookie })).status).toBe(403);
    expect((await set(relay, { cards: 'off' }, ada.cookie)).status).toBe(403);
    expect((await set(relay, { ibans: 'ask' }, dpo.cookie)).body.sites[0]?.rules.ibans).toBe('ask');
    expect((await relay.ctx.store.read.audit.newest(1))[0]).toMatchObject({
      action: 'redaction.changed',
      object: DEMO_SITE_ID,
      agentId: dpo.me.id,
      detail: { ibans: 'ask', own: 0 },
    });
    expect((await post(relay, '/api/agent/redaction/nobody', DEFAULT_RULES, { cookie: dpo.cookie })).status).toBe(404);
  });

  it.each<[string, Partial<Record<keyof RedactionRules, unknown>>, string]>([
    ['an unknown mode', { cards: 'maybe' }, 'cards'],
    ['a pattern that fits every word', { own: [{ name: 'All', pattern: '@+', mode: 'remove' }] }, 'own.0.pattern'],
    ['a regular expression', { own: [{ name: 'All', pattern: '(a+)+$', mode: 'remove' }] }, 'own.0.pattern'],
    ['a name with a bracket', { own: [{ name: 'A]', pattern: 'KD-####', mode: 'remove' }] }, 'own.0.name'],
    ['more than twenty', { own: Array.from({ length: 21 }, () => ({ name: 'A', pattern: 'KD-####', mode: 'ask' })) }, 'own'],
    ['an own number of nothing', { spared: [' '] }, 'spared.0'],
  ])('is refused as a whole with %s', async (_, change, place) => {
    const reply = await post(relay, '/api/agent/redaction/demo', { ...DEFAULT_RULES, ...change }, { cookie: agent.cookie });
    expect([reply.status, Object.keys(reply.body.error.fields ?? {})]).toEqual([400, [place]]);
  });

  it('reaches another relay on the same database within a second or so', async () => {
    const socket = await (await startVisitor(relay)).connect();
    await set(relay, {}, agent.cookie);
    expect((await say(socket, CARD)).body).toBe(MARK);
    // As a command or another relay writes it.
    await relay.ctx.store.write(async (tx) => {
      const site = await tx.siteByKey('demo');
      if (site) await tx.upsertSite({ ...site, settings: { ...site.settings, redaction: { ...DEFAULT_RULES, cards: 'off' } } });
    });
    await waitFor(async () => (await say(socket, CARD)).body === CARD, 'the change to be seen', { timeoutMs: 3000 });
    socket.close();
  });
});
