import type { Compilable, Kysely } from 'kysely';
import type { Abilities } from './abilities.ts';
import type { Execute } from './backend.ts';
import type { Tables } from './tables.ts';
import type { Template } from './template.ts';

/** How the rooms of the store ask the database: inside a transaction and outside of it alike. */
export class Queries {
  readonly db: Kysely<Tables>;
  readonly abilities: Abilities;
  readonly #execute: Execute;

  /** `db` builds the queries; `execute` alone touches the database. */
  constructor(db: Kysely<Tables>, abilities: Abilities, execute: Execute) {
    this.db = db;
    this.abilities = abilities;
    this.#execute = execute;
  }

  run<Params, Row>(query: Template<Params, Row>, params: Params) {
    return this.#execute(query.bind(this.db, params));
  }

  /** For queries whose shape depends on what they are given. */
  runBuilt<Row>(query: Compilable<Row>) {
    return this.#execute<Row>(query.compile());
  }

  async all<Params, Row>(query: Template<Params, Row>, params: Params): Promise<Row[]> {
    return (await this.run(query, params)).rows;
  }

  async one<Params, Row>(query: Template<Params, Row>, params: Params): Promise<Row | null> {
    return (await this.run(query, params)).rows[0] ?? null;
  }
}
