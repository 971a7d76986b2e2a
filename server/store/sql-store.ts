import type { Abilities } from './abilities.ts';
import { type Backend, type Execute, raw } from './backend.ts';
import { CommitQueue } from './commit-queue.ts';
import { copyOf } from './copy.ts';
import { migrate } from './migrations/migrate.ts';
import { SqlReads } from './reads.ts';
import { translated, translating } from './runner.ts';
import { NewerSchema, type Store, StoreUnavailable, type Tx, type WriteOptions } from './store.ts';

/** The one implementation of the store, on whichever database was opened. Migrates first. */
export async function createSqlStore(backend: Backend): Promise<Store> {
  const { compiler, abilities } = backend;
  try {
    await migrate(backend);
  } catch (error) {
    await backend.release();
    throw error instanceof NewerSchema ? error : translated(abilities, error);
  }
  const queue = new CommitQueue(backend);
  let closing: Promise<void> | null = null;
  return {
    read: new SqlReads(compiler, abilities, translating(backend.read, abilities)),
    write: <T>(work: (tx: Tx) => Promise<T>, options?: WriteOptions) => queue.write(work, options),
    copy: (work) => copyOf(backend, work),
    async scrub() {
      if (closing) return false;
      try {
        return await backend.scrub();
      } catch (error) {
        throw translated(abilities, error);
      }
    },
    isShared: () => backend.isShared(),
    async ping(timeoutMs) {
      if (queue.refusal !== null) throw new StoreUnavailable(queue.refusal);
      await ping(backend.read, abilities, timeoutMs);
    },
    close: () => {
      closing ??= queue.close().then(() => backend.release());
      return closing;
    },
  };
}

async function ping(read: Execute, abilities: Abilities, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailable(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([read(raw('select version from schema_version')), late]);
  } catch (error) {
    throw translated(abilities, error);
  } finally {
    clearTimeout(timer);
  }
}
