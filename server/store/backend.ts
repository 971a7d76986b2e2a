import { type Dialect, DummyDriver, Kysely } from 'kysely';
import type { Abilities } from './abilities.ts';
import type { Tables } from './tables.ts';

/** A query that is ready to run, and the kind of row that it gives. */
export interface Query<Row> {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** The same name always stands for the same SQL: a server may keep such a query parsed and planned. */
  readonly name?: string;
  /** Never there: it carries the type. */
  readonly row?: Row;
}

export interface Answer<Row> {
  rows: Row[];
  /** Rows that were inserted, changed or deleted, where the query gives none back. */
  changed: number;
}

export type Execute = <Row>(query: Query<Row>) => Promise<Answer<Row>>;

/** The connection on which transactions run, for as long as one of them holds it. */
export interface Connection {
  execute: Execute;
  release(): void;
}

/** A connection of its own, with no limit of time: for a copy of everything, and for putting one back. */
export interface Apart {
  execute: Execute;
  /** Every row of a query, as arrays, in parts of some hundred: memory does not grow with the table. */
  stream(query: Query<unknown>): AsyncIterable<unknown[][]>;
  release(): Promise<void>;
}

/** An open database, as an opener hands it over. */
export interface Backend {
  /** Builds and compiles queries in the database's dialect; it has no connection of its own. */
  compiler: Kysely<Tables>;
  abilities: Abilities;
  /** Held by one transaction at a time. */
  connect(): Promise<Connection>;
  /** A read outside transactions: it sees what is committed and waits for no writer. */
  read: Execute;
  apart(): Promise<Apart>;
  /** True when another process of Parley's is connected. SQLite's file is held by its opener alone, so there it is false. */
  isShared(): Promise<boolean>;
  /**
   * Takes deleted bytes out of the files: SQLite empties its log and, where the file is small, writes it anew; PostgreSQL
   * frees the space for the next rows. False when others are in the way.
   */
  scrub(): Promise<boolean>;
  /** Gives up everything that the opener took; safe to call once. */
  release(): Promise<void>;
}

/** Kysely as the one place where SQL is built. Running it stays with the opener: on the hot path each layer counts. */
export function createCompiler(dialect: Omit<Dialect, 'createDriver'>): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createDriver: () => new DummyDriver(),
      createAdapter: () => dialect.createAdapter(),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createIntrospector: (db) => dialect.createIntrospector(db),
    },
  });
}

export function raw(sql: string): Query<Record<string, unknown>> {
  return { sql, parameters: [] };
}
