import { existsSync } from 'node:fs';
import { newId } from '../../shared/ids.ts';
import type { Backend } from '../store/backend.ts';
import { CannotOpen } from '../store/cannot-open.ts';
import { COPIED, type Filling, fill } from '../store/copy.ts';
import { MIGRATIONS } from '../store/migrations/index.ts';
import { SqlReads } from '../store/reads.ts';
import type { RecoveryRow } from '../store/recovery.ts';
import { NewerSchema } from '../store/store.ts';
import { SqlTx } from '../store/writes.ts';
import { packedLines, sumOf } from './lines.ts';
import { type FoundBackup, type Manifest, type Part, partFile } from './manifest.ts';

/** The files of the backup are not what its manifest says. The message is one line for the operator. */
export class BrokenBackup extends Error {
  override readonly name = 'BrokenBackup';
}

interface Header {
  table: string;
  columns: string[];
  bytes: string[];
}

/** Rows that are handed on together. */
const TOGETHER = 500;

/** True when the keys are still beside the data: they are taken away earlier. */
export function hasKeys({ folder, manifest }: FoundBackup): boolean {
  return existsSync(partFile(folder, manifest.name, 'keys'));
}

/**
 * Holds the files against the manifest, before anything is touched.
 * @throws BrokenBackup, or NewerSchema for a backup of a newer program.
 */
export async function checkBackup({ folder, manifest }: FoundBackup, parts: readonly Part[]): Promise<void> {
  const known = MIGRATIONS.at(-1)?.version ?? 0;
  if (manifest.database_schema > known)
    throw new NewerSchema(
      `The backup has schema ${manifest.database_schema}, this program knows ${known}: use the newer program.`,
    );
  for (const part of parts) {
    const file = partFile(folder, manifest.name, part);
    if (!existsSync(file)) throw new BrokenBackup(`${file} is not there.`);
    const { sha256, bytes } = await sumOf(file);
    if (sha256 !== manifest[part].sha256 || bytes !== manifest[part].bytes)
      throw new BrokenBackup(`${file} is not what was written: its checksum is another than that of the manifest.`);
  }
}

/**
 * Fills an empty database from a backup, in one transaction: all of it, or nothing. It is marked as restored, and no relay
 * serves from it until the erasures since were done again (PR-57).
 * @throws BrokenBackup when what came in is not what the manifest says.
 */
export async function putBack(backend: Backend, backup: FoundBackup, withKeys: boolean, now: number): Promise<RecoveryRow> {
  const { folder, manifest } = backup;
  return fill(backend, manifest.database_schema, async (filling) => {
    await pour(filling, partFile(folder, manifest.name, 'data'), (table) => !(withKeys && COPIED[table] === 'both'));
    if (withKeys) await pour(filling, partFile(folder, manifest.name, 'keys'), () => true);
    await compare(filling, manifest, withKeys);
    const row: RecoveryRow = {
      id: newId(now),
      kind: 'restored',
      at: now,
      backup: manifest.name,
      asOf: Date.parse(manifest.taken_at),
      keys: withKeys,
      replayedAt: null,
      replay: null,
      erased: null,
    };
    await new SqlTx(backend.compiler, backend.abilities, filling.execute).recovery.insert(row);
    return row;
  });
}

async function pour(filling: Filling, file: string, isWanted: (table: keyof typeof COPIED) => boolean): Promise<void> {
  let header: Header | null = null;
  let rows: unknown[][] = [];
  const flush = async (): Promise<void> => {
    if (header && rows.length > 0 && isWanted(tableOf(header))) await filling.insert(tableOf(header), header.columns, rows);
    rows = [];
  };
  for await (const line of packedLines(file)) {
    const value = JSON.parse(line) as Header | unknown[];
    if (!Array.isArray(value)) {
      await flush();
      header = value;
    } else if (header) {
      rows.push(asBytes(header, value));
      if (rows.length === TOGETHER) await flush();
    }
  }
  await flush();
}

function tableOf({ table }: Header): keyof typeof COPIED {
  if (!Object.hasOwn(COPIED, table)) throw new BrokenBackup(`The backup has a table ${table}, which this program does not know.`);
  return table as keyof typeof COPIED;
}

function asBytes({ columns, bytes }: Header, row: unknown[]): unknown[] {
  return row.map((value, at) =>
    bytes.includes(columns[at] ?? '') && value !== null ? Buffer.from(String(value), 'base64') : value,
  );
}

async function compare(filling: Filling, manifest: Manifest, withKeys: boolean): Promise<void> {
  const expected = { ...manifest.data.rows, ...(withKeys ? manifest.keys.rows : {}) };
  for (const [table, count] of Object.entries(expected)) {
    const there = await filling.count(tableOf({ table, columns: [], bytes: [] }));
    if (there !== count) throw new BrokenBackup(`${table} has ${there} rows of ${count}: the backup is not whole.`);
  }
  for (const { site_id, seq, hash } of manifest.ledgers) {
    const head = await filling.read.ledgerHead(site_id);
    if (head.seq !== seq || head.hash !== hash) throw new BrokenBackup(`The ledger of ${site_id} ends elsewhere than it did.`);
  }
}

/** True when this backup was put back here, and the erasures since are owed: then what is left to do goes on. */
export async function isOwedHere({ compiler, abilities, read }: Backend, name: string): Promise<boolean> {
  return (await new SqlReads(compiler, abilities, read).recovery.owed())?.backup === name;
}

/** @throws CannotOpen: a backup is put into an empty database, never over anything. */
export function notOver(filled: string[]): never {
  const what = filled.slice(0, 3).join(', ');
  throw new CannotOpen(
    `There is something in this database already (${what}): a backup goes into an empty one, never over anything.`,
  );
}
