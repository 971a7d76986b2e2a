import { copyFileSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { takeBackup } from '../../server/backup/backup.ts';
import { rotateSigningKey } from '../../server/ledger/signing.ts';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { type LogLine, logLine } from '../../server/privacy/log-line.ts';
import { DAY } from '../../shared/limits.ts';
import { type Finished, startCli } from '../support/cli.ts';
import { leavePlaces, newFolder, newPlace, type Place } from '../support/places.ts';
import { type TestRelay, testRelays } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const ORDER = { actor: { kind: 'operator' }, reason: 'request' } as const;

let here: Place;
let heads: string;
let now: number;
const relays = testRelays();
// Each command is a process of its own, and a loaded machine takes its time for one.
vi.setConfig({ testTimeout: 120_000 });

beforeEach(async () => {
  here = await newPlace('SQLite');
  heads = join(newFolder(), 'heads.jsonl');
  now = Date.now() - 10 * DAY;
});
afterEach(async () => {
  await relays.close();
  await leavePlaces();
});

function start(place = here): Promise<TestRelay> {
  const env = { ...place.env, PARLEY_HEADS_FILE: heads };
  return relays.start({ dataDir: place.dataDir, env, overrides: { clock: () => now } });
}

const erase = (relay: TestRelay, conversationId: string) => eraseVisitor(relay.ctx, { conversationId }, ORDER);
const linesOf = (file: string): LogLine[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => logLine.parse(JSON.parse(line)));
const erasuresOf = (file: string) => linesOf(file).flatMap((line) => (line.kind === 'erasure' ? [line] : []));

/** Three people; a backup; two of them are erased, a day apart, with a signed head in between and one after. */
async function eventful(): Promise<{ folder: string; conversations: string[] }> {
  const relay = await start();
  const conversations: string[] = [];
  for (let at = 0; at < 3; at++) conversations.push((await startVisitor(relay)).conversationId);
  const folder = newFolder();
  await takeBackup(relay.ctx.store, folder, now);
  await erase(relay, conversations[0] ?? '');
  await relay.close();
  for (const next of [conversations[1], null]) {
    now += DAY;
    const again = await start();
    const isKept = (): boolean => readFileSync(heads, { encoding: 'utf8', flag: 'a+' }).includes(new Date(now).toISOString());
    await waitFor(isKept, 'a head to be kept elsewhere');
    if (next) await erase(again, next);
    await again.close();
  }
  return { folder, conversations };
}

/** A copy of the log that somebody has changed, and what a restore makes of it. */
async function restoreWith(
  folder: string,
  change: (lines: string[]) => string[],
  ...more: string[]
): Promise<Finished & { there: Place }> {
  const there = await newPlace('SQLite', here);
  const file = join(newFolder(), 'log');
  writeFileSync(
    file,
    change(readFileSync(here.log, 'utf8').trimEnd().split('\n'))
      .map((line) => `${line}\n`)
      .join(''),
  );
  there.env.PARLEY_HEADS_FILE = heads;
  return { ...(await there.run('restore', folder, '--erasures', file, ...more)), there };
}

const left = async (place: Place): Promise<number> => ((await place.dump()).visitor ?? []).length;

describe('the erasure log', () => {
  it('[PR-57] has each erasure before it is answered, signed, on the disk, for this account, and names nobody', async () => {
    const relay = await start();
    const visitors = [await startVisitor(relay), await startVisitor(relay)];
    const rows = await Promise.all(visitors.map(({ conversationId }) => relay.ctx.store.read.conversation(conversationId)));
    for (const { conversationId } of visitors) {
      const { certificate, logged } = await erase(relay, conversationId);
      expect(logged).toBe(true);
      expect(erasuresOf(here.log).at(-1)?.certificate).toEqual(certificate);
    }
    const [one, two] = erasuresOf(here.log);
    expect([one?.before, two?.before]).toEqual([null, one?.certificate.erasure_id]);
    const text = readFileSync(here.log, 'utf8');
    for (const row of rows) expect([row?.id, row?.visitorId].filter((id) => text.includes(String(id)))).toEqual([]);
    expect(statSync(here.log).mode & 0o777).toBe(0o600);
  });

  it('[PR-57] gets what a crash between the commit and the line left out, at the next start and at the next look', async () => {
    const relay = await start();
    const visitors = await Promise.all(Array.from({ length: 3 }, () => startVisitor(relay)));
    await erase(relay, visitors[0]?.conversationId ?? '');
    const first = readFileSync(here.log);
    await erase(relay, visitors[1]?.conversationId ?? '');
    await relay.close();
    // The line was cut in its middle, or was never written.
    truncateSync(here.log, first.length + 100);
    const again = await start();
    await waitFor(() => erasuresOf(here.log).length === 2, 'the line');
    expect(erasuresOf(here.log).map(({ before }) => before)).toEqual([null, erasuresOf(here.log)[0]?.certificate.erasure_id]);
    // A disk that takes nothing for a while: it is erased all the same, and written down later.
    const file = again.ctx.erasureLog.file;
    rmSync(file);
    mkdirSync(file);
    expect((await erase(again, visitors[2]?.conversationId ?? '')).logged).toBe(false);
    await waitFor(() => again.logs.some((line) => line.includes('erasures not written down')), 'a warning');
    rmdirSync(file);
    await waitFor(
      () => readFileSync(file, { encoding: 'utf8', flag: 'a+' }).includes('"erasure"') && erasuresOf(file).length === 3,
      'all three',
    );
  });

  it('[PR-57] gets what a command erased, also where no relay runs', async () => {
    const relay = await start();
    const { conversationId } = await startVisitor(relay);
    await relay.close();
    const done = await here.run('erase', conversationId);
    expect(done.status).toBe(0);
    expect(erasuresOf(here.log)[0]?.certificate).toEqual(JSON.parse(done.stdout));
  });
});

describe('a restored database', () => {
  it('[PR-57] serves nobody before the erasures since its backup were done again, and says which command does that', async () => {
    const { folder } = await eventful();
    const there = await newPlace('SQLite', here);
    const { status, stdout } = await there.run('restore', folder);
    expect([status, stdout]).toEqual([1, expect.stringContaining(`parley restore ${folder} --erasures FILE`)]);
    await expect(start(there)).rejects.toThrow(/was restored as of .* run parley restore FOLDER --erasures FILE first/);
    expect((await there.run('restore', folder, '--erasures', here.log)).status).toBe(0);
    await start(there);
  });
});

describe('a restore with the log', () => {
  it('[PR-57] erases again everybody whom the log names, in any order of the steps, and once', async () => {
    const { folder } = await eventful();
    const { status, stdout, there } = await restoreWith(folder, (lines) => lines);
    expect([status, stdout]).toEqual([0, expect.stringContaining('Erased again: 2. Of 0 erasures nothing was in the backup.')]);
    expect(await left(there)).toBe(1);
    expect((await there.run('restore', folder)).stderr).toContain('never over anything');
    const recovery = (await there.dump()).recovery ?? [];
    expect(JSON.parse(recovery[0] ?? '')).toMatchObject({ kind: 'restored', replay: 'whole', erased: 2 });
  });

  it('[PR-57] refuses a log whose end was cut off, by the head that was kept elsewhere', async () => {
    const { folder } = await eventful();
    // What was there after the first day: one erasure, its head, and nothing that says that a second day was.
    const cut = await restoreWith(folder, (lines) =>
      lines.filter((line) => !line.includes(new Date(now).toISOString())).slice(0, -1),
    );
    expect([cut.status, cut.stdout]).toEqual([1, expect.stringContaining('its end was cut off')]);
    expect(await left(cut.there)).toBe(3);
    expect((await cut.there.run('start')).stderr).toContain('Parley cannot start. This database was restored');
  });

  it('[PR-57] refuses a log with a gap, a line that was altered, and a line that somebody else wrote', async () => {
    const { folder } = await eventful();
    const gap = await restoreWith(folder, (lines) =>
      lines.filter((line) => !line.includes('"kind":"erasure"') || !line.includes('"before":null')),
    );
    expect([gap.status, gap.stdout]).toEqual([1, expect.stringMatching(/Erasure \S+ is mentioned, and its line is missing\./)]);
    const altered = await restoreWith(folder, (lines) =>
      lines.map((line) => line.replace('"reason":"request"', '"reason":"objection"')),
    );
    expect([altered.status, altered.stdout]).toEqual([1, expect.stringMatching(/Line \d+ was not signed by this relay/)]);
    const other = await newPlace('SQLite');
    const stranger = await start(other);
    await erase(stranger, (await startVisitor(stranger)).conversationId);
    await stranger.close();
    const foreign = readFileSync(other.log, 'utf8').trimEnd().split('\n');
    const mixed = await restoreWith(folder, (lines) => [
      ...lines,
      ...foreign.filter((line) => line.includes('"kind":"erasure"')),
    ]);
    expect([mixed.status, mixed.stdout]).toEqual([1, expect.stringMatching(/Line \d+ was not signed by this relay/)]);
    expect(await left(mixed.there)).toBe(3);
  });

  it('[PR-57] does what a log has that is not whole only when told so, and a missing log likewise; both are written down', async () => {
    const { folder } = await eventful();
    const cut = await restoreWith(
      folder,
      (lines) => lines.filter((line) => line.includes('"before":null') || line.includes('"kind":"key"')),
      '--incomplete',
    );
    expect([cut.status, cut.stdout]).toEqual([0, expect.stringContaining('Erased again: 1.')]);
    expect(await left(cut.there)).toBe(2);
    expect(JSON.parse((await cut.there.dump()).recovery?.[0] ?? '')).toMatchObject({ replay: 'incomplete', erased: 1 });
    expect((await cut.there.run('doctor')).stdout).toContain('with a log that was not whole: 1 erasures were done again');

    const there = await newPlace('SQLite', here);
    const none = await there.run('restore', folder, '--erasures', join(folder, 'no-such-log'));
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('There is no erasure log')]);
    expect((await there.run('restore', folder)).stdout).toContain('what is left to do goes on');
    expect((await there.run('doctor')).stdout).toContain('WRONG  This database was restored as of');
    expect((await there.run('restore', folder, '--no-erasures')).status).toBe(0);
    expect(JSON.parse((await there.dump()).recovery?.[0] ?? '')).toMatchObject({ replay: 'none', erased: 0 });
    const relay = await start(there);
    expect(relay.port).toBeGreaterThan(0);
  });

  it('[PR-57] knows a signing key that is younger than the backup, by the one before, and goes on publishing it', async () => {
    const relay = await start();
    const { conversationId } = await startVisitor(relay);
    const folder = newFolder();
    await takeBackup(relay.ctx.store, folder, now);
    now += 1;
    const kid = await rotateSigningKey(relay.ctx.store, relay.ctx.vault, now);
    await relay.close();
    const again = await start();
    expect(again.ctx.signing.kid).toBe(kid);
    await erase(again, conversationId);
    await again.close();
    rmSync(heads, { force: true });
    const { status, stdout, there } = await restoreWith(folder, (lines) => lines);
    expect([status, stdout]).toEqual([0, expect.stringContaining('Erased again: 1.')]);
    expect((await there.dump()).signing_key?.filter((row) => row.includes(kid))).toHaveLength(1);
    const keyless = await restoreWith(folder, (lines) => lines.filter((line) => !line.includes('"kind":"key"')));
    expect(keyless.stdout).toMatch(/Line \d+ was not signed by this relay/);
  });

  it('[PR-57] takes nobody for another: after a restore the same numbers stand for other people', async () => {
    const relay = await start();
    await startVisitor(relay);
    const folder = newFolder();
    await takeBackup(relay.ctx.store, folder, now);
    const later = await startVisitor(relay);
    await erase(relay, later.conversationId);
    await relay.close();
    const { status, there } = await restoreWith(folder, (lines) => lines);
    expect([status, await left(there)]).toEqual([0, 1]);
    now += DAY;
    const again = await start(there);
    await startVisitor(again);
    const next = newFolder();
    await takeBackup(again.ctx.store, next, now);
    await again.close();
    // The old log covers entries 3 and 4 of the old ledger; in the new one these are somebody else's.
    const once = await newPlace('SQLite', here);
    copyFileSync(here.log, once.log);
    const done = await once.run('restore', next, '--erasures', once.log, '--incomplete');
    expect([done.status, done.stdout]).toEqual([0, expect.stringContaining('Erased again: 0.')]);
    expect(await left(once)).toBe(2);
  });

  it('[PR-57] goes on where it was killed, at any point', async () => {
    const { folder } = await eventful();
    for (const after of [0, 150, 400, 700]) {
      const there = await newPlace('SQLite', here);
      const cli = startCli(['restore', folder, '--erasures', here.log], { ...there.env, PARLEY_HEADS_FILE: heads });
      await waitFor(
        () =>
          cli.child.exitCode !== null || statSync(join(there.dataDir, 'parley.sqlite'), { throwIfNoEntry: false }) !== undefined,
        'a file',
      );
      await new Promise((resolve) => setTimeout(resolve, after));
      cli.child.kill('SIGKILL');
      const killed = await cli.finished;
      const again = await there.run('restore', folder, '--erasures', here.log);
      if (killed.status === 0 || again.stderr.includes('never over anything'))
        expect(killed.stdout).toContain('The database may serve again');
      else expect([again.status, again.stderr]).toEqual([0, '']);
      expect(await left(there)).toBe(1);
      expect((await there.run('verify')).status).toBe(0);
    }
  }, 120_000);
});
