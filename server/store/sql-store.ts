import { CompiledQuery, type Kysely } from 'kysely';
import type { Abilities } from './abilities.ts';
import { CommitQueue } from './commit-queue.ts';
import { migrate } from './migrations/migrate.ts';
import { SqlReads } from './reads.ts';
import { ReadRunner, translated } from './runner.ts';
import { type Store, StoreUnavailable, type Tx } from './store.ts';
import type { Tables } from './tables.ts';

/** An open database, as an opener hands it over. */
export interface Backend {
  /** Used by one transaction at a time. */
  writer: Kysely<Tables>;
  /** Sees what is committed and waits for no writer. */
  reader: Kysely<Tables>;
  abilities: Abilities;
  /** Gives up everything that the opener took; safe to call once. */
  release(): Promise<void>;
}

/** The one implementation of the store, on whichever database was opened. Migrates first. */
export async function createSqlStore(backend: Backend): Promise<Store> {
  const { writer, reader, abilities, release } = backend;
  try {
    await migrate(writer, abilities);
  } catch (error) {
    await release();
    throw error;
  }
  const queue = new CommitQueue(writer, reader, abilities);
  let closing: Promise<void> | null = null;
  return {
    read: new SqlReads(reader, abilities, new ReadRunner(reader, abilities)),
    write: <T>(work: (tx: Tx) => Promise<T>) => queue.write(work),
    ping: (timeoutMs) => ping(reader, abilities, timeoutMs),
    close: () => {
      closing ??= queue.close().then(release);
      return closing;
    },
  };
}

async function ping(db: Kysely<Tables>, abilities: Abilities, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailable(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([db.executeQuery(CompiledQuery.raw('select version from schema_version')), late]);
  } catch (error) {
    throw translated(abilities, error);
  } finally {
    clearTimeout(timer);
  }
}
