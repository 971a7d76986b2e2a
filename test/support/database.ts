import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { TestRelay } from './start-relay.ts';

type Files = Pick<TestRelay, 'dataDir'>;

function withDatabase<T>(relay: Files, work: (database: Database.Database) => T): T {
  const database = new Database(join(relay.dataDir, 'parley.sqlite'), { readonly: true });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

function tables(database: Database.Database): string[] {
  const rows = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all();
  return (rows as { name: string }[]).map(({ name }) => name);
}

/** Every row of every table, as the relay's SQLite file has them now. */
export function dumpTables(relay: Files): Record<string, unknown[]> {
  return withDatabase(relay, (database) =>
    Object.fromEntries(tables(database).map((name) => [name, database.prepare(`SELECT * FROM "${name}"`).all()])),
  );
}

/** How many rows each table has: a refusal must not change one of them. */
export function countRows(relay: Files): Record<string, number> {
  return Object.fromEntries(Object.entries(dumpTables(relay)).map(([name, rows]) => [name, rows.length]));
}

/** Which of these texts stand anywhere in the files of the data folder, the write-ahead log among them. */
export function textsOnDisk(relay: Files, texts: string[]): string[] {
  const files = readdirSync(relay.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  return texts.filter((text) => bytes.some((content) => content.includes(text)));
}
