import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_CHAIN } from '../../shared/audit-entry.ts';
import {
  commitTombstone,
  entryHash,
  type Hash,
  type Head,
  type LedgerEntry,
  nextEntry,
  type Tombstone,
} from '../../shared/ledger.ts';
import { DAY } from '../../shared/limits.ts';
import { type TreeHead, treeHead } from '../../shared/tree-head.ts';
import { type Finished, runCli } from '../support/cli.ts';
import { get } from '../support/http.ts';
import { newDataDir, type TestRelay, testRelays } from '../support/start-relay.ts';
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

function start(env: Record<string, string> = { PARLEY_HEADS_FILE: headsFile }): Promise<TestRelay> {
  return relays.start({ dataDir, env, overrides: { clock: () => now } });
}

/** The site's heads; the audit's stand among them. */
function kept(): TreeHead[] {
  return readFileSync(headsFile, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => treeHead.parse(JSON.parse(line)))
    .filter((head) => head.site_id !== AUDIT_CHAIN);
}

/** A relay that ran for some visitors, and then once more a day later: what it signed then is in the file. */
async function ranFor(visitors: number, env?: Record<string, string>): Promise<void> {
  const relay = await start(env);
  for (let at = 0; at < visitors; at++) await startVisitor(relay);
  await relay.close();
  now += DAY;
  const again = await start(env);
  await waitFor(async () => (await again.ctx.store.read.newestTreeHead(await siteId(again)))?.at === now, 'a head');
  await again.close();
}

async function siteId(relay: TestRelay): Promise<string> {
  return (await relay.ctx.store.read.sites())[0]?.id ?? '';
}

const verify = (...args: string[]): Promise<Finished> => runCli(['verify', ...args], { PARLEY_DATA: dataDir });

/** What somebody does who may write in the file of the database. */
function tamper(...statements: string[]): void {
  const database = new Database(join(dataDir, 'parley.sqlite'));
  const triggers = database.prepare(`select name from sqlite_master where type = 'trigger'`).all() as { name: string }[];
  for (const { name } of triggers) database.exec(`drop trigger ${name}`);
  database.pragma('foreign_keys = OFF');
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** Takes the newest entries away with all that belongs to them, so that what is left looks whole. */
const CUT_TAIL = [
  'delete from consent_event where seq > 2',
  'delete from ledger_entry where seq > 2',
  'update ledger_head set seq = 2, hash = (select hash from ledger_entry where seq = 2)',
];

const hash: Hash = (bytes) => createHash('sha256').update(bytes).digest();

function entryAt(seq: number): Head & { commitment: string } {
  const database = new Database(join(dataDir, 'parley.sqlite'), { readonly: true });
  try {
    const columns = 'select seq, hash, commitment from ledger_entry where seq = ?';
    return database.prepare(columns).get(seq) as Head & { commitment: string };
  } finally {
    database.close();
  }
}

/** The statements that put an entry at the end of the ledger. */
function entryOf(entry: LedgerEntry, tombstone: Tombstone | null): string[] {
  const { site_id, seq, prev_hash, kind, commitment, time_bucket } = entry;
  const own = entryHash(hash, entry);
  const texts = [prev_hash, kind, commitment, time_bucket, own].map((text) => `'${text}'`);
  const body = tombstone ? `'${JSON.stringify(tombstone)}'` : 'null';
  return [
    `insert into ledger_entry (site_id, seq, prev_hash, kind, commitment, time_bucket, hash, body)
     values ('${site_id}', ${seq}, ${texts.join(', ')}, ${body})`,
    `update ledger_head set seq = ${seq}, hash = '${own}'`,
  ];
}

describe('[PR-43] signed tree heads', () => {
  it('are made daily, kept in the store and added to the file, and witness the ledger up to them', async () => {
    await ranFor(2);
    expect(kept()).toMatchObject([{ size: 4, time: new Date(now).toISOString() }]);
    now += DAY - 1;
    await (await start()).close();
    expect(kept()).toHaveLength(1);
    now += 1;
    const relay = await start();
    await waitFor(() => kept().length === 2, 'the next day’s head');
    await startVisitor(relay);
    const alone = await verify();
    expect(alone.stdout).toMatch(/whole\. 6 entries, 6 events, 0 erased, 2 signed heads\./);
    expect(alone.stdout).toMatch(/the tail after entry 6 is not witnessed, nor is any entry before it/);
    const witnessed = await verify('--heads', headsFile);
    expect([witnessed.status, witnessed.stderr]).toEqual([0, '']);
    expect(witnessed.stdout).toContain(`entries 1 to 4 are witnessed by a head of ${new Date(now).toISOString()}`);
    expect(witnessed.stdout).toContain('the tail after it is not');
  });

  it('are not made of nothing', async () => {
    const relay = await start();
    await relay.close();
    const again = await start();
    expect(await siteId(again)).not.toBe('');
    await waitFor(async () => (await again.ctx.store.read.auditChain.newestHead()) !== null, 'the audit’s head');
    expect(kept()).toEqual([]);
  });

  it('show a tail that was cut off with the store’s own heads, where a copy is kept elsewhere', async () => {
    await ranFor(3);
    tamper(...CUT_TAIL);
    expect((await verify()).stdout).toMatch(/BROKEN at entry 3: cut_tail\. Entries 1 to 2 hold/);
    tamper('delete from tree_head');
    const alone = await verify();
    expect([alone.status, alone.stdout]).toEqual([0, expect.stringMatching(/whole\. 2 entries.*\n.*is not witnessed/)]);
    const witnessed = await verify('--heads', headsFile);
    expect(witnessed.status).toBe(1);
    expect(witnessed.stdout).toMatch(/BROKEN at entry 3: cut_tail\. Entries 1 to 2 hold/);
  });

  it('show that what they cover was rewritten, however well the new text fits', async () => {
    await ranFor(3);
    // The last decision is moved to another hour.
    const { commitment } = entryAt(6);
    tamper(
      'delete from ledger_entry where seq = 6',
      'delete from tree_head',
      ...entryOf(nextEntry(entryAt(5), kept()[0]?.site_id ?? '', 'event', commitment, now + DAY), null),
    );
    expect((await verify()).stdout).toMatch(/whole\. 6 entries, 6 events, 0 erased, 0 signed heads/);
    const witnessed = await verify('--heads', headsFile);
    expect([witnessed.status, witnessed.stdout]).toEqual([1, expect.stringContaining('BROKEN at entry 6: rewritten')]);
  });

  it('[PR-44] are not needed to see that an event was passed off as erased', async () => {
    await ranFor(3);
    // Its successor becomes the entry that says so, well chained; only nobody signed for it.
    const tombstone = { covers: [5], reason: 'erasure' as const };
    tamper(
      'delete from consent_event where seq > 4',
      'delete from ledger_entry where seq = 6',
      'delete from tree_head',
      ...entryOf(nextEntry(entryAt(5), kept()[0]?.site_id ?? '', 'tombstone', commitTombstone(hash, tombstone), now), tombstone),
    );
    const { status, stdout } = await verify();
    expect([status, stdout]).toEqual([1, expect.stringContaining('BROKEN at entry 6: unsigned_erasure')]);
  });

  it.each([
    ['a root', `update tree_head set root = '${'0'.repeat(64)}'`, 'forged_head'],
    ['a time', 'update tree_head set at = at - 1', 'forged_head'],
    ['the key’s id', `update tree_head set kid = 'another'`, 'unknown_key'],
  ])('are held against the entries that they cover: %s changed', async (_what, statement, fault) => {
    await ranFor(2);
    tamper(statement);
    const { status, stdout } = await verify();
    expect([status, stdout]).toEqual([1, expect.stringContaining(`BROKEN at entry 4: ${fault}. Entries 1 to 4 hold.`)]);
  });

  it('are not signed over entries that do not hold', async () => {
    await ranFor(2);
    tamper(`update ledger_entry set commitment = '${'0'.repeat(64)}' where seq = 5`);
    const relay = await start();
    await startVisitor(relay);
    await relay.close();
    tamper(`update ledger_entry set commitment = '${'0'.repeat(64)}' where seq = 5`);
    now += DAY;
    const again = await start();
    await waitFor(
      () => again.logs.some((line) => line.includes('ledger not signed') && line.includes('BrokenLedger')),
      'the refusal',
    );
    expect(kept()).toHaveLength(1);
  });

  it('survive a line that was cut off while it was written; any other stranger in the file is named', async () => {
    await ranFor(1);
    appendFileSync(headsFile, '{"schema":"parley-tree-');
    now += DAY;
    const relay = await start();
    await waitFor(() => kept().length === 2, 'the head after the torn line');
    await relay.close();
    expect((await verify('--heads', headsFile)).stdout).toContain('entries 1 to 2 are witnessed');
    appendFileSync(headsFile, '{"schema":"something else"}\n');
    expect(await verify('--heads', headsFile)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/Line \d+ of .* is no signed tree head/),
    });
    expect(await verify('--heads', join(dataDir, 'nothing'))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/cannot be read \(ENOENT\)/),
    });
  });

  it('show a site that is gone with its whole ledger', async () => {
    await ranFor(1);
    tamper(...['tree_head', 'ledger_entry', 'ledger_head', 'consent_event', 'site'].map((table) => `delete from ${table}`));
    const gone = await verify('--heads', headsFile);
    expect([gone.status, gone.stdout]).toEqual([1, expect.stringMatching(/site_demo: BROKEN: .* the site is gone/)]);
  });

  it('are posted elsewhere, again and again until the answer is good', async () => {
    const came: unknown[] = [];
    const witness = createServer((req, res) => {
      let body = '';
      req.on('data', (chunk) => (body += chunk));
      req.on('end', () => {
        const head = JSON.parse(body) as TreeHead;
        if (head.site_id !== AUDIT_CHAIN) came.push(head);
        res.writeHead(came.length <= 1 ? 503 : 204).end();
      });
    });
    await new Promise<void>((resolve) => witness.listen(0, '127.0.0.1', resolve));
    try {
      const env = { PARLEY_HEADS_URL: `http://127.0.0.1:${(witness.address() as AddressInfo).port}/heads` };
      await ranFor(1, env);
      await waitFor(() => came.length === 1, 'the first try');
      const relay = await start(env);
      await waitFor(() => came.length === 2, 'the second try');
      expect(came[1]).toEqual(came[0]);
      expect(treeHead.parse(came[1])).toMatchObject({ size: 2, site_id: await siteId(relay) });
    } finally {
      witness.close();
    }
  });
});

describe('[PR-36] signing keys', () => {
  it('are rotated by the command line or after a year, and every public key stays published', async () => {
    const relay = await start();
    await startVisitor(relay);
    const first = relay.ctx.signing.kid;
    expect((await runCli(['rotate-key'], { PARLEY_DATA: dataDir })).stdout).toMatch(/^Signed with key [0-9a-f]{16} from now on/);
    await relay.close();
    const second = await start();
    expect(second.ctx.signing.kid).not.toBe(first);
    await startVisitor(second);
    const old = second.ctx.signing.kid;
    await second.close();
    now += 366 * DAY;
    const third = await start();
    expect([first, old]).not.toContain(third.ctx.signing.kid);
    const { body } = await get<{ keys: { kid: string; publicKey: string }[] }>(third, '/.well-known/parley-keys.json');
    expect(body.keys.map(({ kid }) => kid)).toEqual([first, old, third.ctx.signing.kid]);
    expect(JSON.stringify(body)).not.toMatch(/private/i);
    expect((await verify()).stdout).toMatch(/whole\. \d+ entries/);
  });
});
