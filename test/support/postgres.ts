import { inject } from 'vitest';
import { createDatabaseOn, type TestDatabase } from './databases.ts';

export type { TestDatabase } from './databases.ts';

/** A database of one's own on the tests' PostgreSQL; whoever makes it drops it. */
export function createDatabase(): Promise<TestDatabase> {
  return createDatabaseOn(inject('databaseUrl'));
}
