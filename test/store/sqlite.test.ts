import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, raw } from '../../server/store/backend.ts';
import { CannotOpen } from '../../server/store/cannot-open.ts';
import { openStore } from '../../server/store/index.ts';
import { SqlReads } from '../../server/store/reads.ts';
import { createSqlStore } from '../../server/store/sql-store.ts';
import { openSqlite } from '../../server/store/sqlite.ts';
import { type Store, StoreUnavailable } from '../../server/store/store.ts';
import { createVault } from '../../server/vault/aes-vault.ts';
import { describeStore } from './contract.ts';
import { buildAgent, buildMessage, NOW, SITE, seedConversation, seedSite, send } from './seed.ts';

let folder = '';
const file = (): string => join(folder, 'parley.sqlite');

function past(sql: string): Record<string, unknown>[] {
  const database = new Database(file());
  try {
    const statement = database.prepare<unknown[], Record<string, unknown>>(sql);
    // Only a plan is ever asked for with parameters, and it has the same shape for all of them.
    if (statement.reader) return statement.all(Array.from(sql.matchAll(/\?/g), () => null));
    statement.run();
    return [];
  } finally {
    database.close();
  }
}

describeStore('SQLite', async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
  return {
    open: () => openStore({ kind: 'sqlite', file: file() }),
    raw: async (sql) => past(sql),
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

/** Commits that the write-ahead log has seen: a frame that ends one names the size of the database. */
function commitsInLog(): number {
  const log = readFileSync(`${file()}-wal`);
  const frame = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frame <= log.length; at += frame) {
    // Frames of an earlier round carry other salts.
    const current = log.subarray(at + 8, at + 16).equals(log.subarray(16, 24));
    if (current && log.readUInt32BE(at + 4) > 0) commits++;
  }
  return commits;
}

describe('SQLite', () => {
  let backend: Backend;
  let store: Store;
  const run = async (sql: string) => (await backend.connect()).execute(raw(sql));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
    backend = openSqlite({ kind: 'sqlite', file: file() });
    store = await createSqlStore(backend);
    await seedSite(store);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('syncs each commit, overwrites what is deleted, and holds references', async () => {
    const pragma = async (name: string) => Object.values((await run(`pragma ${name}`)).rows[0] ?? {})[0];
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('secure_delete')).toBe(1);
    expect(await pragma('foreign_keys')).toBe(1);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('commits 200 writes of one turn together, and each of those that come one by one', async () => {
    const conversation = await seedConversation(store);
    const before = commitsInLog();
    await Promise.all(Array.from({ length: 200 }, () => send(store, conversation.id)));
    expect(commitsInLog() - before).toBe(1);
    for (let at = 0; at < 3; at++) await send(store, conversation.id);
    expect(commitsInLog() - before).toBe(4);
  });

  it('refuses a second relay on the same file, also under another name, until the first is gone', async () => {
    symlinkSync(file(), join(folder, 'other.sqlite'));
    for (const name of ['parley.sqlite', 'other.sqlite']) {
      const second = openStore({ kind: 'sqlite', file: join(folder, name) });
      await expect(second).rejects.toThrow(/^Another relay has .* open/);
      await expect(second).rejects.toBeInstanceOf(CannotOpen);
    }
    await store.close();
    store = await openStore({ kind: 'sqlite', file: file() });
    expect(await store.read.siteById(SITE.id)).toEqual(SITE);
  });

  it('lets a command work beside the relay', async () => {
    const beside = await openStore({ kind: 'sqlite', file: file(), beside: true });
    const agent = buildAgent();
    await beside.write((tx) => tx.insertAgent(agent));
    expect(await store.read.agentById(agent.id)).toEqual(agent);
    await beside.close();
    await seedConversation(store);
  });

  it('loses nothing acknowledged and leaves no lock when the relay is killed', async () => {
    const conversation = await seedConversation(store);
    await store.close();
    const script = fileURLToPath(new URL('./send-until-killed.ts', import.meta.url));
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ['--import', 'tsx', script, file(), conversation.id], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const acked: number[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        acked.push(Number(line));
        if (acked.length === 300 + 40 * round) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
      store = await openStore({ kind: 'sqlite', file: file() });
      const kept = (await store.read.messagesAfter(conversation.id, 0, 100_000)).map((message) => message.seq);
      expect(kept).toEqual(Array.from({ length: kept.length }, (_, at) => at + 1));
      expect(acked.filter((seq) => !kept.includes(seq))).toEqual([]);
      expect(past('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      await store.close();
    }
  });

  it('refuses INSERT OR REPLACE on the ledger, which would delete without a DELETE', async () => {
    await run(`insert into ledger_entry values ('site-1', 1, 'p', 'event', 'c', 't', 'h', null)`);
    const replace = run(`insert or replace into ledger_entry values ('site-1', 1, 'p', 'event', 'x', 't', 'h', null)`);
    await expect(replace).rejects.toThrow('ledger_entry refuses delete');
  });

  it('refuses writes on a full disk with a retryable error, goes on reading, and recovers by itself', async () => {
    const conversation = await seedConversation(store);
    const { page_count: pages } = (await run('pragma page_count')).rows[0] ?? {};
    await run(`pragma max_page_count = ${pages}`);
    const body = Buffer.alloc(200_000, 7);
    const big = () => store.write((tx) => tx.insertMessage(buildMessage(conversation.id, 1, { bodySealed: body })));
    const results = await Promise.allSettled([big(), store.write((tx) => tx.insertAgent(buildAgent()))]);
    expect(results).toMatchObject([{ reason: expect.any(StoreUnavailable) }, { reason: expect.any(StoreUnavailable) }]);
    expect(await store.read.countAgents()).toBe(0);
    expect(await store.read.messagesAfter(conversation.id, 0, 10)).toEqual([]);
    await run('pragma max_page_count = 1073741823');
    await big();
    expect(await store.read.messagesAfter(conversation.id, 0, 10)).toHaveLength(1);
  });

  it('waits for another process that holds the file, without holding up the relay', async () => {
    const other = new Database(file());
    other.exec('begin immediate');
    const write = store.write((tx) => tx.insertAgent(buildAgent()));
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
      // Long enough to be tried in vain several times.
      if (turns === 20) other.exec('rollback');
    }, 10);
    await write.finally(() => clearInterval(turning));
    other.close();
    // The event loop went round all the while; held up by SQLite's own waiting it would have stood still.
    expect(turns).toBeGreaterThanOrEqual(20);
    expect(await store.read.countAgents()).toBe(1);
  });

  it('refuses whoever writes while another process keeps the file, in less than 5 s for each, and goes on afterwards', async () => {
    const other = new Database(file());
    other.exec('begin immediate');
    const refusedAfter = async (): Promise<number> => {
      const began = performance.now();
      await expect(store.write((tx) => tx.insertAgent(buildAgent()))).rejects.toBeInstanceOf(StoreUnavailable);
      return performance.now() - began;
    };
    const first = refusedAfter();
    const later = sleep(500).then(refusedAfter);
    expect(await store.read.siteById(SITE.id)).toEqual(SITE);
    expect(Math.max(...(await Promise.all([first, later])))).toBeLessThan(5000);
    other.exec('rollback');
    other.close();
    await store.write((tx) => tx.insertAgent(buildAgent()));
    expect(await store.read.countAgents()).toBe(1);
  });

  it('acknowledges nothing more once an fsync has failed', async () => {
    const failed = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' });
    expect(backend.abilities.faultOf(failed)).toBe('broken');
    let fails = true;
    const failing = await createSqlStore({
      ...backend,
      abilities: { ...backend.abilities, faultOf: (error) => (fails ? 'broken' : backend.abilities.faultOf(error)) },
      release: async () => undefined,
    });
    const write = () => failing.write((tx) => tx.insertVisitor({ id: 'v', siteId: 'none', formSealed: null, createdAt: NOW }));
    await expect(write()).rejects.toBeInstanceOf(StoreUnavailable);
    fails = false;
    await expect(failing.write(async () => 'fine')).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(failing.ping(500)).rejects.toThrow('failed to keep');
    expect(await failing.read.siteById(SITE.id)).toEqual(SITE);
    await failing.close();
  });

  it('says in one line what is wrong with the file', async () => {
    const open = (name: string) => openStore({ kind: 'sqlite', file: join(folder, name) });
    writeFileSync(join(folder, 'text.sqlite'), 'this is no database, '.repeat(500));
    await expect(open('text.sqlite')).rejects.toThrow(/text\.sqlite is damaged or no SQLite database .*restore it/);
    mkdirSync(join(folder, 'folder.sqlite'));
    await expect(open('folder.sqlite')).rejects.toThrow(/folder\.sqlite cannot be opened/);
    await expect(open('text.sqlite/under.sqlite')).rejects.toBeInstanceOf(CannotOpen);
  });

  it('finds its rows by an index and sorts nothing, however large the store', async () => {
    const seen = new Set<string>();
    const read = new SqlReads(backend.compiler, backend.abilities, async ({ sql }) => {
      seen.add(sql);
      return { rows: [], changed: 0 };
    });
    await read.messagesAfter('c', 0, 10);
    await read.lastMessages('c', 10);
    await read.message('m');
    await read.conversation('c');
    await read.openConversationOf('v');
    await read.session('s');
    await read.consentEventsOf('c');
    await read.consentEventsOfAct('a');
    await read.ledgerEntries('site-1', 0, 10);
    await read.inboxRow('c');
    for (const view of ['unassigned', 'mine', 'all'] as const) await read.inbox(view, 'a', null, 30);
    await read.inboxCounts('a');
    expect(seen.size).toBe(14);
    const step = /TEMP B-TREE|^SCAN (?!.*USING (COVERING )?INDEX)(?!CONSTANT|counted|\()/;
    const slow = [...seen].flatMap((sql) => past(`explain query plan ${sql}`).map(({ detail }) => ({ sql, detail })));
    expect(slow.filter(({ detail }) => step.test(String(detail)))).toEqual([]);
  });

  it('[PR-56] leaves no byte of what was deleted, also where rows had moved from page to page', async () => {
    // Long and short bodies, gone in no order: pages empty, and what is left on them is moved together.
    const rows = Array.from({ length: 1500 }, (_, at) => {
      const body = createHash('sha512').update(`body ${at}`).digest();
      return {
        id: createHash('sha256').update(`${at}`).digest('hex'),
        body: Buffer.concat([body, Buffer.alloc((at % 5) * 700)]),
      };
    });
    const conversation = await seedConversation(store);
    await store.write(async (tx) => {
      for (const [at, { id, body }] of rows.entries())
        await tx.insertMessage(buildMessage(conversation.id, at + 1, { id, bodySealed: body }));
    });
    const gone = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(100);
    for (const { id } of gone) await run(`delete from message where id = '${id}'`);
    expect(await store.scrub()).toBe(true);
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const found = (row: (typeof rows)[number]): boolean =>
      [row.body.subarray(0, 64), row.id].some((bytes) => files.some((content) => content.includes(bytes)));
    expect(gone.filter(found)).toEqual([]);
    expect(rows.filter(found)).toHaveLength(100);
  });

  it('holds no plaintext of what the vault has sealed', async () => {
    const vault = createVault({ id: 'm', bytes: Buffer.alloc(32, 1) });
    const words = 'the quick brown fox is at 203.0.113.77';
    const { rows, keys } = vault.mint('visitor-1', NOW);
    const conversation = await seedConversation(store);
    const message = buildMessage(conversation.id, 1);
    const place = { table: 'message', column: 'body', row: message.id };
    await store.write(async (tx) => {
      for (const row of rows) await tx.insertDataKey(row);
      await tx.insertMessage({ ...message, bodySealed: keys.seal('messages', place, words) });
    });
    const dump = () => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
    expect(dump().includes(Buffer.from(message.id))).toBe(true);
    expect(dump().includes(Buffer.from('quick brown fox'))).toBe(false);
    await store.close();
    expect(dump().includes(Buffer.from('203.0.113.77'))).toBe(false);
    store = await openStore({ kind: 'sqlite', file: file() });
    const again = vault.keysOf('visitor-1', await store.read.dataKeysOf('visitor-1'));
    const kept = await store.read.message(message.id);
    expect(again.openText('messages', place, kept?.bodySealed ?? Buffer.alloc(0))).toBe(words);
  });
});
