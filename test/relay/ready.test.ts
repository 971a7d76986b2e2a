import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';

describe('a store that does not answer', () => {
  let database: TestDatabase;
  let relay: TestRelay;
  let holder: pg.Client;

  beforeAll(async () => {
    database = await createDatabase();
    relay = await startTestRelay({ env: { DATABASE_URL: database.url, PARLEY_MASTER_KEY: 'ab'.repeat(32) } });
    holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
  });
  afterAll(async () => {
    await holder?.end();
    await relay?.close();
    await database?.drop();
  });
  const ask = async (path: string) => {
    const began = performance.now();
    const reply = await fetch(relay.origin + path);
    return { status: reply.status, text: await reply.text(), ms: performance.now() - began };
  };

  it('makes the relay unready in little more than two seconds, not dead, and ready again by itself', async () => {
    expect(await ask('/readyz')).toMatchObject({ status: 200, text: 'ready' });
    // What asks for readiness waits behind this lock, as it would behind a stalled disk.
    await holder.query('begin; lock table schema_version in access exclusive mode');
    const unready = await ask('/readyz');
    expect(unready).toMatchObject({ status: 503, text: '{"error":{"code":"unavailable","retryAfterSeconds":2}}' });
    expect(unready.ms).toBeLessThan(3500);
    expect(await ask('/healthz')).toMatchObject({ status: 200, text: 'ok' });
    await holder.query('rollback');
    expect((await ask('/readyz')).status).toBe(200);
    expect(relay.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
