import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { takeBackup } from '../../server/backup/backup.ts';
import { backupsIn, findBackup, type Manifest } from '../../server/backup/manifest.ts';
import { pruneBackups } from '../../server/backup/prune.ts';
import { checkBackup, putBack } from '../../server/backup/restore.ts';
import { readConfig } from '../../server/config.ts';
import { storeTarget } from '../../server/context.ts';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { COPIED } from '../../server/store/copy.ts';
import { openBackend, openStore } from '../../server/store/index.ts';
import { newId } from '../../shared/ids.ts';
import { DAY, HOUR } from '../../shared/limits.ts';
import { connectAgent } from '../support/agent.ts';
import { type Canary, startCanary } from '../support/canary.ts';
import { startCli } from '../support/cli.ts';
import { textsOnDisk } from '../support/database.ts';
import { type DatabaseKind, leavePlaces, newFolder, newPlace, type Place } from '../support/places.ts';
import { askAsAgent, askAsVisitor, dataOf } from '../support/sockets.ts';
import { type TestRelay, testRelays } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const ORDER = { actor: { kind: 'operator' }, reason: 'objection' } as const;
const BOTH: DatabaseKind[] = ['SQLite', 'PostgreSQL'];

const relays = testRelays();
// Each command is a process of its own, and a loaded machine takes its time for one.
vi.setConfig({ testTimeout: 120_000 });
const loads: (() => Promise<void>)[] = [];
const start = (place: Place, clock: () => number = Date.now): Promise<TestRelay> => {
  const env = { ...place.env, PARLEY_TRUST_PROXY: '1' };
  return relays.start({ dataDir: place.dataDir, env, overrides: { clock } });
};

afterEach(async () => {
  for (const stop of loads.splice(0)) await stop();
  await relays.close();
  await leavePlaces();
});

/** Somebody writes without a pause, and somebody else comes again and again, until it is told to stop. */
async function load(relay: TestRelay): Promise<{ sent: () => number; stop: () => Promise<void> }> {
  const visitor = await startVisitor(relay);
  const socket = await visitor.connect();
  let isOver = false;
  let sent = 0;
  const writing = (async () => {
    while (!isOver) {
      dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body: `line ${sent}` }));
      sent += 1;
      await sleep(3);
    }
  })();
  const coming = (async () => {
    while (!isOver) {
      await startVisitor(relay);
      await sleep(50);
    }
  })();
  const stop = async (): Promise<void> => {
    isOver = true;
    await Promise.all([writing, coming]);
    socket.close();
  };
  loads.push(stop);
  return { sent: () => sent, stop };
}

const filesOf = (folder: string): string[] => readdirSync(folder).sort();
const inFiles = (folder: string, texts: readonly (string | Buffer)[]): (string | Buffer)[] => {
  const contents = filesOf(folder).map((name) => {
    const bytes = readFileSync(join(folder, name));
    return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  });
  return texts.filter((text) => contents.some((content) => content.includes(text)));
};

describe('where a backup has each table (PR-57)', () => {
  it.each(BOTH)('has every table of the schema on %s on one of its lists, and writes what they say', async (kind) => {
    const place = await newPlace(kind);
    const relay = await start(place);
    const tables = Object.keys(await place.dump());
    expect(Object.keys(COPIED).sort()).toEqual(tables.sort());
    await startVisitor(relay);
    const manifest = await takeBackup(relay.ctx.store, newFolder(), Date.now());
    const of = (...homes: string[]): string[] =>
      tables.filter((name) => homes.includes(COPIED[name as keyof typeof COPIED])).sort();
    expect(Object.keys(manifest.data.rows).sort()).toEqual(of('data', 'both'));
    expect(Object.keys(manifest.keys.rows).sort()).toEqual(of('keys', 'both'));
  });
});

describe.each(BOTH)('parley backup on %s', (kind) => {
  it('[PR-57] [PR-54] the drill: a person who was erased after the backup is nowhere after the restore, and another is whole', async () => {
    const here = await newPlace(kind);
    const relay = await start(here);
    const agent = await connectAgent(relay);
    const gone = await startCanary(relay, agent, 'gone');
    const stays = await startCanary(relay, agent, 'stays');
    const folder = newFolder();
    const traffic = await load(relay);
    await waitFor(() => traffic.sent() > 20, 'some lines');
    const taken = await here.run('backup', folder);
    const before = traffic.sent();
    await waitFor(() => traffic.sent() > before, 'more lines');
    await traffic.stop();
    expect([taken.status, taken.stderr]).toEqual([0, '']);
    expect(await here.count('audit', "action = 'backup.made'")).toBe(1);
    const { certificate, logged } = await eraseVisitor(relay.ctx, { conversationId: gone.conversationId }, ORDER);
    expect(logged).toBe(true);
    agent.socket.close();
    await relay.close();

    // Sealed in the backup: no canary, no master key; the keys in one file alone, and all of it for this account.
    const secrets = [readFileSync(here.keyFile, 'utf8').trim(), Buffer.from(readFileSync(here.keyFile, 'utf8').trim(), 'base64')];
    expect(inFiles(folder, [...gone.texts, ...stays.texts, ...secrets])).toEqual([]);
    expect(inFiles(folder, gone.ids)).not.toEqual([]);
    for (const name of filesOf(folder)) expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    const holds = (name: string) => gunzipSync(readFileSync(join(folder, name))).includes(gone.keys[0]?.toString('base64') ?? '');
    const [data = '', keys = ''] = filesOf(folder).filter((name) => name.endsWith('.gz'));
    expect([holds(data), holds(keys)]).toEqual([false, true]);

    const there = await newPlace(kind, here);
    const restored = await there.run('restore', folder);
    expect([restored.status, restored.stderr]).toEqual([1, '']);
    expect(restored.stdout).toContain('No relay starts on it yet.');
    expect(JSON.stringify(await there.dump())).toContain(gone.visitorId);
    const refused = await there.run('start');
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(
      /^Parley cannot start\. This database was restored as of .* run parley restore FOLDER --erasures FILE first\.\n$/,
    );
    expect((await there.run('backup', newFolder())).stderr).toContain('do that first');

    const replayed = await there.run('restore', folder, '--erasures', here.log);
    expect([replayed.status, replayed.stderr]).toEqual([0, '']);
    expect(replayed.stdout).toContain('Erased again: 1.');
    expect(await there.count('audit', "action = 'backup.restored'")).toBe(1);
    const tables = JSON.stringify(await there.dump());
    expect([...gone.texts, ...gone.ids].filter((one) => tables.includes(one))).toEqual([]);
    expect(gone.keys.filter((key) => tables.includes(key.toString('hex')))).toEqual([]);
    expect(textsOnDisk(there, [...gone.texts, ...gone.ids])).toEqual([]);
    expect(tables).toContain(stays.visitorId);

    const again = await start(there);
    const desk = await connectAgent(again);
    await expectWhole(desk, stays);
    const verified = await there.run('verify');
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('demo: whole.')]);
    const [erasure] = await again.ctx.store.read.erasures((await again.ctx.store.read.sites())[0]?.id ?? '', 0, 9);
    expect(erasure?.reason).toBe(certificate.reason);
    await startVisitor(again);
    desk.socket.close();
  });

  it('[PR-56] thirty days old, with its keys gone, is unreadable; the ledger, the notices and the sign-in still work', async () => {
    const here = await newPlace(kind);
    const relay = await start(here);
    const now = Date.now();
    const agent = await connectAgent(relay);
    const canary = await startCanary(relay, agent, 'old');
    const folder = newFolder();
    await takeBackup(relay.ctx.store, folder, Date.now());
    await eraseVisitor(relay.ctx, { conversationId: canary.conversationId }, ORDER);
    agent.socket.close();
    await relay.close();
    expect(
      inFiles(
        folder,
        canary.keys.map((key) => key.toString('base64')),
      ),
    ).toHaveLength(4);
    expect(pruneBackups(folder, now + 30 * DAY, { keys: 7 * DAY, data: 35 * DAY })).toEqual({ keys: 1, data: 0 });
    expect(
      inFiles(
        folder,
        canary.keys.map((key) => key.toString('base64')),
      ),
    ).toEqual([]);

    const there = await newPlace(kind, here);
    const restored = await there.run('restore', folder, '--no-erasures');
    expect([restored.status, restored.stderr]).toEqual([0, '']);
    expect(restored.stdout).toContain('Its keys are not there');
    expect(restored.stdout).toContain('unreadable for good: 1 visitors, 3 messages, 3 consent events');
    const dump = JSON.stringify(await there.dump());
    expect(dump).toContain(canary.visitorId);
    expect(canary.keys.filter((key) => dump.includes(key.toString('hex')))).toEqual([]);
    expect(textsOnDisk(there, canary.texts)).toEqual([]);

    const again = await start(there, () => now + 30 * DAY);
    const desk = await connectAgent(again);
    const { conversations } = dataOf(await askAsAgent(desk.socket, 'inbox:list', { view: 'all', before: null }));
    expect(conversations).toEqual([]);
    const opened = await askAsAgent(desk.socket, 'conversation:open', { conversationId: canary.conversationId });
    expect(opened).toEqual({ ok: false, error: 'not_found' });
    await startVisitor(again);
    const verified = await there.run('verify');
    expect([verified.status, verified.stdout]).toEqual([
      0,
      expect.stringContaining('demo: whole. 5 entries, 5 events, 0 erased'),
    ]);
    expect(verified.stdout).toContain('demo: 3 events stay closed');
    const complaints = again.logs.filter((line) => /"level":"(warn|error)"/.test(line));
    // That a request is late after thirty days is true.
    expect(complaints.filter((line) => !line.includes('requests are due'))).toEqual([]);
    expect((await there.run('erase', canary.conversationId)).status).toBe(0);
    desk.socket.close();
  });

  it('[PR-57] is whole in every of twenty rounds under load, and has all that was acknowledged before it began (F22)', async () => {
    const here = await newPlace(kind);
    const relay = await start(here);
    const traffic = await load(relay);
    for (let round = 0; round < 20; round++) {
      const before = traffic.sent();
      await waitFor(() => traffic.sent() > before + 5, 'lines');
      const sure = traffic.sent();
      const folder = newFolder();
      const manifest = await takeBackup(relay.ctx.store, folder, Date.now() + round);
      expect(manifest.data.rows.message).toBeGreaterThanOrEqual(sure);
      await expectRestores(await newPlace(kind, here), folder, relay);
    }
    expect(traffic.sent()).toBeGreaterThan(120);
  }, 300_000);

  it('[PR-57] killed in the middle leaves nothing that would be taken for a backup, and the next one clears it away', async () => {
    const here = await newPlace(kind);
    const relay = await start(here);
    for (let at = 0; at < 5; at++) await startVisitor(relay);
    const folder = newFolder();
    const seen = new Set<string>();
    for (let round = 0; round < 6; round++) {
      const cli = startCli(['backup', folder], here.env);
      await waitFor(() => filesOf(folder).some((name) => name.startsWith('.parley-')) || cli.child.exitCode !== null, 'a file');
      await sleep(round * 4);
      cli.child.kill('SIGKILL');
      await cli.finished;
      for (const { name } of backupsIn(folder)) {
        // Killed after the last step: then it is whole.
        await checkBackup(findBackup(join(folder, `${name}.manifest.json`)), ['data', 'keys']);
        seen.add(name);
      }
    }
    const left = filesOf(folder).filter((name) => ![...seen].some((whole) => name.startsWith(whole)));
    expect(left.length).toBeGreaterThan(0);
    if (seen.size === 0) expect(() => findBackup(folder)).toThrow('There is no backup in');
    for (const name of left) utimesSync(join(folder, name), new Date(Date.now() - 2 * HOUR), new Date(Date.now() - 2 * HOUR));
    expect((await here.run('backup', folder)).status).toBe(0);
    expect(filesOf(folder).filter((name) => left.includes(name))).toEqual([]);
    await expectRestores(await newPlace(kind, here), folder, relay);
  });
});

async function expectWhole(desk: Awaited<ReturnType<typeof connectAgent>>, { conversationId, texts }: Canary): Promise<void> {
  const opened = dataOf(await askAsAgent(desk.socket, 'conversation:open', { conversationId }));
  const said = JSON.stringify(opened);
  for (const text of texts.filter((one) => /first-message|second-message|-answer$/.test(one))) expect(said).toContain(text);
  expect(dataOf(await askAsAgent(desk.socket, 'ip:reveal', { conversationId }))).toMatchObject({ ip: '203.0.113.161' });
}

/** Restores the newest backup of a folder into a place, and walks all of it. */
async function expectRestores(place: Place, folder: string, { ctx: { vault } }: TestRelay): Promise<void> {
  const backup = findBackup(folder);
  await checkBackup(backup, ['data', 'keys']);
  const target = storeTarget(readConfig(place.env));
  const backend = await openBackend(target);
  try {
    await putBack(backend, backup, true, Date.now());
  } finally {
    await backend.release();
  }
  const store = await openStore(target);
  try {
    vault.forgetAll();
    for (const { id } of await store.read.sites()) {
      const { fault, entries } = await verifyLedger(store.read, vault, id);
      expect([fault, entries]).toEqual([null, backup.manifest.ledgers.find(({ site_id }) => site_id === id)?.seq]);
    }
    expect(await store.read.keys.unreadable()).toEqual({ visitors: 0, messages: 0, events: 0 });
  } finally {
    await store.close();
  }
}

describe('how long a backup lives (PR-56)', () => {
  it('takes keys away after a week and data after five weeks, and never leaves keys longer than data', async () => {
    const here = await newPlace('SQLite');
    const relay = await start(here);
    await startVisitor(relay);
    const folder = newFolder();
    const now = Date.now();
    const made: Manifest[] = [];
    for (const days of [36, 34, 8, 6, 0]) made.push(await takeBackup(relay.ctx.store, folder, now - days * DAY));
    const LIVES = { keys: 7 * DAY, data: 35 * DAY };
    expect(pruneBackups(folder, now, LIVES)).toEqual({ keys: 3, data: 1 });
    const named = (which: string) =>
      filesOf(folder)
        .filter((name) => name.endsWith(which))
        .map((name) => name.split('.')[0]);
    expect(named('.manifest.json')).toEqual(made.slice(1).map(({ name }) => name));
    expect(named('.data.gz')).toEqual(made.slice(1).map(({ name }) => name));
    expect(named('.keys.gz')).toEqual(made.slice(3).map(({ name }) => name));
    expect(pruneBackups(folder, now, { keys: 99 * DAY, data: 5 * DAY })).toEqual({ keys: 1, data: 3 });
    expect(filesOf(folder)).toHaveLength(3);
    const wrong = await here.run('backup', folder, '--keep-keys', 'P8D', '--keep-data', 'P7D');
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('keys live no longer than data')]);
    expect((await here.run('backup', folder, '--keep-keys', 'soon')).status).toBe(1);
    expect((await here.run('verify', '--keep-keys', 'P7D')).status).toBe(2);
  });
});

describe('what is no whole backup', () => {
  it('[PR-57] is refused before anything is touched: a file that was cut, altered, or is gone, and a database with something in it', async () => {
    const here = await newPlace('SQLite');
    const relay = await start(here);
    await startVisitor(relay);
    const folder = newFolder();
    const { name } = await takeBackup(relay.ctx.store, folder, Date.now());
    const there = await newPlace('SQLite', here);
    const data = join(folder, `${name}.data.gz`);
    const whole = readFileSync(data);
    for (const bytes of [
      whole.subarray(0, whole.length - 1),
      Buffer.concat([whole.subarray(0, 400), Buffer.of(0), whole.subarray(401)]),
    ]) {
      writeFileSync(data, bytes);
      const refused = await there.run('restore', folder);
      expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('is not what was written')]);
    }
    rmSync(data);
    expect((await there.run('restore', folder)).stderr).toContain('is not there');
    writeFileSync(data, whole);
    const before = await here.dump();
    const beside = await here.run('restore', folder);
    expect([beside.status, beside.stderr]).toEqual([1, expect.stringContaining('Another relay has')]);
    await relay.close();
    const over = await here.run('restore', folder);
    expect([over.status, over.stderr]).toEqual([1, expect.stringContaining('never over anything')]);
    expect(await here.dump()).toEqual(before);
    expect((await there.run('restore', join(folder, 'nothing'))).stderr).toContain('There is no');
    expect((await there.run('restore', newFolder())).stderr).toContain('There is no backup in');
    const alone = await newPlace('SQLite');
    expect((await alone.run('restore', folder)).stderr).toContain('and none is here');
  });
});

describe('a damaged database (F23)', () => {
  it('stops the start with a line that names the file and the command that restores it: cut off, or overwritten', async () => {
    const here = await newPlace('SQLite');
    const relay = await start(here);
    await startVisitor(relay);
    await relay.close();
    const file = join(here.dataDir, 'parley.sqlite');
    const whole = readFileSync(file);
    expect(filesOf(here.dataDir)).not.toContain('parley.sqlite-wal');
    for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.concat([Buffer.alloc(100, 7), whole.subarray(100)])]) {
      writeFileSync(file, bytes);
      const { status, stderr } = await here.run('start');
      expect([status, stderr]).toEqual([1, expect.stringContaining(`${file} is damaged or no SQLite database`)]);
      expect(stderr).toContain('run parley restore FOLDER');
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
    writeFileSync(file, whole);
    await start(here);
  });
});
