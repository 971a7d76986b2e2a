import type { Backend } from './backend.ts';
import { openPostgres, type PostgresTarget } from './postgres.ts';
import { createSqlStore } from './sql-store.ts';
import { openSqlite, type SqliteTarget } from './sqlite.ts';
import type { Store } from './store.ts';

/**
 * Opens the store and brings its schema up to date. Whoever opens it closes it.
 * @throws CannotOpen with one line for the operator; NewerSchema when a newer program wrote the database.
 */
export async function openStore(target: SqliteTarget | PostgresTarget): Promise<Store> {
  return createSqlStore(await openBackend(target));
}

/** The database as it is, without a look at its schema. Whoever opens it releases it. @throws CannotOpen as `openStore`. */
export async function openBackend(target: SqliteTarget | PostgresTarget): Promise<Backend> {
  return target.kind === 'sqlite' ? openSqlite(target) : openPostgres(target);
}
