import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../../server/store/index.ts';
import { createVault } from '../../../server/vault/aes-vault.ts';
import { loadMasterKey } from '../../../server/vault/master-key.ts';
import { type Cluster, startCluster } from '../../support/postgres-cluster.ts';
import { newDataDir } from '../../support/start-relay.ts';
import { startVisitor } from '../../support/visitor.ts';
import { waitFor } from '../../support/wait-for.ts';
import { judge, judgeStore } from '../disk/judge.ts';
import { seeded } from '../disk/random.ts';
import { type RelayUnder, startRelayUnder } from '../disk/relay-under.ts';
import { noteStart } from '../disk/workload.ts';
import type { Scenario, ScenarioOptions } from '../scenario.ts';
import { amongCrowd, type Crowd } from './crowd.ts';
import { endure, endureAll, type Outage } from './outage.ts';

const MASTER_KEY = 'ab'.repeat(32);
/** Nobody needs longer to finish what is begun once all is well. */
const PATIENCE = 15_000;

/** Another process holds the file: senders are refused in time, and go on when it lets go. */
const lockedDatabase: Scenario = {
  name: 'locked database',
  async run(options) {
    const dataDir = newDataDir();
    const relay = await startRelayUnder({ dataDir });
    const other = new Database(join(dataDir, 'parley.sqlite'), { timeout: PATIENCE });
    try {
      const outage = { begin: () => void other.exec('begin exclusive'), end: () => void other.exec('rollback') };
      return await amongCrowd(relay, async (crowd) => {
        const line = await endureAll(options, 10, () => endure(crowd, outage));
        await crowd.finish(PATIENCE);
        await relay.stop();
        demand(await judge(dataDir, keptOf(crowd), crowd.history));
        return line;
      });
    } finally {
      other.close();
      await relay.kill();
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

/** PostgreSQL dies, with all its processes or the first alone, and is started again. */
const killedPostgres: Scenario = {
  name: 'PostgreSQL killed',
  run: (options) => {
    const random = seeded(options.seed);
    return onCluster(options, 20, (cluster) => ({
      begin: () => cluster.kill(random.chance(0.5)),
      end: () => cluster.start(),
    }));
  },
};

/** PostgreSQL hangs: it takes connections and says nothing. */
const stoppedPostgres: Scenario = {
  name: 'PostgreSQL stopped',
  run: (options) => onCluster(options, 5, (cluster) => ({ begin: () => cluster.pause(), end: () => cluster.resume() })),
};

/** A relay on a PostgreSQL of its own, and a crowd that endures the outage round after round. */
async function onCluster(options: ScenarioOptions, full: number, outageOf: (cluster: Cluster) => Outage): Promise<string> {
  const cluster = await startCluster();
  const dataDir = newDataDir();
  try {
    const env = { DATABASE_URL: cluster.url, PARLEY_MASTER_KEY: MASTER_KEY };
    const relay = await startRelayUnder({ dataDir, env });
    const outage = outageOf(cluster);
    try {
      return await amongCrowd(relay, async (crowd) => {
        const line = await endureAll(options, full, async () => {
          const leaves = await passerBy(relay, crowd);
          const meanwhile = async (): Promise<void> => {
            await unready(relay);
            leaves.go();
          };
          const round = await endure(crowd, { ...outage, meanwhile });
          await ready(relay);
          await leaves.isTold();
          return round;
        });
        await crowd.finish(PATIENCE);
        const store = await openStore({ kind: 'postgres', url: cluster.url });
        const vault = createVault(loadMasterKey({ value: MASTER_KEY, file: '' }));
        demand(await judgeStore(store.read, vault, keptOf(crowd), crowd.history).finally(() => store.close()));
        return line;
      });
    } finally {
      await relay.kill();
    }
  } finally {
    cluster.remove();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** A visitor who leaves while the database is away: the agent hears of it once it is back. */
async function passerBy(relay: RelayUnder, { agent, history }: Crowd): Promise<{ go(): void; isTold(): Promise<void> }> {
  const visitor = await startVisitor(relay);
  noteStart(history, visitor);
  const socket = await visitor.connect();
  let online: boolean | null = null;
  agent.socket.on('inbox:changed', (changed) => {
    online = changed.find(({ id }) => id === visitor.conversationId)?.visitorOnline ?? online;
  });
  await waitFor(() => online === true, 'the passer-by to be seen');
  return {
    go: () => socket.close(),
    isTold: async () => void (await waitFor(() => online === false, 'the passer-by to be seen going', { timeoutMs: 5000 })),
  };
}

async function unready({ origin }: RelayUnder): Promise<void> {
  const { status } = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(5000) });
  if (status !== 503) throw new Error(`/readyz says ${status} while PostgreSQL is away`);
}

async function ready({ origin }: RelayUnder): Promise<void> {
  await waitFor(async () => (await fetch(`${origin}/readyz`)).ok, '/readyz to be well again', { timeoutMs: 5000 });
}

function keptOf({ history }: Crowd) {
  return [...history.values()].filter(({ acked }) => acked);
}

function demand(faults: string[]): void {
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

export const databaseScenarios: readonly Scenario[] = [lockedDatabase, killedPostgres, stoppedPostgres];
