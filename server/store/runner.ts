import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Abilities } from './abilities.ts';
import { StoreUnavailable, UniqueViolation } from './store.ts';
import type { Tables } from './tables.ts';

/** Runs compiled queries: on any connection, or on the one that a transaction holds. */
export interface Runner {
  run<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>;
}

/** The error that a caller of the store may expect, or the error itself when it is a defect of ours. */
export function translated(abilities: Abilities, error: unknown): unknown {
  if (error instanceof UniqueViolation || error instanceof StoreUnavailable) return error;
  const fault = abilities.faultOf(error);
  if (fault === null) return error;
  const message = error instanceof Error ? error.message : String(error);
  return fault === 'unique' ? new UniqueViolation(message, { cause: error }) : new StoreUnavailable(message, { cause: error });
}

/** Reads outside a transaction: each sees what was committed before it began. */
export class ReadRunner implements Runner {
  readonly #db: Kysely<Tables>;
  readonly #abilities: Abilities;

  constructor(db: Kysely<Tables>, abilities: Abilities) {
    this.#db = db;
    this.#abilities = abilities;
  }

  async run<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>> {
    try {
      return await this.#db.executeQuery(query);
    } catch (error) {
      throw translated(this.#abilities, error);
    }
  }
}

/** The first statement that failed: what the caller sees, and the database's own error. */
interface Failure {
  error: unknown;
  cause: unknown;
}

/**
 * One member of a transaction. After its first failed statement every further one fails with the same error:
 * PostgreSQL would have it so, and a rule must not learn to go on where only SQLite lets it.
 */
export class MemberRunner implements Runner {
  readonly #db: Kysely<Tables>;
  readonly #abilities: Abilities;
  #failure: Failure | null = null;
  #over = false;

  constructor(db: Kysely<Tables>, abilities: Abilities) {
    this.#db = db;
    this.#abilities = abilities;
  }

  /** Null while all went well. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** A statement that comes after the work has ended would land in another member's part. */
  end(): void {
    this.#over = true;
  }

  async run<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>> {
    if (this.#over) throw new Error('the transaction is over: a promise in it was not awaited');
    if (this.#failure) throw this.#failure.error;
    try {
      return await this.#db.executeQuery(query);
    } catch (cause) {
      const error = translated(this.#abilities, cause);
      this.#failure ??= { error, cause };
      throw error;
    }
  }
}
