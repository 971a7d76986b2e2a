import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { type Finished, runCli } from './cli.ts';
import { dumpTables } from './database.ts';
import { createDatabase } from './postgres.ts';
import { newDataDir } from './start-relay.ts';

export type DatabaseKind = 'SQLite' | 'PostgreSQL';

/** Where a relay lives, with a database that nobody else uses. */
export interface Place {
  dataDir: string;
  /** The environment of its relay and of its commands. */
  env: Record<string, string>;
  keyFile: string;
  log: string;
  run(...args: string[]): Promise<Finished>;
  /** Every row of every table, as text; bytes in hex. */
  dump(): Promise<Record<string, string[]>>;
  sql(text: string): Promise<void>;
  /** How many rows of a table hold. */
  count(table: string, where: string): Promise<number>;
}

const made: (() => Promise<void>)[] = [];

/** An empty place; with `keyOf` it has that one's master key, as whoever restores has. */
export async function newPlace(kind: DatabaseKind, keyOf?: Place): Promise<Place> {
  const dataDir = newDataDir();
  made.push(async () => rmSync(dataDir, { recursive: true, force: true }));
  const database = kind === 'PostgreSQL' ? await createDatabase() : null;
  if (database) made.push(() => database.drop());
  const env = { PARLEY_DATA: dataDir, ...(database && { DATABASE_URL: database.url }) };
  const keyFile = join(dataDir, 'master.key');
  if (keyOf) copyFileSync(keyOf.keyFile, keyFile);
  return {
    dataDir,
    env,
    keyFile,
    log: join(dataDir, 'erasures.jsonl'),
    run: (...args) => runCli(args, env),
    dump: () => (database ? dumpPostgres(database.url) : Promise.resolve(dumpSqlite(dataDir))),
    count: async (table, where) => {
      const text = `select count(*) as count from ${table} where ${where}`;
      return database ? countPostgres(database.url, text) : countSqlite(dataDir, text);
    },
    sql: (text) => (database ? query(database.url, text) : sqliteSql(dataDir, text)),
  };
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-backups-'));
  made.push(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Takes away all that was made here. */
export async function leavePlaces(): Promise<void> {
  for (const leave of made.splice(0).reverse()) await leave();
}

const asText = (row: unknown): string =>
  JSON.stringify(row, (_, value: unknown) =>
    value !== null && typeof value === 'object' && (value as { type?: unknown }).type === 'Buffer'
      ? Buffer.from((value as unknown as { data: number[] }).data).toString('hex')
      : value,
  );

function dumpSqlite(dataDir: string): Record<string, string[]> {
  return Object.fromEntries(Object.entries(dumpTables({ dataDir })).map(([name, rows]) => [name, rows.map(asText).sort()]));
}

async function dumpPostgres(url: string): Promise<Record<string, string[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
    );
    const dump: Record<string, string[]> = {};
    for (const { name } of tables) dump[name] = (await client.query(`select * from "${name}"`)).rows.map(asText).sort();
    return dump;
  } finally {
    await client.end();
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function sqliteSql(dataDir: string, text: string): Promise<void> {
  const database = new Database(join(dataDir, 'parley.sqlite'));
  try {
    database.exec(text);
  } finally {
    database.close();
  }
}

async function countPostgres(url: string, text: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return Number((await client.query<{ count: string }>(text)).rows[0]?.count);
  } finally {
    await client.end();
  }
}

function countSqlite(dataDir: string, text: string): number {
  const database = new Database(join(dataDir, 'parley.sqlite'), { readonly: true });
  try {
    return (database.prepare(text).get() as { count: number }).count;
  } finally {
    database.close();
  }
}
