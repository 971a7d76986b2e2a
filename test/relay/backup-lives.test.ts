import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordAct } from '../../server/audit/act.ts';
import { takeBackup } from '../../server/backup/backup.ts';
import { backupsIn, type Manifest } from '../../server/backup/manifest.ts';
import { BACKUPS_SAID } from '../../server/notices/profiles/common.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { DAY, HOUR } from '../../shared/limits.ts';
import { type Finished, runCli } from '../support/cli.ts';
import { leavePlaces, newFolder, newPlace } from '../support/places.ts';
import { newDataDir, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';

// Each command is a process of its own, and a loaded machine takes its time for one.
vi.setConfig({ testTimeout: 120_000 });

const keysIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.keys.gz'));

describe('what parley doctor says of backups (PR-56) (PR-57)', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = newDataDir();
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  /** The relay that ran here, with a backup in its audit; `saysUsual` publishes the ready-made words about backups. */
  async function madeBackup(hoursAgo: number, lives: object = {}, saysUsual = false): Promise<void> {
    const { ctx, close } = await startTestRelay({ dataDir });
    const act = { actor: { kind: 'operator' }, action: 'backup.made', object: 'parley-x', detail: { ...lives } } as const;
    const inForce = await ctx.store.read.noticeInForce(DEMO_SITE_ID, 'en');
    if (!inForce) throw new Error('nothing is in force');
    await ctx.store.write(async (tx) => {
      await recordAct(tx, act, Date.now() - hoursAgo * HOUR);
      if (!saysUsual) return;
      const more = { heading: 'Copies', paragraphs: [`${BACKUPS_SAID}, and then some.`] };
      const full = { ...inForce.doc.full, sections: [...inForce.doc.full.sections, more] };
      await tx.insertNotice({ ...inForce, hash: 'a'.repeat(64), version: 2, doc: { ...inForce.doc, version: 2, full } });
    });
    await close();
  }
  const lines = ({ stdout }: Finished): string[] => stdout.split('\n').filter((line) => line.includes('backup'));
  const doctor = async (): Promise<string[]> => lines(await runCli(['doctor'], { PARLEY_DATA: dataDir }));

  it('is nothing where none was made, its age where one was, and that it is wrong from two days on', async () => {
    await (await startTestRelay({ dataDir })).close();
    expect(await doctor()).toEqual([]);
    await madeBackup(49);
    expect(await doctor()).toEqual([expect.stringMatching(/^WRONG {2}The newest backup is 2 days old, .*--prune FOLDER/)]);
    expect((await runCli(['doctor'], { PARLEY_DATA: dataDir })).status).toBe(1);
    await madeBackup(47, { keep_keys: 'P7D', keep_data: 'P35D' });
    expect(await doctor()).toEqual(['ok     The newest backup is 47 hours old.']);
  });

  it('holds how long the last one lives against the notice in force', async () => {
    await madeBackup(1, { keep_keys: 'P14D', keep_data: 'P35D' });
    expect((await doctor()).slice(1)).toEqual([
      expect.stringMatching(
        /^note {3}demo \(en\): the last backup was made to live P35D, its keys P14D\. Look whether notice 1 says so/,
      ),
    ]);
    await madeBackup(0.5, { keep_keys: 'P7D', keep_data: 'P60D' }, true);
    expect((await doctor()).slice(1)).toEqual([
      expect.stringMatching(/^WRONG {2}demo \(en\): .* live P60D, its keys P7D; notice 2 says P35D and P7D\./),
    ]);
    await madeBackup(0, { keep_keys: 'P3D', keep_data: 'P35D' });
    expect((await doctor()).slice(1)).toEqual([expect.stringMatching(/^note {3}demo \(en\): .*P3D; notice 2 says .* at most\./)]);
  });
});

describe('parley backup --prune (PR-56)', () => {
  let relay: TestRelay;
  afterEach(async () => {
    await relay?.close();
    await leavePlaces();
  });

  it('takes away what is too old and makes none, where no relay and no database is; and notes of each backup how long it lives', async () => {
    const here = await newPlace('SQLite');
    relay = await startTestRelay({ dataDir: here.dataDir, env: here.env });
    await startVisitor(relay);
    const folder = newFolder();
    const made: Manifest[] = [];
    for (const days of [36, 8, 1]) made.push(await takeBackup(relay.ctx.store, folder, Date.now() - days * DAY));
    const [, middle, newest] = made.map(({ name }) => name);
    const nowhere = await newPlace('SQLite');
    const pruned = await nowhere.run('backup', '--prune', folder);
    expect([pruned.status, pruned.stderr]).toEqual([0, '']);
    expect(pruned.stdout).toContain('Keys of 2 backups were older than P7D and are gone');
    expect(pruned.stdout).toContain('Backups older than P35D are gone: 1.');
    expect(backupsIn(folder).map(({ name }) => name)).toEqual([middle, newest]);
    expect(keysIn(folder)).toEqual([`${newest}.keys.gz`]);
    expect((await nowhere.run('backup', '--prune', folder)).stdout).toContain('is too old.');
    expect((await nowhere.run('backup', folder, '--prune', '--keep-keys', 'P0D')).status).toBe(0);
    expect(keysIn(folder)).toEqual([]);
    const missing = await nowhere.run('backup', '--prune', join(folder, 'none'));
    expect([missing.status, missing.stderr]).toEqual([1, expect.stringContaining('There is no folder')]);
    expect((await nowhere.run('verify', '--prune')).status).toBe(2);
    expect((await here.run('backup', folder, '--keep-keys', 'P2D', '--keep-data', 'P9D')).status).toBe(0);
    const [line] = await relay.ctx.store.read.audit.newest(1);
    expect(line).toMatchObject({ action: 'backup.made', detail: { keep_keys: 'P2D', keep_data: 'P9D' } });
  });
});
