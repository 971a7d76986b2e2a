import type { Abilities } from './abilities.ts';
import type { Answer, Execute, Query } from './backend.ts';
import { StoreUnavailable, UniqueViolation } from './store.ts';

/** The error that a caller of the store may expect, or the error itself when it is a defect of ours. */
export function translated(abilities: Abilities, error: unknown): unknown {
  if (error instanceof UniqueViolation || error instanceof StoreUnavailable) return error;
  const fault = abilities.faultOf(error);
  if (fault === null) return error;
  const message = error instanceof Error ? error.message : String(error);
  return fault === 'unique' ? new UniqueViolation(message, { cause: error }) : new StoreUnavailable(message, { cause: error });
}

/** Runs outside a transaction, with the errors that a caller may expect. */
export function translating(execute: Execute, abilities: Abilities): Execute {
  return async (query) => {
    try {
      return await execute(query);
    } catch (error) {
      throw translated(abilities, error);
    }
  };
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
export class MemberRunner {
  readonly #execute: Execute;
  readonly #abilities: Abilities;
  #failure: Failure | null = null;
  #over = false;
  #wrote = false;

  constructor(execute: Execute, abilities: Abilities) {
    this.#execute = execute;
    this.#abilities = abilities;
  }

  /** Null while all went well. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Did anything but a SELECT run? */
  get wrote(): boolean {
    return this.#wrote;
  }

  /** A statement that comes after the work has ended would land in another member's part. */
  end(): void {
    this.#over = true;
  }

  async run<Row>(query: Query<Row>): Promise<Answer<Row>> {
    if (this.#over) throw new Error('the transaction is over: a promise in it was not awaited');
    if (this.#failure) throw this.#failure.error;
    this.#wrote ||= !query.sql.startsWith('select');
    try {
      return await this.#execute(query);
    } catch (cause) {
      const error = translated(this.#abilities, cause);
      this.#failure ??= { error, cause };
      throw error;
    }
  }
}
