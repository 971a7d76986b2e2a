import { join } from 'node:path';
import { readConfig } from '../../../server/config.ts';
import { startRelay } from '../../../server/index.ts';
import { raw } from '../../../server/store/backend.ts';
import { createSqlStore } from '../../../server/store/sql-store.ts';
import { openSqlite } from '../../../server/store/sqlite.ts';
import type { Store } from '../../../server/store/store.ts';
import { unmetLimits } from '../../support/start-relay.ts';

/**
 * The product's relay in a process of its own, with its limits out of the way. What only a test may turn is turned
 * here: `FAULT_SQL` runs on the connection that writes, before anything else does.
 */
const config = readConfig(process.env);
const sql = process.env.FAULT_SQL;
const store = sql === undefined ? undefined : await openWith(sql);
const relay = await startRelay({ ...config, limits: unmetLimits(config.limits) }, store === undefined ? {} : { store });
process.once('SIGTERM', () => {
  relay.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.stdout.write(`ready ${relay.port} ${process.pid}\n`);
// The test holds the other end: when it is gone, however it went, so is this.
process.stdin.on('end', () => process.exit(1)).resume();

async function openWith(statements: string): Promise<Store> {
  const backend = openSqlite({ kind: 'sqlite', file: join(config.dataDir, 'parley.sqlite') });
  const { execute } = await backend.connect();
  for (const statement of statements.split(';')) await execute(raw(statement));
  return createSqlStore(backend);
}
