import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { get } from '../../support/http.ts';
import { askAsAgent, askAsVisitor, dataOf } from '../../support/sockets.ts';
import { newDataDir } from '../../support/start-relay.ts';
import { amongCrowd, type Crowd } from '../database/crowd.ts';
import { endure, endureAll } from '../database/outage.ts';
import type { Scenario } from '../scenario.ts';
import { judge } from './judge.ts';
import { seeded } from './random.ts';
import { type RelayUnder, startRelayUnder } from './relay-under.ts';
import { copyData, fillDisk, onSmallDisk, requireSmallDisks } from './small-disk.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const PATIENCE = 15_000;
const START_WITHIN = 30_000;
const DISK_KB = 64 * 1024;

/** The disk is full while the relay runs: senders are refused, reads go on, and all is well once there is room. */
export const fullDisk: Scenario = {
  name: 'disk full',
  async run(options) {
    requireSmallDisks();
    const dataDir = newDataDir();
    const relay = await startRelayUnder({ dataDir, under: onSmallDisk(dataDir, DISK_KB) });
    try {
      return await amongCrowd(relay, async (crowd) => {
        let makeRoom = (): void => undefined;
        const { conversationId = '' } = crowd.visitors[0]?.visitor ?? {};
        dataOf(await askAsAgent(crowd.agent.socket, 'conversation:open', { conversationId }));
        const outage = {
          begin: () => {
            makeRoom = fillDisk(relay, dataDir);
          },
          meanwhile: () => readsGoOn(relay, crowd),
          end: () => makeRoom(),
        };
        const line = await endureAll(options, 10, () => endure(crowd, outage));
        await crowd.finish(PATIENCE);
        const copy = copyData(relay, dataDir);
        const kept = [...crowd.history.values()].filter(({ acked }) => acked);
        const faults = await judge(copy, kept, crowd.history).finally(() => rmSync(copy, { recursive: true, force: true }));
        if (faults.length > 0) throw new Error(faults.join('\n'));
        return line;
      });
    } finally {
      await relay.kill();
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

async function readsGoOn(relay: RelayUnder, crowd: Crowd): Promise<void> {
  const [{ visitor, socket } = {}, other] = crowd.visitors;
  if (!visitor || !socket || !other) throw new Error('nobody is there to read');
  const { conversationId } = visitor;
  const sync = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: 0 }));
  const open = dataOf(await askAsAgent(crowd.agent.socket, 'conversation:sync', { conversationId, afterSeq: 0 }));
  // A look that cannot be written down is not given: what was opened before goes on being read, nothing else is opened.
  const unseen = { conversationId: other.visitor.conversationId };
  const look = await askAsAgent(crowd.agent.socket, 'conversation:open', unseen);
  if (look.ok || look.error !== 'unavailable') throw new Error('a look was given that nobody wrote down');
  const page = await get(relay, '/frame/demo', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' });
  if (sync.messages.length === 0 || open.messages.length === 0 || page.status !== 200) throw new Error('reads do not go on');
}

/** A start finds too little room: it says so in one line and ends, or it had enough after all and runs. */
export const startOnFullDisk: Scenario = {
  name: 'start on a full disk',
  async run({ seed, count = 24, deadline = Number.POSITIVE_INFINITY }) {
    requireSmallDisks();
    const random = seeded(seed);
    const [prepared, dataDir] = [newDataDir(), newDataDir()];
    const outcomes = { refused: 0, ran: 0 };
    try {
      const relay = await startRelayUnder({ dataDir: prepared });
      await relay.stop();
      for (let at = 0; at < count && performance.now() < deadline; at++) {
        // In turns: a first start, and one on data that are there. The first of each finds next to nothing.
        const fill = (kb: number): string => `cat /dev/zero > "$0/ballast" 2>/dev/null; truncate -s -${kb}K "$0/ballast"`;
        const data = at % 2 === 0 ? ':' : `cp -a "${prepared}/." "$0"`;
        const kb = at === 0 ? 0 : at === 1 ? 4 : random.below(at % 2 === 0 ? 700 : 60);
        outcomes[await startOn(dataDir, `${data}; ${fill(kb)}`)] += 1;
      }
      return `${outcomes.refused} starts refused in one line, ${outcomes.ran} had room enough`;
    } finally {
      for (const folder of [prepared, dataDir]) rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The product's own command line. @throws when it neither runs nor says in one line why not. */
async function startOn(dataDir: string, first: string): Promise<'refused' | 'ran'> {
  const [program = '', ...args] = [...onSmallDisk(dataDir, DISK_KB, first), process.execPath, '--import', 'tsx', 'server/cli.ts'];
  const env = { PATH: process.env.PATH, PORT: '0', PARLEY_DATA: dataDir, PARLEY_LOG: 'silent' };
  const child = spawn(program, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A start that neither runs nor ends is a fault, and must not stay.
    timeout: START_WITHIN,
    killSignal: 'SIGKILL',
  });
  let [said, wrong] = ['', ''];
  child.stdout.on('data', (chunk) => {
    said += chunk;
    if (said.includes('Parley is running')) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk) => {
    wrong += chunk;
  });
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status === 0 && said.includes('Parley is running')) return 'ran';
  const oneLine = /^Parley cannot start\. .*(full|space).*\n$/i.test(wrong);
  if (status !== 1 || said !== '' || !oneLine) throw new Error(`after "${first}" it ended with ${status}: ${said}${wrong}`);
  return 'refused';
}
