import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Abilities } from './abilities.ts';
import { type Apart, type Backend, type Execute, raw } from './backend.ts';
import { CannotOpen } from './cannot-open.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { migrate, schemaVersion } from './migrations/migrate.ts';
import { SqlReads } from './reads.ts';
import { translating } from './runner.ts';
import type { Reads } from './store.ts';
import type { Tables } from './tables.ts';

/**
 * Where a backup has each table: `data`, or `keys`, which live shorter; `both`: with `SECRET` left empty in the data;
 * `skipped`: in neither. A table that is added must be put here, or the types and a test say so (PR-57).
 */
export const COPIED: Readonly<Record<keyof Tables, 'data' | 'keys' | 'both' | 'skipped'>> = {
  // The manifest says it, and the tables are made anew.
  schema_version: 'skipped',
  // Whoever signed out since, or used up a link, must not be in again.
  agent_session: 'skipped',
  link: 'skipped',
  data_key: 'keys',
  signing_key: 'both',
  site: 'data',
  notice: 'data',
  notice_draft: 'data',
  visitor: 'data',
  session: 'data',
  conversation: 'data',
  message: 'data',
  ledger_head: 'data',
  ledger_entry: 'data',
  tree_head: 'data',
  consent_event: 'data',
  consent_due: 'data',
  evidence: 'data',
  agent: 'data',
  receipt_link: 'data',
  erasure: 'data',
  release: 'data',
  release_file: 'data',
  audit: 'data',
  audit_entry: 'data',
  audit_head: 'data',
  audit_tree_head: 'data',
  audit_copy: 'data',
  recovery: 'data',
  restriction: 'data',
  objection: 'data',
  webhook: 'data',
  webhook_delivery: 'data',
  breach: 'data',
  site_end: 'data',
  access_log: 'data',
  retention_due: 'data',
  legal_hold: 'data',
  retention_run: 'data',
  retention_state: 'data',
  request: 'data',
  request_step: 'data',
  request_person: 'data',
  request_calendar: 'data',
  // Derived from the forms, and made anew from them.
  email_index: 'skipped',
  email_index_key: 'skipped',
};

/** What of a table in `both` is a key. */
export const SECRET: Readonly<Partial<Record<keyof Tables, string>>> = { signing_key: 'private_sealed' };

/** Tables into which a migration puts its first row: in an empty database they have it, and give way to a backup's. */
const SEEDED: readonly (keyof Tables)[] = ['audit_head', 'retention_state'];

export interface TableShape {
  name: keyof Tables;
  columns: string[];
  /** Which of them hold bytes. */
  bytes: string[];
}

/** Everything as it was at one moment, while others write on. */
export interface Snapshot {
  schema: number;
  /** Parley's tables in the order in which they can be put back: what a row refers to stands before it. */
  tables: TableShape[];
  rows(table: TableShape): AsyncIterable<unknown[][]>;
  read: Reads;
}

/** One transaction that fills an empty database; kept when the work ends well, and nothing of it otherwise. */
export interface Filling {
  execute: Execute;
  insert(table: keyof Tables, columns: string[], rows: unknown[][]): Promise<void>;
  count(table: keyof Tables): Promise<number>;
  read: Reads;
}

/** Rows in one INSERT, so that no row is too wide for the limits on parameters: 32 766 in SQLite. */
const INSERTED = 250;

export async function copyOf<T>(backend: Backend, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const { compiler, abilities } = backend;
  const apart = await backend.apart();
  try {
    const execute = translating(apart.execute, abilities);
    await execute(raw(abilities.begin.snapshot));
    const tables = await shapes(execute, abilities);
    return await work({
      schema: await schemaVersion(execute),
      tables,
      rows: ({ name, columns }) =>
        apart.stream(sql`select ${sql.join(columns.map((one) => sql.ref(one)))} from ${sql.table(name)}`.compile(compiler)),
      read: new SqlReads(compiler, abilities, execute),
    });
  } finally {
    await apart.release();
  }
}

/** Tables of Parley's that have rows; of a database without tables none has. */
export async function filledTables(backend: Backend): Promise<string[]> {
  const filled: string[] = [];
  for (const { name } of await shapes(backend.read, backend.abilities)) {
    if (name === 'schema_version' || SEEDED.includes(name)) continue;
    if ((await countRows(backend.read, backend.compiler, name)) > 0) filled.push(name);
  }
  return filled;
}

/**
 * Makes the tables as they were in `schema` and fills them in one transaction.
 * @throws CannotOpen when there are tables of another schema.
 */
export async function fill<T>(backend: Backend, schema: number, work: (filling: Filling) => Promise<T>): Promise<T> {
  const { compiler, abilities } = backend;
  const known = MIGRATIONS.filter(({ version }) => version <= schema);
  const hasTables = (await shapes(backend.read, abilities)).length > 0;
  if (!hasTables || (await schemaVersion(backend.read)) <= schema) await migrate(backend, known);
  else throw new CannotOpen('The database has empty tables of a newer schema than the backup: give one without tables.');
  const apart = await backend.apart();
  try {
    await apart.execute(raw(abilities.begin.one));
    for (const name of SEEDED) await apart.execute(sql`delete from ${sql.table(name)}`.compile(compiler));
    const filling: Filling = {
      execute: apart.execute,
      insert: (table, columns, rows) => insertRows(apart, compiler, table, columns, rows),
      count: (table) => countRows(apart.execute, compiler, table),
      read: new SqlReads(compiler, abilities, apart.execute),
    };
    const done = await work(filling);
    await apart.execute(raw('commit'));
    return done;
  } finally {
    // What was not committed goes with the connection.
    await apart.release();
  }
}

async function insertRows(
  { execute }: Apart,
  compiler: Kysely<Tables>,
  table: keyof Tables,
  columns: string[],
  rows: unknown[][],
): Promise<void> {
  const into = sql`${sql.table(table)} (${sql.join(columns.map((one) => sql.ref(one)))})`;
  for (let at = 0; at < rows.length; at += INSERTED) {
    const values: RawBuilder<unknown>[] = rows.slice(at, at + INSERTED).map((row) => sql`(${sql.join(row)})`);
    await execute(sql`insert into ${into} values ${sql.join(values)}`.compile(compiler));
  }
}

async function countRows(execute: Execute, compiler: Kysely<Tables>, table: keyof Tables): Promise<number> {
  const { rows } = await execute<{ count: number }>(sql`select count(*) as count from ${sql.table(table)}`.compile(compiler));
  return Number(rows[0]?.count ?? 0);
}

/** Parley's tables of the schema as it stands; a table of somebody else's in the same schema is none of them. */
async function shapes(execute: Execute, { catalog }: Abilities): Promise<TableShape[]> {
  const found = new Map<string, TableShape>();
  for (const { table, column, bytes } of (await execute(raw(catalog.columns))).rows) {
    const name = String(table);
    if (!Object.hasOwn(COPIED, name)) continue;
    const shape = found.get(name) ?? { name: name as keyof Tables, columns: [], bytes: [] };
    found.set(name, shape);
    shape.columns.push(String(column));
    if (Number(bytes) === 1) shape.bytes.push(String(column));
  }
  const references = (await execute(raw(catalog.references))).rows.map(({ table, to }) => [String(table), String(to)] as const);
  return inOrder(found, references);
}

function inOrder(found: Map<string, TableShape>, references: (readonly [string, string])[]): TableShape[] {
  const ordered = new Map<string, TableShape>();
  const put = (name: string): void => {
    const shape = found.get(name);
    if (!shape || ordered.has(name)) return;
    for (const [from, to] of references) if (from === name && to !== name) put(to);
    ordered.set(name, shape);
  };
  for (const name of [...found.keys()].sort()) put(name);
  return [...ordered.values()];
}
