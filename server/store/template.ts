import type { Compilable, Kysely } from 'kysely';
import type { Query } from './backend.ts';
import type { Tables } from './tables.ts';

/** Stands for a parameter while a template is compiled. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

let templates = 0;

/** A query that is built and compiled once for each database, and then only gets its parameters. */
export interface Template<Params, Row> {
  bind(db: Kysely<Tables>, params: Params): Query<Row>;
}

/**
 * Building a query costs more than running it on SQLite, so the queries of the hot paths are templates.
 * `build` must use its parameters as values only: it runs once and never sees a real one.
 */
export function template<Params extends object, Row>(
  build: (db: Kysely<Tables>, params: Params) => Compilable<Row>,
): Template<Params, Row> {
  const name = `parley_${++templates}`;
  const compiled = new WeakMap<Kysely<Tables>, { query: Query<Row>; names: (string | null)[] }>();
  const slots = new Proxy({} as Params, { get: (_, name) => new Slot(String(name)) });
  const compile = (db: Kysely<Tables>) => {
    const query = build(db, slots).compile();
    const made = { query, names: query.parameters.map((value) => (value instanceof Slot ? value.name : null)) };
    compiled.set(db, made);
    return made;
  };
  return {
    bind(db, params) {
      const { query, names } = compiled.get(db) ?? compile(db);
      const values = params as Record<string, unknown>;
      const parameters = names.map((name, at) => (name === null ? query.parameters[at] : values[name]));
      return { sql: query.sql, parameters, name };
    },
  };
}
