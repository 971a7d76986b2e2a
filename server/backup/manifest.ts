import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { CannotOpen } from '../store/cannot-open.ts';

/**
 * A backup is three files of one name in a folder: what is in the tables, the keys, and the manifest, which is written last.
 * Without a manifest there is no backup.
 */

const count = z.number().int().min(0);
const part = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: count,
  /** Rows by table. */
  rows: z.record(z.string(), count),
});

const manifest = z.strictObject({
  schema: z.literal('parley-backup/1'),
  /** The name of its files. */
  name: z.string().regex(/^parley-[\dTZ-]+$/),
  /** RFC 3339, UTC: everything is as it was then. */
  taken_at: z.iso.datetime({ precision: 3 }),
  database_schema: count,
  data: part,
  keys: part,
  /** Under which master keys the keys are wrapped. No master key is ever in a backup. */
  master_keys: z.array(z.string()),
  /** How long each ledger was, and which erasure was its last. */
  ledgers: z.array(z.strictObject({ site_id: z.string(), seq: count, hash: z.string(), newest_erasure: z.string().nullable() })),
});
export type Manifest = z.infer<typeof manifest>;

export type Part = 'data' | 'keys';

const ENDING = '.manifest.json';

/** By the moment, so that a listing is in order. */
export const backupName = (now: number): string => `parley-${new Date(now).toISOString().replace(/[:.]/g, '-')}`;
export const manifestFile = (folder: string, name: string): string => join(folder, `${name}${ENDING}`);
export const partFile = (folder: string, name: string, which: Part): string => join(folder, `${name}.${which}.gz`);

/** All backups of a folder, the oldest first. @throws CannotOpen where a manifest is none. */
export function backupsIn(folder: string): Manifest[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('parley-') && name.endsWith(ENDING))
    .map((name) => readManifest(join(folder, name)))
    .toSorted((a, b) => Date.parse(a.taken_at) - Date.parse(b.taken_at));
}

export interface FoundBackup {
  folder: string;
  manifest: Manifest;
}

/** The newest backup of a folder, or the one whose manifest is named. @throws CannotOpen where there is none. */
export function findBackup(place: string): FoundBackup {
  if (!existsSync(place)) throw new CannotOpen(`There is no ${place}.`);
  if (!statSync(place).isDirectory()) return { folder: dirname(place), manifest: readManifest(place) };
  const newest = backupsIn(place).at(-1);
  if (!newest) throw new CannotOpen(`There is no backup in ${place}: one has a file that ends with ${ENDING}.`);
  return { folder: place, manifest: newest };
}

function readManifest(file: string): Manifest {
  let value: unknown = null;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) throw new CannotOpen(`${file} cannot be read (${code}).`);
  }
  const parsed = manifest.safeParse(value);
  if (!parsed.success || basename(file) !== `${parsed.data.name}${ENDING}`)
    throw new CannotOpen(`${file} is no manifest of a backup that this program knows.`);
  return parsed.data;
}
