import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificate as certificateSchema } from '../../shared/erasure.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { type Canary, startCanary } from '../support/canary.ts';
import { type Finished, runCli } from '../support/cli.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { closedBy, factsOf, visitorSocket } from '../support/sockets.ts';
import { newDataDir, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const dataDir = newDataDir();
const copies: string[] = [];
let relay: TestRelay;
let agent: TestAgent;
let canary: Canary;

const erase = (...args: string[]): Promise<Finished> => runCli(['erase', ...args], { PARLEY_DATA: dataDir });
const verify = (folder: string): Promise<Finished> => runCli(['verify'], { PARLEY_DATA: folder });

beforeAll(async () => {
  relay = await startTestRelay({ dataDir, env: { PARLEY_TRUST_PROXY: '1' } });
  agent = await connectAgent(relay);
  await startVisitor(relay);
  canary = await startCanary(relay, agent, 'command');
  await startVisitor(relay);
});
afterAll(async () => {
  agent?.socket.close();
  await relay?.close();
  for (const folder of [dataDir, ...copies]) rmSync(folder, { recursive: true, force: true });
});

/** Somebody with the database in hand changes a copy of it; then the walk. */
async function verifyAfter(change: (database: Database.Database) => void): Promise<Finished> {
  const folder = newDataDir();
  copies.push(folder);
  cpSync(dataDir, folder, { recursive: true });
  const database = new Database(join(folder, 'parley.sqlite'));
  for (const { name } of database.prepare("select name from sqlite_schema where type = 'trigger'").all() as { name: string }[])
    database.exec(`drop trigger "${name}"`);
  database.pragma('foreign_keys = OFF');
  change(database);
  database.close();
  return verify(folder);
}

describe('parley erase, beside a running relay', () => {
  it('counts with --dry-run what it would take, and takes nothing', async () => {
    const before = dumpTables(relay);
    const { status, stdout } = await erase('--dry-run', canary.conversationId);
    expect(status).toBe(0);
    for (const line of ['3 message', '1 conversation', '1 visitor', '5 data_key', '3 consent_event', '1 audit'])
      expect(stdout.split('\n').map((one) => one.trim())).toContain(line);
    expect(stdout).toContain('keeps 3 entries');
    expect(dumpTables(relay)).toEqual(before);
  });

  it('ends with 1 where there is no such conversation, and with 2 where it is not asked rightly', async () => {
    const none = await erase('no-such-conversation');
    expect([none.status, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toMatch(/^There is no conversation "no-such-conversation"/);
    expect((await erase('--dry-run', 'no-such-conversation')).status).toBe(1);
    expect((await erase()).status).toBe(2);
    expect((await runCli(['verify', '--dry-run'], { PARLEY_DATA: dataDir })).status).toBe(2);
  });

  it('[PR-54] forgets, prints the certificate, and the relay closes the sockets and tells the agents', async () => {
    const socket = await visitorSocket(relay, { auth: { session: canary.session } });
    const [heard, told] = [factsOf(socket), factsOf(agent.socket)];
    const closed = closedBy(socket);
    const { status, stdout, stderr } = await erase(canary.conversationId);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^Erased: .*\nWhat was deleted is overwritten/)]);
    const certificate = certificateSchema.parse(JSON.parse(stdout));
    expect(certificate).toMatchObject({ by: 'operator', reason: 'request', ledger: { seq: 8, covers: [3, 4, 5] } });
    await closed;
    expect(heard).toContainEqual({ name: 'session:ended', fact: { reason: 'erased' } });
    const fact = { conversationId: canary.conversationId };
    await waitFor(() => told.some(({ name }) => name === 'conversation:erased'), 'the agent to be told');
    expect(told).toContainEqual({ name: 'conversation:erased', fact });
    expect(textsOnDisk(relay, [...canary.texts, ...canary.ids])).toEqual([]);
    expect((await erase(canary.conversationId)).status).toBe(1);
  });
});

describe('[PR-44] parley verify after an erasure', () => {
  it('finds the ledger whole, and says how many entries have no event any more', async () => {
    const { status, stdout } = await verify(dataDir);
    expect([status, stdout]).toEqual([0, expect.stringContaining('demo: whole. 8 entries, 4 events, 3 erased,')]);
    expect(stdout).toContain('demo: 3 entries have no event any more; signed certificates of their erasure: 1.');
  });

  it.each([
    ['an event is deleted that no erasure covers', 'delete from consent_event where seq = 6', 'entry 6: missing_event'],
    ['a certificate is gone', 'delete from erasure', 'entry 8: unsigned_erasure'],
    ['a certificate says less', `update erasure set counts = '{}'`, 'entry 8: forged_erasure'],
    ['a certificate says another reason', `update erasure set reason = 'unlawful'`, 'entry 8: forged_erasure'],
    [
      'an event is there that was erased',
      `insert into consent_event select 'r', site_id, 5, act_id, visitor_id, conversation_id, purpose, state, at, notice_hash,
       payload_sealed, salt_sealed from consent_event where seq = 6`,
      'entry 5: unreadable_event',
    ],
  ])('names the entry where %s', async (_, sql, fault) => {
    const { status, stdout } = await verifyAfter((database) => database.exec(sql));
    expect([status, stdout]).toEqual([1, expect.stringContaining(`BROKEN at ${fault}`)]);
  });

  it('names an erasure that covers what is still there, with the keys and all', async () => {
    const folder = newDataDir();
    copies.push(folder);
    const other = await startTestRelay({ dataDir: folder });
    const { conversationId } = await startVisitor(other);
    await startVisitor(other);
    const kept = dumpTables(other);
    const { visitorId } = (await other.ctx.store.read.conversation(conversationId)) ?? { visitorId: '' };
    await other.close();
    expect((await runCli(['erase', conversationId], { PARLEY_DATA: folder })).status).toBe(0);
    const database = new Database(join(folder, 'parley.sqlite'));
    database.pragma('foreign_keys = OFF');
    for (const table of ['consent_event', 'data_key']) {
      for (const row of (kept[table] ?? []) as Record<string, unknown>[]) {
        if (row.visitor_id !== visitorId) continue;
        const values = Object.values(row);
        database.prepare(`insert into ${table} values (${values.map(() => '?').join(', ')})`).run(values);
      }
    }
    database.close();
    const { status, stdout } = await verify(folder);
    expect([status, stdout]).toEqual([1, expect.stringContaining('BROKEN at entry 5: not_erased')]);
  });
});
