import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newActId, newId, newSessionToken } from '../../shared/ids.ts';
import { addAgent, connectAgent, type TestAgent } from '../support/agent.ts';
import { runCli } from '../support/cli.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { post } from '../support/http.ts';
import { askAsAgent, askAsVisitor, dataOf, emitRaw, visitorSocket } from '../support/sockets.ts';
import { newDataDir, OWNER, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { postStart, startRequestFor } from '../support/visitor.ts';

/** Words that stand for everything that may be found nowhere but with those who may read it. */
const BODY = 'Is-the-umbrella-poem-signed-7f3a';
const ANSWER = 'Yes-on-the-flyleaf-91bc';
const NAME = 'Aoife-Unusual-Name-55d2';
const EMAIL = 'aoife.unusual.55d2@example.ie';
const IP = '203.0.113.77';
const AGENT_STRING = 'Mozilla/5.0 (UnusualBrowser-e81f)';

let relay: TestRelay;
let agent: TestAgent;
let session: string;
let agentToken: string;
let refused: string;
let conversationId: string;

beforeAll(async () => {
  relay = await startTestRelay({ env: { PARLEY_TRUST_PROXY: '1' } });
  // One walk along the whole road, refusals and faults among it, with the words above wherever they can stand.
  const request = await startRequestFor(relay, { name: NAME, email: EMAIL, message: { id: newId(), body: BODY } });
  session = request.session;
  conversationId = request.conversationId;
  const from = { 'x-forwarded-for': IP, 'user-agent': AGENT_STRING };
  const started = await postStart(relay, request, from);
  if (started.status !== 200) throw new Error(started.text);
  refused = newSessionToken();
  await postStart(relay, { ...request, session: refused }, from);
  await postStart(relay, { ...request, email: `${EMAIL}@`, name: NAME }, from);
  await post(relay, '/api/agent/login', { email: OWNER.email, password: `wrong-${BODY}` }, from);
  await post(relay, `/api/nothing/${session}?token=${session}`, {}, from);
  agent = await connectAgent(relay);
  agentToken = agent.cookie.split('=')[1] ?? '';
  const socket = await visitorSocket(relay, { auth: { session } });
  dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body: `${BODY} again` }));
  dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: ANSWER }));
  dataOf(await askAsAgent(agent.socket, 'ip:reveal', { conversationId }));
  await emitRaw(socket, 'message:send', { id: BODY, body: BODY, extra: NAME });
  await emitRaw(socket, BODY, { body: BODY });
  await post(relay, '/api/consents/decide', {
    session,
    actId: newActId(),
    purpose: 'persistence',
    granted: true,
    noticeHash: request.noticeHash,
    control: 'cookie.accept',
    action: 'click',
    clientTime: null,
    viewport: 'desktop',
    nextSession: null,
  });
  socket.close();
});
afterAll(async () => {
  agent?.socket.close();
  await relay?.close();
});

const personal = (): string[] => [
  BODY,
  ANSWER,
  NAME,
  EMAIL,
  IP,
  AGENT_STRING,
  'UnusualBrowser',
  session,
  refused,
  agentToken,
  OWNER.password,
];

describe('the logs', () => {
  it('[PR-64] hold no body, no name, no address, no IP, no token and no password', () => {
    const text = relay.logs.join('\n');
    expect(relay.logs.length).toBeGreaterThan(10);
    expect([...personal(), OWNER.email].filter((one) => text.includes(one))).toEqual([]);
  });

  it('say what happened, as JSON, with a request id that the answer carries too', async () => {
    const reply = await post(relay, '/api/consents', {});
    const id = reply.headers.get('x-request-id');
    const lines = relay.logs.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find((line) => line.requestId === id)).toMatchObject({
      level: 'info',
      method: 'POST',
      route: expect.stringMatching(/\/consents$/),
      status: 400,
    });
  });
});

describe('the data folder', () => {
  it('[PR-55] holds no plaintext of what is sealed, in no file, the write-ahead log among them', () => {
    expect(textsOnDisk(relay, personal())).toEqual([]);
    // The search can find what is there.
    expect(textsOnDisk(relay, ['Northwind Books', OWNER.email])).toEqual(['Northwind Books', OWNER.email]);
  });

  it('[PR-44] holds no personal data in the ledger’s entries', () => {
    const { ledger_entry: entries = [], conversation = [] } = dumpTables(relay);
    const text = JSON.stringify(entries);
    expect(entries.length).toBeGreaterThanOrEqual(3);
    for (const row of conversation as { id: string; visitor_id: string }[]) {
      expect(text).not.toContain(row.id);
      expect(text).not.toContain(row.visitor_id);
    }
  });
});

/** Works on a copy of a stopped relay's folder: one change, then the walk. */
async function verifyAfter(change: (database: Database.Database) => void): Promise<{ status: number | null; stdout: string }> {
  const folder = newDataDir();
  const damaged = await startTestRelay({ dataDir: folder });
  for (let turn = 0; turn < 3; turn++) await postStart(damaged, await startRequestFor(damaged));
  await damaged.close();
  const database = new Database(join(folder, 'parley.sqlite'));
  // A thief of rows does not ask the triggers.
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all() as { name: string }[]) {
    database.exec(`DROP TRIGGER "${name}"`);
  }
  change(database);
  database.close();
  return runCli(['verify'], { PARLEY_DATA: folder });
}

describe('[PR-43] parley verify', () => {
  it('finds a whole ledger whole', async () => {
    const { status, stdout } = await verifyAfter(() => undefined);
    expect([status, stdout]).toEqual([0, expect.stringContaining('demo: whole. 6 entries, 6 events, 0 erased,')]);
    expect(stdout).toContain('not witnessed');
  });

  it.each([
    [
      'one changed byte of an entry',
      "UPDATE ledger_entry SET time_bucket = '2020-01-01T00Z' WHERE seq = 3",
      /BROKEN at entry 3: altered_entry/,
    ],
    ['a deleted entry', 'DELETE FROM ledger_entry WHERE seq = 2', /BROKEN at entry 3: gap/],
    [
      'a cut tail',
      'DELETE FROM consent_event WHERE seq = 6; DELETE FROM ledger_entry WHERE seq = 6',
      /BROKEN at entry 6: head_mismatch/,
    ],
    ['a deleted event', 'DELETE FROM consent_event WHERE seq = 4', /BROKEN at entry 4: missing_event/],
    [
      'a state turned round beside the seal',
      "UPDATE consent_event SET state = 'ConsentRefused' WHERE seq = 1",
      /BROKEN at entry 1: altered_row/,
    ],
    [
      'two seals that changed places',
      'UPDATE consent_event SET payload_sealed = (SELECT payload_sealed FROM consent_event WHERE seq = 2) WHERE seq = 1',
      /BROKEN at entry 1: unreadable_event/,
    ],
    [
      'an altered seal',
      "UPDATE consent_event SET payload_sealed = CAST(payload_sealed || x'00' AS BLOB) WHERE seq = 5",
      /BROKEN at entry 5: unreadable_event/,
    ],
    ['altered words', "UPDATE notice SET doc = replace(doc, '90 days', '900 days')", /BROKEN at entry 1: altered_notice/],
    ['words that are gone', 'PRAGMA foreign_keys = OFF; DELETE FROM notice', /BROKEN at entry 1: unknown_notice/],
  ])('names the entry after %s', async (_, sql, fault) => {
    const { status, stdout } = await verifyAfter((database) => database.exec(`PRAGMA foreign_keys = OFF; ${sql}`));
    expect(stdout).toMatch(fault);
    expect(status).toBe(1);
  });
});

describe('[PR-34] the tables', () => {
  it.each([
    ['UPDATE ledger_entry', "UPDATE ledger_entry SET time_bucket = '2020-01-01T00Z'"],
    ['DELETE FROM ledger_entry', 'DELETE FROM ledger_entry'],
    ['REPLACE INTO ledger_entry', 'REPLACE INTO ledger_entry SELECT * FROM ledger_entry'],
    ['UPDATE consent_event', "UPDATE consent_event SET state = 'ConsentGiven'"],
  ])('refuse %s', (_, sql) => {
    const database = new Database(join(relay.dataDir, 'parley.sqlite'));
    // As the relay opens it: a REPLACE is a DELETE too.
    database.pragma('recursive_triggers = ON');
    try {
      const before = dumpTables(relay);
      expect(() => database.exec(sql)).toThrow();
      expect(dumpTables(relay)).toEqual(before);
    } finally {
      database.close();
    }
  });
});

describe('another key', () => {
  it('opens nothing: the start stops with one line', async () => {
    const folder = newDataDir();
    const first = await startTestRelay({ dataDir: folder });
    await first.close();
    writeFileSync(join(folder, 'master.key'), `${Buffer.alloc(32, 9).toString('base64')}\n`);
    const run = await runCli(['start'], { PARLEY_DATA: folder, PORT: '0', PARLEY_LOG: 'silent' });
    expect(run.status).toBe(1);
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('agents', () => {
  it('are kept without their passwords', async () => {
    const password = 'a passphrase that is nowhere-4411';
    await addAgent(relay, { name: 'Nora', email: 'nora@northwind.example', password });
    expect(textsOnDisk(relay, [password])).toEqual([]);
    expect(JSON.stringify(dumpTables(relay).agent)).toContain('$argon2id$');
  });
});
