import type { TestProject } from 'vitest/node';
import { startCluster } from './postgres-cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL in which tests make databases of their own. */
    databaseUrl: string;
  }
}

interface Running {
  url: string;
  users: number;
  stop: () => void;
}

/** Projects load this file each for themselves; the server is one for all of them. */
const shared = globalThis as { parleyTestPostgres?: Promise<Running> };

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.parleyTestPostgres ??= startPostgres();
  const running = await shared.parleyTestPostgres;
  running.users++;
  project.provide('databaseUrl', running.url);
  return async () => {
    if (--running.users === 0) running.stop();
  };
}

/** What `DATABASE_URL` names, or a fresh cluster. Durability is proved elsewhere: here the disk need not keep up. */
export async function startPostgres(): Promise<Running> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, users: 0, stop: () => undefined };
  const { url, remove } = await startCluster(['fsync=off', 'max_connections=200']);
  return { url, users: 0, stop: remove };
}
