import { randomUUID } from 'node:crypto';
import { PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Abilities, Fault } from './abilities.ts';
import { type Answer, type Apart, type Backend, type Connection, createCompiler, type Query } from './backend.ts';
import { CannotOpen } from './cannot-open.ts';
import { SUBJECT_TABLES } from './subject.ts';

export interface PostgresTarget {
  kind: 'postgres';
  url: string;
  /** Where the tables live; made if it is missing. Without it, the connection's own search path decides. */
  schema?: string;
}

/**
 * The server gives up on a statement after this, and so do we on a server that does not even say so. Milliseconds:
 * a browser that has heard nothing for five seconds takes the link for dead.
 */
const STATEMENT_TIMEOUT = 3000;
const ANSWER_TIMEOUT = 3500;
/** A transaction that was left open must not keep its locks. */
const IDLE_TIMEOUT = 10_000;
/**
 * Members of a batch may meet another node's batch in the opposite order. They give way long before the server looks
 * for a deadlock (1 s) and run again one by one.
 */
const BATCH_LOCK_TIMEOUT = 150;
/** Freeing the space of deleted rows takes as long as there are rows. */
const SCRUB_TIMEOUT = 60_000;
const POOL_MAX = 10;
/** How this process names its connections, so that another's are told apart. */
const PROGRAM = `parley ${randomUUID()}`;
/** Rows in one part of a copy. */
const STREAMED = 500;
/** Held until the transaction ends. IF NOT EXISTS alone does not spare two nodes that start together an error. */
const LOCK_SCHEMA = `select pg_advisory_xact_lock(hashtext('parley schema'))`;

/**
 * Opens a pool of connections.
 * @throws CannotOpen when the server does not answer, or refuses the account, the database or the schema.
 */
export async function openPostgres(target: PostgresTarget): Promise<Backend> {
  const { url, schema } = target;
  if (schema !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new CannotOpen(`${schema} is no name for a schema.`);
  const pool = new pg.Pool({
    connectionString: url,
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
    max: POOL_MAX,
    connectionTimeoutMillis: STATEMENT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    query_timeout: ANSWER_TIMEOUT,
    idle_in_transaction_session_timeout: IDLE_TIMEOUT,
    keepAlive: true,
    // What is asked side by side goes out at once instead of waiting for the answer before it.
    pipeline: true,
    application_name: PROGRAM,
    types: { getTypeParser },
  });
  // A connection that is lost while idle is replaced when the next one is asked for; one that is lost in use fails its
  // query. Without a listener either would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await pool.query(schema === undefined ? 'select 1' : `${LOCK_SCHEMA}; create schema if not exists ${schema}`);
  } catch (error) {
    await pool.end();
    throw explained(error);
  }
  return {
    compiler: createCompiler(new PostgresDialect({ pool })),
    abilities: POSTGRES,
    connect: async () => hold(await pool.connect()),
    // The pool drops the connection of a query that failed.
    read: (query) => run(pool, query),
    apart: () => apart(url, schema),
    isShared: () => isShared(pool),
    scrub: () => scrub(url, schema),
    release: () => pool.end(),
  };
}

/** A client of its own: it may take longer than anything that somebody waits for. */
function ownClient(url: string, schema: string | undefined, statementTimeout: number): pg.Client {
  const client = new pg.Client({
    connectionString: url,
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
    connectionTimeoutMillis: STATEMENT_TIMEOUT,
    statement_timeout: statementTimeout,
    application_name: PROGRAM,
    types: { getTypeParser },
  });
  client.on('error', () => undefined);
  return client;
}

async function apart(url: string, schema: string | undefined): Promise<Apart> {
  const client = ownClient(url, schema, 0);
  await client.connect();
  return {
    execute: (query) => run(client, query),
    async *stream({ sql, parameters }) {
      await client.query(`declare copied no scroll cursor for ${sql}`, [...parameters]);
      for (;;) {
        const { rows } = await client.query<unknown[]>({ text: `fetch ${STREAMED} from copied`, rowMode: 'array' });
        if (rows.length === 0) break;
        yield rows;
      }
      await client.query('close copied');
    },
    release: () => client.end(),
  };
}

async function isShared(pool: pg.Pool): Promise<boolean> {
  const others = await pool.query(
    `select 1 from pg_stat_activity where datname = current_database() and application_name like 'parley %'
      and application_name <> $1 limit 1`,
    [PROGRAM],
  );
  return others.rows.length > 0;
}

async function scrub(url: string, schema: string | undefined): Promise<boolean> {
  const client = ownClient(url, schema, SCRUB_TIMEOUT);
  try {
    await client.connect();
    await client.query(`vacuum (skip_locked) ${SUBJECT_TABLES.join(', ')}`);
    return true;
  } finally {
    await client.end();
  }
}

/** 64-bit integers as numbers: ours are times and counts, far below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8 && format !== 'binary') return Number;
  return pg.types.getTypeParser(oid, 'text');
}

async function run<Row>(on: pg.Pool | pg.ClientBase, { sql, parameters, name }: Query<Row>): Promise<Answer<Row>> {
  const { rows, rowCount } = await on.query(
    name === undefined ? { text: sql, values: [...parameters] } : { name, text: sql, values: [...parameters] },
  );
  return { rows: (rows ?? []) as Row[], changed: rowCount ?? 0 };
}

function hold(client: pg.PoolClient): Connection {
  let lost: Error | undefined;
  return {
    async execute(query) {
      // After a lost answer the connection is out of step: a ROLLBACK would only wait behind it.
      if (lost) throw lost;
      try {
        return await run(client, query);
      } catch (error) {
        if (endsConnection(error)) lost = error instanceof Error ? error : new Error(String(error));
        throw error;
      }
    },
    release: () => client.release(lost),
  };
}

const POSTGRES: Abilities = {
  textType: 'text collate "C"',
  integerType: 'bigint',
  binaryType: 'bytea',
  tableSuffix: '',
  lockRow: true,
  begin: {
    one: 'begin isolation level read committed',
    many: `begin isolation level read committed; set local lock_timeout = ${BATCH_LOCK_TIMEOUT}`,
    snapshot: 'begin isolation level repeatable read read only',
  },
  lockSchema: LOCK_SCHEMA,
  refuseChanges: (table, changes) => [
    `create function ${table}_refuse() returns trigger language plpgsql as $$
      begin raise exception '% refuses %', tg_table_name, lower(tg_op); end $$`,
    `create trigger ${table}_refuse before ${changes.join(' or ')} on ${table}
      for each statement execute function ${table}_refuse()`,
  ],
  catalog: {
    columns: `select table_name as "table", column_name as "column", case data_type when 'bytea' then 1 else 0 end as bytes
      from information_schema.columns where table_schema = current_schema() order by table_name, ordinal_position`,
    references: `select a.relname as "table", b.relname as "to" from pg_constraint c
      join pg_class a on a.oid = c.conrelid join pg_class b on b.oid = c.confrelid
      where c.contype = 'f' and c.connamespace = current_schema()::regnamespace`,
  },
  faultOf,
};

/** Serialisation failure, deadlock, lock not available in time. */
const RETRY = ['40001', '40P01', '55P03'];
/** Connection, resources, operator intervention (a statement's timeout among them), system error, read-only standby. */
const UNAVAILABLE = /^(08|53|57|58|25006|25P03|F0|XX)/;

function faultOf(error: unknown): Fault | null {
  if (!(error instanceof Error)) return null;
  // What the server did not say came from the connection: refused, reset, ended, timed out.
  if (!(error instanceof pg.DatabaseError)) return 'unavailable';
  const code = error.code ?? '';
  if (code === '23505') return 'unique';
  if (RETRY.includes(code)) return 'retry';
  return UNAVAILABLE.test(code) ? 'unavailable' : null;
}

function endsConnection(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || /^(08|57P|25P03|F0|XX)/.test(error.code ?? '');
}

/** One line for the operator; the address may hold a password, so it is not repeated. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const reason = 'code' in error && error.message === '' ? String(error.code) : error.message;
  return new CannotOpen(`PostgreSQL cannot be used: ${reason}`, { cause: error });
}
