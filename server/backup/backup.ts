import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, syncToDisk } from '../durable-files.ts';
import { CannotOpen } from '../store/cannot-open.ts';
import { COPIED, SECRET, type Snapshot, type TableShape } from '../store/copy.ts';
import type { Reads, Store } from '../store/store.ts';
import { type Sum, writePacked } from './lines.ts';
import { backupName, type Manifest, manifestFile, type Part, partFile } from './manifest.ts';

/** How the name of a file begins that is still being written. */
export const UNFINISHED = '.parley-';

/**
 * Writes a backup of everything as it is at one moment, while a relay writes on: SQLite and PostgreSQL alike (PR-57). The
 * keys are in a file of their own, so that they can go earlier (PR-56); the master key is in none. A backup is there when
 * its manifest is, and that comes last, with everything on the disk.
 * @throws CannotOpen when the store was restored and the erasures since are still owed.
 */
export async function takeBackup(store: Store, folder: string, now: number): Promise<Manifest> {
  makeFolder(folder);
  const name = backupName(now);
  const unfinished = (ending: string): string => join(folder, `${UNFINISHED}${name}.${ending}`);
  try {
    const manifest = await store.copy(async (snapshot): Promise<Manifest> => {
      const owed = await snapshot.read.recovery.owed();
      if (owed) throw new CannotOpen('This database was restored, and the erasures since were not done again: do that first.');
      return {
        schema: 'parley-backup/1',
        name,
        taken_at: new Date(now).toISOString(),
        database_schema: snapshot.schema,
        data: await writePart(unfinished('data'), snapshot, 'data'),
        keys: await writePart(unfinished('keys'), snapshot, 'keys'),
        master_keys: [...new Set((await snapshot.read.keys.inventory()).map(({ masterKeyId }) => masterKeyId))],
        ledgers: await ledgers(snapshot.read),
      };
    });
    writeFileSync(unfinished('manifest'), `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx', mode: 0o600, flush: true });
    renameSync(unfinished('data'), partFile(folder, name, 'data'));
    renameSync(unfinished('keys'), partFile(folder, name, 'keys'));
    syncToDisk(folder);
    renameSync(unfinished('manifest'), manifestFile(folder, name));
    syncToDisk(folder);
    return manifest;
  } catch (error) {
    for (const ending of ['data', 'keys', 'manifest']) rmSync(unfinished(ending), { force: true });
    throw error;
  }
}

async function writePart(file: string, snapshot: Snapshot, part: Part): Promise<Manifest[Part]> {
  const rows: Record<string, number> = {};
  const sum: Sum = await writePacked(file, partText(snapshot, part, rows));
  return { ...sum, rows };
}

/** For each table a line that names its columns, then a line for each row; bytes are in base64. Counts into `rows`. */
async function* partText(snapshot: Snapshot, part: Part, rows: Record<string, number>): AsyncGenerator<string> {
  for (const table of snapshot.tables) {
    const home = COPIED[table.name];
    if (home !== part && home !== 'both') continue;
    rows[table.name] = 0;
    yield `${JSON.stringify({ table: table.name, columns: table.columns, bytes: table.bytes })}\n`;
    const secret = part === 'data' && home === 'both' ? SECRET[table.name] : undefined;
    for await (const some of snapshot.rows(table)) {
      rows[table.name] = (rows[table.name] ?? 0) + some.length;
      yield some.map((row) => `${JSON.stringify(row.map((value, at) => plain(table, value, at, secret)))}\n`).join('');
    }
  }
}

function plain(table: TableShape, value: unknown, at: number, secret: string | undefined): unknown {
  const column = table.columns[at] ?? '';
  if (column === secret) return '';
  return value !== null && table.bytes.includes(column) ? Buffer.from(value as Uint8Array).toString('base64') : value;
}

async function ledgers(read: Reads): Promise<Manifest['ledgers']> {
  const newest = new Map((await read.newestErasures()).map(({ siteId, seq }) => [siteId, seq]));
  return Promise.all(
    (await read.sites()).map(async ({ id }) => {
      const erased = newest.get(id) ?? 0;
      const [last] = erased > 0 ? await read.erasures(id, erased - 1, 1) : [];
      return { site_id: id, ...(await read.ledgerHead(id)), newest_erasure: last?.id ?? null };
    }),
  );
}
