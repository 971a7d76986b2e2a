import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { consentCard } from '../../server/consent/card.ts';
import { inboxPage, syncForVisitor } from '../../server/conversations/conversations.ts';
import { postMessage } from '../../server/conversations/messages.ts';
import type { Relay } from '../../server/index.ts';
import { newId } from '../../shared/ids.ts';
import { startCluster } from '../support/postgres-cluster.ts';
import { seatVisitors, startUnlimited } from './support/crowd.ts';
import { figureOf, show, table } from './support/figures.ts';
import { verifyAtLength } from './support/ledger-length.ts';
import { thisMachine } from './support/machine.ts';

/**
 * Whether what people wait for grows with the store, and how fast a long ledger is verified:
 * `npm run bench:scale -- [--messages N] [--entries N] [--postgres]`. Ends with 1 when a bar is missed.
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    entries: { type: 'string', default: '1000000' },
    postgres: { type: 'boolean', default: false },
  },
});
const FEW = 1000;
const MANY = Number(values.messages);
const ENTRIES = Number(values.entries);
/** Messages of one conversation: what one page of `conversation:sync` holds, so that a resume reads the same in both. */
const EACH = 20;
const SAMPLES = 900;
const MOST = 1.5;
const tell = (text: string): void => console.error(`… ${text}`);

interface Filled {
  relay: Relay;
  conversations: string[];
}

const folder = mkdtempSync(join(tmpdir(), 'parley-scale-'));
const cluster = values.postgres ? await startCluster() : null;

async function fill(name: string, messages: number, url?: string): Promise<Filled> {
  const relay = await startUnlimited({ PARLEY_DATA: join(folder, name), ...(url && { DATABASE_URL: url }) });
  const seats = await seatVisitors(relay.ctx, messages / EACH);
  const conversations = seats.map(({ conversationId }) => conversationId);
  const body = 'The parcel has not come yet, and the shop said on Monday that it would. Could you look where it is? '.repeat(2);
  for (let at = 0; at < conversations.length; at += 10) {
    const some = conversations.slice(at, at + 10);
    for (let line = 1; line < EACH; line++) {
      await Promise.all(some.map((id) => postMessage(relay.ctx, id, { kind: 'visitor' }, { id: newId(), body })));
    }
    if (at > 0 && at % 2000 === 0) tell(`${name}: ${at * EACH} of ${messages} messages`);
  }
  return { relay, conversations };
}

/** What a visitor or an agent waits for, by the rule that answers it. */
const WAITED_FOR: Record<string, (filled: Filled, conversation: string) => Promise<unknown>> = {
  'resume of a conversation': ({ relay }, id) => syncForVisitor(relay.ctx, id, 0),
  'page of the inbox': ({ relay }) => inboxPage(relay.ctx, 'nobody', 'all', null),
  send: ({ relay }, id) => postMessage(relay.ctx, id, { kind: 'visitor' }, { id: newId(), body: 'one more' }),
  'consent beside a conversation': ({ relay }, id) => consentCard(relay.ctx, 'nobody', id),
};

async function growth(): Promise<boolean> {
  const [fewUrl, manyUrl] = cluster ? [cluster.url, cluster.url.replace(/postgres$/, 'template1')] : [];
  const few = await fill('few', FEW, fewUrl);
  const many = await fill('many', MANY, manyUrl);
  const rows = [['milliseconds', `${FEW} messages`, `${MANY} messages`, 'ratio']];
  let held = true;
  for (const [title, ask] of Object.entries(WAITED_FOR)) {
    const times = await sampled(ask, few, many);
    const [small, large] = times.map((list) => figureOf(list));
    const ratio = (large?.median ?? 0) / (small?.median ?? 1);
    held &&= ratio <= MOST;
    const middle = (list: number[] = []): string => show(figureOf(spreadOf(list)), 3);
    rows.push([title, middle(times[0]), middle(times[1]), `${ratio.toFixed(2)} ×${ratio <= MOST ? '' : ' MISSED'}`]);
  }
  for (const { relay } of [few, many]) await relay.close();
  console.log(`${table(rows)}\n  median (least to most) of groups of ${SAMPLES / 10}; the bar is ${MOST} ×\n`);
  return held;
}

/** One and the other in turn, each time in another conversation. */
async function sampled(
  ask: (filled: Filled, id: string) => Promise<unknown>,
  few: Filled,
  many: Filled,
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let at = -30; at < SAMPLES; at++) {
    for (const [which, filled] of [few, many].entries()) {
      const id = filled.conversations[((at + 30) * 7919) % filled.conversations.length] ?? '';
      const began = performance.now();
      await ask(filled, id);
      if (at >= 0) times[which as 0 | 1].push(performance.now() - began);
    }
  }
  return times;
}

/** Medians of ten groups: the spread of single calls is that of the machine. */
function spreadOf(list: number[]): number[] {
  const size = Math.max(1, Math.floor(list.length / 10));
  return Array.from({ length: 10 }, (_, at) => figureOf(list.slice(at * size, (at + 1) * size)).median);
}

try {
  const machine = thisMachine();
  console.log(
    `${machine.date}, ${machine.system}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}, load ${machine.load.toFixed(1)}\n`,
  );
  const held = await growth();
  const verified = await verifyAtLength(join(folder, 'ledger'), ENTRIES, tell);
  const { perSecond, grownBytes, seconds } = verified;
  console.log(`Ledger: ${ENTRIES} entries verified in ${seconds.toFixed(0)} s, ${perSecond.toFixed(0)} a second;`);
  console.log(`  memory from a tenth of the way to the end: ${(grownBytes / 2 ** 20).toFixed(1)} MiB more`);
  process.exitCode = held ? 0 : 1;
} finally {
  cluster?.remove();
  rmSync(folder, { recursive: true, force: true });
}
