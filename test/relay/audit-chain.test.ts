import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordAct } from '../../server/audit/act.ts';
import { purgeAudit } from '../../server/audit/purge.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { openStore } from '../../server/store/index.ts';
import { canonicalBytes, entryHash, type Hash, type Head, type LedgerEntry, nextEntry } from '../../shared/ledger.ts';
import { DAY } from '../../shared/limits.ts';
import { connectAgent } from '../support/agent.ts';
import { type Finished, runCli } from '../support/cli.ts';
import { textsOnDisk } from '../support/database.ts';
import { createDatabase } from '../support/postgres.ts';
import { askAsAgent, dataOf } from '../support/sockets.ts';
import { newDataDir, startTestRelay, type TestRelay, testRelays } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

let dataDir: string;
let headsFile: string;
let now: number;
const relays = testRelays();

beforeEach(() => {
  dataDir = newDataDir();
  headsFile = join(dataDir, 'heads.jsonl');
  now = Date.now();
});
afterEach(async () => {
  await relays.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}): Promise<TestRelay> {
  const all = { PARLEY_HEADS_FILE: headsFile, ...env };
  return relays.start({ dataDir, env: all, overrides: { clock: () => now } });
}

const act = (relay: Pick<TestRelay, 'ctx'>, object: string, at = now): Promise<void> =>
  relay.ctx.store.write((tx) => recordAct(tx, { actor: { kind: 'relay' }, action: 'inbox.listed', object }, at));

/** Seven entries and a head that is kept elsewhere over all of them: the owner's, then six acts. */
async function ranADay(): Promise<void> {
  const relay = await start();
  for (let at = 0; at < 6; at++) await act(relay, `act-${at}`);
  await relay.close();
  now += DAY;
  const again = await start();
  await waitFor(async () => (await again.ctx.store.read.auditChain.newestHead())?.size === 7, 'a head over seven');
  await waitFor(
    () => existsSync(headsFile) && readFileSync(headsFile, 'utf8').includes('"site_id":"audit","size":7'),
    'its copy',
  );
  await again.close();
}

const verify = (...args: string[]): Promise<Finished> => runCli(['verify', ...args], { PARLEY_DATA: dataDir });
const withHeads = (): Promise<Finished> => verify('--heads', headsFile);

function inDatabase<T>(work: (database: Database.Database) => T): T {
  const database = new Database(join(dataDir, 'parley.sqlite'));
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** What somebody does who may write in the file of the database. */
function tamper(...statements: string[]): void {
  inDatabase((database) => {
    const triggers = database.prepare(`select name from sqlite_master where type = 'trigger'`).all() as { name: string }[];
    for (const { name } of triggers) database.exec(`drop trigger ${name}`);
    for (const statement of statements) database.exec(statement);
  });
}

const hash: Hash = (bytes) => createHash('sha256').update(bytes).digest();
const headAt = (seq: number): Head =>
  inDatabase((database) => database.prepare('select seq, hash from audit_entry where seq = ?').get(seq) as Head);
const lineAt = (seq: number): string =>
  inDatabase((database) => (database.prepare('select line from audit_entry where seq = ?').get(seq) as { line: string }).line);

/** The statements that put an entry at the end of the chain. */
function entryOf(entry: LedgerEntry, body: string | null, line: string | null): string[] {
  const own = entryHash(hash, entry);
  const text = (value: string | null): string => (value === null ? 'null' : `'${value}'`);
  return [
    `insert into audit_entry values (${entry.seq}, '${entry.prev_hash}', '${entry.kind}', '${entry.commitment}', '${entry.time_bucket}', '${own}', ${text(body)}, ${text(line)})`,
    `update audit_head set seq = ${entry.seq}, hash = '${own}'`,
  ];
}

const CUT_TAIL = [
  'delete from audit where id in (select line from audit_entry where seq > 5)',
  'delete from audit_entry where seq > 5',
  'update audit_head set seq = 5, hash = (select hash from audit_entry where seq = 5)',
];

describe('the audit’s chain (PR-82)', () => {
  it('is signed daily, brought to the witnesses, and whole', async () => {
    await ranADay();
    const { status, stdout } = await withHeads();
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/audit: whole\. 7 entries, 7 lines, 0 deleted .*, 4 signed heads\./),
    ]);
    expect(stdout).toMatch(/audit: entries 1 to 7 are witnessed by a head of /);
    expect(stdout).not.toContain('from before');
  });

  it.each([
    ['the object', `update audit set object = 'another' where object = 'act-2'`, 'altered_object'],
    ['the agent', `update audit set agent_id = 'another' where object = 'act-2'`, 'altered_line'],
    ['the actor', `update audit set actor = null where object = 'act-2'`, 'altered_line'],
    ['the time', `update audit set at = at + 1 where object = 'act-2'`, 'altered_line'],
    ['the action', `update audit set action = 'ip.reveal' where object = 'act-2'`, 'altered_line'],
    ['the session', `update audit set session = 'f00d' where object = 'act-2'`, 'altered_line'],
    ['the details', `update audit set detail = '{"n":1}' where object = 'act-2'`, 'altered_line'],
    [
      'the object, as an erasure would',
      `update audit set object = 'x', object_salt = null where object = 'act-2'`,
      'altered_object',
    ],
    ['the whole line: gone', `delete from audit where object = 'act-2'`, 'missing_line'],
    ['its entry', `update audit_entry set commitment = '${'0'.repeat(64)}' where seq = 4`, 'altered_entry'],
    ['its entry’s hour', `update audit_entry set time_bucket = '2020-01-01T00Z' where seq = 4`, 'altered_entry'],
    ['its entry’s link', `update audit_entry set prev_hash = '${'0'.repeat(63)}1' where seq = 4`, 'broken_link'],
  ])('shows that somebody altered %s', async (_what, statement, fault) => {
    await ranADay();
    tamper(statement);
    const { status, stdout } = await verify();
    expect([status, stdout]).toEqual([1, expect.stringContaining(`audit: BROKEN at entry 4: ${fault}. Entries 1 to 3 hold.`)]);
  });

  it('shows an entry that is gone, two that changed places, a head that says something else, and a line without an entry', async () => {
    await ranADay();
    tamper('delete from audit_entry where seq = 4');
    expect((await verify()).stdout).toContain('audit: BROKEN at entry 5: gap.');
    rmSync(dataDir, { recursive: true, force: true });
    dataDir = newDataDir();
    headsFile = join(dataDir, 'heads.jsonl');
    await ranADay();
    const [three, four] = [lineAt(3), lineAt(4)];
    const swap = (one: number, line: string): string => `update audit_entry set line = '${line}' where seq = ${one}`;
    tamper(swap(3, 'x'), swap(4, three), swap(3, four));
    expect((await verify()).stdout).toContain('audit: BROKEN at entry 3: altered_line.');
    tamper(
      swap(3, 'x'),
      swap(4, four),
      swap(3, three),
      `insert into audit (id, at, action, object) values ('new', ${now}, 'ip.reveal', 'x')`,
    );
    expect((await verify()).stdout).toContain('audit: BROKEN at entry 8: unchained_line.');
    tamper(`delete from audit where id = 'new'`, 'update audit_head set seq = 6');
    expect((await verify()).stdout).toContain('audit: BROKEN at entry 8: head_mismatch.');
  });

  it('shows a tail that was cut off with the relay’s own heads, where a copy is kept elsewhere', async () => {
    await ranADay();
    tamper(...CUT_TAIL);
    expect((await verify()).stdout).toContain('audit: BROKEN at entry 6: cut_tail. Entries 1 to 5 hold.');
    tamper('delete from audit_tree_head');
    const alone = await verify();
    expect([alone.status, alone.stdout]).toEqual([0, expect.stringMatching(/audit: whole\. 5 entries.*\n.*is not witnessed/)]);
    const witnessed = await withHeads();
    expect([witnessed.status, witnessed.stdout]).toEqual([1, expect.stringContaining('audit: BROKEN at entry 6: cut_tail.')]);
  });

  it('shows a forged entry: one that was put in the place of another, and one that says that a line was old enough to go', async () => {
    await ranADay();
    const end = headAt(7);
    const purge = {
      schema: 'parley-audit-purge/1',
      reason: 'retention',
      before: new Date(now + DAY).toISOString(),
      covers: [[4, 4]],
    };
    const body = JSON.stringify({ ...purge, signature: { alg: 'Ed25519', kid: 'none', value: 'AAAA' } });
    const commitment = createHash('sha256')
      .update('parley-audit-purge/1\0')
      .update(canonicalBytes(JSON.parse(body)))
      .digest('hex');
    tamper(
      `delete from audit where object = 'act-2'`,
      ...entryOf(nextEntry(end, 'audit', 'tombstone', commitment, now), body, null),
    );
    expect((await verify()).stdout).toContain('audit: BROKEN at entry 8: forged_purge. Entries 1 to 7 hold.');
    const line = lineAt(7);
    tamper(
      'delete from audit_entry where seq > 6',
      ...entryOf(nextEntry(headAt(6), 'audit', 'event', 'a'.repeat(64), now), null, line),
    );
    expect((await withHeads()).status).toBe(1);
    expect((await withHeads()).stdout).toMatch(/audit: BROKEN at entry [47]: (missing_line|rewritten|altered_line)/);
  });

  it('[PR-44] [PR-54] holds after an erasure: the line stays, whom it was about is gone, and nothing opens it', async () => {
    const relay = await start();
    const agent = await connectAgent(relay);
    const visitor = await startVisitor(relay);
    const { conversationId } = visitor;
    dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId }));
    dataOf(await askAsAgent(agent.socket, 'ip:reveal', { conversationId }));
    const salts = (await relay.ctx.store.read.audit.of(conversationId)).map(({ objectSalt }) => objectSalt ?? '');
    expect(salts).toHaveLength(2);
    expect(textsOnDisk(relay, salts)).toEqual(salts);
    const { certificate } = await eraseVisitor(relay.ctx, { conversationId }, { actor: { kind: 'operator' }, reason: 'request' });
    agent.socket.close();
    expect(certificate.counts.audit).toBe(2);
    const looks = (await relay.ctx.store.read.audit.of(certificate.erasure_id)).map((line) => [
      line.action,
      line.objectSalt === null,
    ]);
    expect(looks.sort()).toEqual([
      ['conversation.opened', true],
      ['ip.reveal', true],
      ['visitor.erased', false],
    ]);
    expect(textsOnDisk(relay, [conversationId, ...salts])).toEqual([]);
    expect(await verifyAudit(relay.ctx.store.read)).toMatchObject({ fault: null });
    await relay.close();
    // A look that is passed off as one more of those: the certificate says of how many.
    tamper(`update audit set object = '${certificate.erasure_id}', object_salt = null where action = 'agent.signed_in'`);
    expect((await verify()).stdout).toMatch(/audit: BROKEN at entry \d+: altered_object\./);
  });

  it('[PR-60] lets go of what is old enough, and says so; more than that is found', async () => {
    await ranADay();
    const relay = await start();
    await act(relay, 'young');
    expect(await purgeAudit(relay.ctx, now - DAY / 2)).toBe(7);
    await relay.close();
    const { status, stdout } = await withHeads();
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/audit: whole\. 9 entries, 1 lines, 7 deleted when their time was over/),
    ]);
    expect(textsOnDisk({ dataDir }, ['act-2'])).toEqual([]);
    tamper(`delete from audit where object = 'young'`);
    expect((await verify()).stdout).toContain('audit: BROKEN at entry 8: missing_line.');
  });

  it('counts the lines from before there was a chain', async () => {
    await ranADay();
    tamper(`insert into audit (id, at, action, object) values ('old', 1, 'ip.reveal', 'x')`);
    const { status, stdout } = await verify();
    expect([status, stdout]).toEqual([0, expect.stringContaining('audit: 1 lines are from before the audit was a chain')]);
  });
});

describe('two relays on one PostgreSQL (PR-82)', () => {
  it('write one chain, with looks, consents and erasures at once, and neither waits for the other', async () => {
    const database = await createDatabase();
    const env = { DATABASE_URL: database.url };
    const first = await startTestRelay({ env });
    const second = await openStore({ kind: 'postgres', url: database.url });
    try {
      const other = { ...first.ctx, store: second };
      const talks = await Promise.all(Array.from({ length: 12 }, () => startVisitor(first)));
      let slowest = 0;
      const timed = async (work: Promise<unknown>): Promise<void> => {
        const began = performance.now();
        await work;
        slowest = Math.max(slowest, performance.now() - began);
      };
      for (let round = 0; round < 6; round++) {
        const gone = talks.splice(0, 2).map(({ conversationId }) => conversationId);
        const order = { actor: { kind: 'operator' }, reason: 'request' } as const;
        await Promise.all([
          ...Array.from({ length: 40 }, (_, at) => timed(act({ ctx: at % 2 ? other : first.ctx }, `r${round}-${at}`))),
          ...gone.map((conversationId, at) => timed(eraseVisitor(at % 2 ? other : first.ctx, { conversationId }, order))),
          timed(startVisitor(first)),
        ]);
      }
      const report = await verifyAudit(first.ctx.store.read);
      expect(report).toMatchObject({ fault: null, unchained: 0 });
      expect(report.entries).toBe(report.lines);
      expect(report.entries).toBeGreaterThanOrEqual(6 * 42);
      // A deadlock is found by the server after a second, and would be run again.
      expect(slowest).toBeLessThan(1000);
    } finally {
      await second.close();
      await first.close();
      await database.drop();
    }
  });
});
