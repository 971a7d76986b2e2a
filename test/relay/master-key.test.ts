import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { storeTarget } from '../../server/context.ts';
import { rewrapOwn } from '../../server/ledger/signing.ts';
import { openStore } from '../../server/store/index.ts';
import { createVault } from '../../server/vault/aes-vault.ts';
import { findMasterKey, type MasterKey } from '../../server/vault/master-key.ts';
import { rotateMasterKey } from '../../server/vault/rotate.ts';
import { connectAgent } from '../support/agent.ts';
import { type Canary, startCanary } from '../support/canary.ts';
import { type Finished, runCli, startCli, startRelayProcess } from '../support/cli.ts';
import { type DatabaseKind, leavePlaces, newFolder, newPlace, type Place } from '../support/places.ts';
import { freePort } from '../support/ports.ts';
import { askAsAgent, dataOf } from '../support/sockets.ts';
import { type TestRelay, testRelays } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const BOTH: DatabaseKind[] = ['SQLite', 'PostgreSQL'];
const relays = testRelays();
// Each command is a process of its own, and a loaded machine takes its time for one.
vi.setConfig({ testTimeout: 120_000 });

afterEach(async () => {
  await relays.close();
  await leavePlaces();
});

function start(place: Place, env: Record<string, string> = {}): Promise<TestRelay> {
  return relays.start({ dataDir: place.dataDir, env: { ...place.env, PARLEY_TRUST_PROXY: '1', ...env } });
}

/** A relay that ran for one person, whose words are known. */
async function ran(place: Place, env: Record<string, string> = {}): Promise<Canary> {
  const relay = await start(place, env);
  const agent = await connectAgent(relay);
  const canary = await startCanary(relay, agent, 'keys');
  agent.socket.close();
  await relay.close();
  return canary;
}

/** What was sealed before is read, and something new can be. */
async function expectReadable(place: Place, { conversationId, texts }: Canary, env: Record<string, string> = {}): Promise<void> {
  const relay = await start(place, env);
  const agent = await connectAgent(relay);
  const said = JSON.stringify(dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId })));
  for (const text of texts.filter((one) => /message|answer/.test(one))) expect(said).toContain(text);
  await startVisitor(relay);
  agent.socket.close();
  await relay.close();
  expect((await runCli(['verify'], { ...place.env, ...env })).status).toBe(0);
}

const keyAt = (file: string): MasterKey => {
  const key = findMasterKey({ value: null, file });
  if (!key) throw new Error(`no key in ${file}`);
  return key;
};
const mastersOf = async (place: Place): Promise<Set<unknown>> =>
  new Set(((await place.dump()).data_key ?? []).map((row) => (JSON.parse(row) as { master_key_id: string }).master_key_id));
const sealedOf = async (place: Place): Promise<string[][]> => {
  const { message, visitor, consent_event, evidence } = await place.dump();
  return [message ?? [], visitor ?? [], consent_event ?? [], evidence ?? []];
};

describe.each(BOTH)('parley rotate-master-key on %s', (kind) => {
  it('[PR-71] brings every key under a new master key, seals nothing anew, and destroys the old one in its file', async () => {
    const place = await newPlace(kind);
    const canary = await ran(place);
    const old = keyAt(place.keyFile);
    const sealed = await sealedOf(place);
    const count = await place.count('data_key', '1 = 1');
    // A second name shows what becomes of the bytes themselves.
    const watched = join(newFolder(), 'watched');
    linkSync(place.keyFile, watched);
    const bytes = readFileSync(watched);
    const { status, stdout, stderr } = await place.run('rotate-master-key');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Wrapped anew: ${count} keys, and 1 secrets of the relay.`);
    expect(stdout).toContain('Make one now: parley backup FOLDER.');
    const next = keyAt(place.keyFile);
    expect(next.id).not.toBe(old.id);
    expect(statSync(place.keyFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(watched).equals(bytes)).toBe(false);
    expect(readFileSync(watched)).toHaveLength(bytes.length);
    expect(readdirSync(place.dataDir).filter((name) => name.startsWith('master.key'))).toEqual(['master.key']);
    expect(await mastersOf(place)).toEqual(new Set([next.id]));
    expect(await sealedOf(place)).toEqual(sealed);
    expect(await place.count('audit', "action = 'master_key.rotated'")).toBe(1);
    await expectReadable(place, canary);
    writeFileSync(join(place.dataDir, 'master.key'), bytes);
    const refused = await place.run('start');
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('sealed under another master key')]);
  });

  it('[PR-71] is refused beside a running relay, which would go on with the old key', async () => {
    const place = await newPlace(kind);
    const { child, finished } = await startRelayProcess(await freePort(), place.env);
    try {
      const { status, stderr } = await place.run('rotate-master-key');
      expect([status, stderr]).toEqual([
        1,
        expect.stringMatching(kind === 'SQLite' ? /Another relay has/ : /A relay is running on this database/),
      ]);
      expect(existsSync(`${place.keyFile}.next`)).toBe(false);
    } finally {
      child.kill('SIGTERM');
      await finished;
    }
    expect((await place.run('rotate-master-key')).status).toBe(0);
  });

  it('[PR-71] goes on after a kill at any point, and until then no relay starts', async () => {
    const place = await newPlace(kind);
    const canary = await ran(place);
    // So many that a busy machine does not come too late to kill it half-way.
    await addKeys(place, 40_000);
    const old = keyAt(place.keyFile).id;
    const moved = (): Promise<number> => place.count('data_key', `master_key_id <> '${old}'`);
    let halves = 0;
    for (const enough of [0, 1, 6000, 14_000]) {
      const { child, finished } = startCli(['rotate-master-key'], place.env);
      const isFar = async (): Promise<boolean> => existsSync(`${place.keyFile}.next`) && (await moved()) >= enough;
      await waitFor(async () => child.exitCode !== null || (await isFar()), 'some keys', { timeoutMs: 30_000 });
      child.kill('SIGKILL');
      await finished;
      const done = await moved();
      if (done > 0 && done < 40_004) halves += 1;
    }
    expect(halves).toBeGreaterThan(0);
    const refused = await place.run('start');
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('A rotation of the master key was begun and not ended'),
    ]);
    expect((await place.run('rotate-master-key')).status).toBe(0);
    const key = keyAt(place.keyFile);
    expect(await mastersOf(place)).toEqual(new Set([key.id]));
    expect(readdirSync(place.dataDir).filter((name) => name.startsWith('master.key'))).toEqual(['master.key']);
    await expectReadable(place, canary);
  }, 180_000);
});

/** Keys of visitors who never came, wrapped as theirs would be. */
async function addKeys(place: Place, count: number): Promise<void> {
  const vault = createVault(keyAt(place.keyFile));
  const store = await openStore(storeTarget(readConfig(place.env)));
  try {
    await store.write(async (tx) => {
      for (let at = 0; at < count / 4; at++) for (const row of vault.mint(`s_${at}`, at).rows) await tx.insertDataKey(row);
    });
  } finally {
    await store.close();
  }
}

describe('where a rotation was cut off', () => {
  it('[PR-71] has the same end from every step between two renames', async () => {
    for (const step of ['made', 'own', 'all', 'linked', 'renamed'] as const) {
      const place = await newPlace('SQLite');
      const canary = await ran(place);
      const [old, next] = [keyAt(place.keyFile), `${place.keyFile}.next`];
      writeFileSync(next, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
      const to = keyAt(next);
      const store = await openStore(storeTarget(readConfig(place.env)));
      if (step === 'own') {
        let writes = 0;
        const dying = {
          ...store,
          write: <T>(work: Parameters<typeof store.write<T>>[0]) =>
            writes++ === 0 ? store.write(work) : Promise.reject(new Error('killed')),
        };
        await expect(rotateMasterKey(dying, old, to, rewrapOwn)).rejects.toThrow('killed');
      }
      if (['all', 'linked', 'renamed'].includes(step)) await rotateMasterKey(store, old, to, rewrapOwn);
      await store.close();
      if (['linked', 'renamed'].includes(step)) linkSync(place.keyFile, `${place.keyFile}.old`);
      if (step === 'renamed') renameSync(next, place.keyFile);
      const { status, stderr } = await place.run('rotate-master-key');
      expect([step, status, stderr]).toEqual([step, 0, '']);
      expect([step, keyAt(place.keyFile).id]).toEqual([step, to.id]);
      expect(readdirSync(place.dataDir).filter((name) => name.startsWith('master.key'))).toEqual(['master.key']);
      await expectReadable(place, canary);
    }
  }, 180_000);
});

describe('a master key in the environment', () => {
  it('[PR-71] is rotated with both keys given, and each wrong pair is refused', async () => {
    const place = await newPlace('SQLite');
    const [old, next] = [randomBytes(32).toString('base64'), randomBytes(32).toString('hex')];
    const canary = await ran(place, { PARLEY_MASTER_KEY: old });
    const rotate = (env: Record<string, string>): Promise<Finished> => runCli(['rotate-master-key'], { ...place.env, ...env });
    expect((await rotate({ PARLEY_MASTER_KEY: old })).stderr).toContain('PARLEY_NEXT_MASTER_KEY');
    expect((await rotate({ PARLEY_MASTER_KEY: old, PARLEY_NEXT_MASTER_KEY: 'short' })).stderr).toContain(
      'PARLEY_NEXT_MASTER_KEY must be 32 bytes',
    );
    const wrong = await rotate({ PARLEY_MASTER_KEY: next, PARLEY_NEXT_MASTER_KEY: randomBytes(32).toString('hex') });
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('sealed under another master key')]);
    const done = await rotate({ PARLEY_MASTER_KEY: old, PARLEY_NEXT_MASTER_KEY: next });
    expect([done.status, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toContain('Give the new key in PARLEY_MASTER_KEY from now on');
    expect([done.stdout.includes(old), done.stdout.includes(next)]).toEqual([false, false]);
    expect((await rotate({ PARLEY_MASTER_KEY: old, PARLEY_NEXT_MASTER_KEY: next })).status).toBe(0);
    expect((await runCli(['start'], { ...place.env, PARLEY_MASTER_KEY: old })).status).toBe(1);
    await expectReadable(place, canary, { PARLEY_MASTER_KEY: next });
  });
});

describe('the inventory of keys (PR-71)', () => {
  it('says which keys there are, how old, and under which master key; and what is left over', async () => {
    const place = await newPlace('SQLite');
    await ran(place);
    await place.run('rotate-key');
    const { id } = keyAt(place.keyFile);
    const { status, stdout } = await place.run('doctor');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^ok {5}\\d+ keys are under master key ${id}: 1 consent, 1 evidence, \\d form, \\d messages\\.$`, 'm'),
    );
    expect(stdout).toMatch(/ok {5}Signed with key \S+, 0 hours old\./);
    expect(stdout).toMatch(/ok {5}Signing key \S+, 0 hours old, signs no more, and its private part is still here\./);
    copyFileSync(place.keyFile, `${place.keyFile}.old`);
    await place.sql(`update data_key set master_key_id = 'another' where class = 'form'`);
    const wrong = await place.run('doctor');
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toMatch(/WRONG {2}\d keys are under master key another, which is not in use/);
    expect(wrong.stdout).toContain('WRONG  The old master key was not destroyed yet');
    await expect(start(place)).rejects.toThrow('A rotation of the master key was begun and not ended');
  });
});

describe.each(BOTH)('a lost master key, on %s', (kind) => {
  it('[PR-71] is said plainly, with what is gone and what still works; and what is said is true', async () => {
    const place = await newPlace(kind);
    const canary = await ran(place);
    const early = await place.run('rotate-master-key', '--lost');
    expect([early.status, early.stderr]).toEqual([1, expect.stringContaining('it is not lost, and nothing was changed')]);
    rmSync(place.keyFile);

    const refused = await place.run('start');
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('If it is lost, every sealed text is; parley doctor says what still works.'),
    ]);
    const doctor = await place.run('doctor');
    expect([doctor.status, doctor.stdout]).toEqual([1, expect.stringContaining('Gone with it: every sealed text (1 visitors)')]);
    const closed = await place.run('verify');
    expect([closed.status, closed.stdout]).toEqual([
      0,
      expect.stringContaining('The master key is not here: no event can be opened.'),
    ]);
    expect(closed.stdout).toContain('demo: whole. 3 entries, 3 events, 0 erased');
    expect((await place.run('backup', newFolder())).status).toBe(0);
    expect((await place.run('snippet', 'demo')).status).toBe(0);
    expect((await place.run('export', canary.conversationId, join(newFolder(), 'x.zip'))).status).toBe(1);
    expect(existsSync(place.keyFile)).toBe(false);

    const lost = await place.run('rotate-master-key', '--lost');
    expect([lost.status, lost.stdout]).toEqual([
      0,
      expect.stringContaining('what 1 visitors wrote and agreed to in sealed form (3 messages, 3 consent events)'),
    ]);
    expect(await place.count('audit', "action = 'master_key.lost'")).toBe(1);
    const relay = await start(place);
    const agent = await connectAgent(relay);
    const { conversations } = dataOf(await askAsAgent(agent.socket, 'inbox:list', { view: 'all', before: null }));
    expect(conversations).toEqual([]);
    const visitor = await startVisitor(relay);
    const said = JSON.stringify(
      dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId: visitor.conversationId })),
    );
    expect(said).toContain('The Tide Almanac');
    expect(relay.logs.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
    const verified = await place.run('verify');
    expect([verified.status, verified.stdout]).toEqual([
      0,
      expect.stringContaining('demo: whole. 5 entries, 5 events, 0 erased'),
    ]);
    expect(verified.stdout).toContain('demo: 3 events stay closed');
    expect((await place.run('doctor')).stdout).toContain('the master key was written off as lost');
    agent.socket.close();
  }, 60_000);

  it('[PR-43] [PR-71] excuses no event whose key somebody took away: no loss is written down', async () => {
    const place = await newPlace(kind);
    const canary = await ran(place);
    await place.sql(`delete from data_key where visitor_id = '${canary.visitorId}'`);
    const verified = await place.run('verify');
    expect([verified.status, verified.stdout]).toEqual([1, expect.stringContaining('BROKEN at entry 1: unreadable_event')]);
  });
});
