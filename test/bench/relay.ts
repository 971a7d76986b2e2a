import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startCluster } from '../support/postgres-cluster.ts';
import { consentTimes } from './support/consents.ts';
import { type Figure, figureOf, ratioOf, show, table } from './support/figures.ts';
import { idleBytes, prepare } from './support/idle.ts';
import { thisMachine } from './support/machine.ts';
import { PLAN, type Round, runRound } from './support/rounds.ts';
import { BASELINE, ON_SQLITE, onPostgres } from './support/variants.ts';

/**
 * What the promises cost beside a relay that makes none: `npm run bench -- [--rounds N] [--quick] [--json FILE]`.
 * Ends with 1 when a bar is missed, with 2 when it could not measure. docs/benchmarks.md says what the figures mean.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 7));
const CONNECTIONS = values.quick ? [1000] : [1000, 5000, 10_000];
const CONSENTS = { perSecond: 100, seconds: values.quick ? 3 : 10 };

interface Bar {
  text: string;
  holds: boolean;
}
const bars: Bar[] = [];
const tell = (text: string): void => console.error(`… ${text}`);

const cluster = await startCluster();
try {
  process.exitCode = await main();
} catch (error) {
  console.error(error);
  process.exitCode = 2;
} finally {
  cluster.remove();
}

async function main(): Promise<number> {
  const machine = thisMachine();
  console.log(
    `${machine.date}, ${machine.system}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}, load ${machine.load.toFixed(1)}\n`,
  );
  const measured = await underLoad();
  const idle = await whileIdle();
  const consents = await givingConsent();
  console.log('Bars');
  for (const { text, holds } of bars) console.log(`  ${holds ? 'holds ' : 'MISSED'}  ${text}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, measured, idle, consents, bars }, null, 2)}\n`);
  return bars.every(({ holds }) => holds) ? 0 : 1;
}

/** Relays one after the other, round after round, so that what stands beside each other in time is compared. */
async function underLoad(): Promise<Record<string, Round[]>> {
  const variants = [BASELINE, ON_SQLITE, await onPostgres(cluster.url)];
  const all: Record<string, Round[]> = Object.fromEntries(variants.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const variant of [BASELINE, ON_SQLITE, await onPostgres(cluster.url)]) {
      tell(`round ${round} of ${rounds}: ${variant.name}`);
      all[variant.name]?.push(await runRound(variant, PLAN));
    }
  }
  const base = all[BASELINE.name] ?? [];
  const figures: [string, keyof Round, number][] = [
    ['acknowledged per processor second', 'perCpuSecond', 0],
    ['acknowledged per second', 'perSecond', 0],
    ['acknowledgement p50 at 1 000/s, ms', 'ackP50', 2],
    ['acknowledgement p99 at 1 000/s, ms', 'ackP99', 2],
    ['delivery p50 at 1 000/s, ms', 'deliveryP50', 2],
    ['delivery p99 at 1 000/s, ms', 'deliveryP99', 2],
    ['lateness of the generator p99, ms', 'lagP99', 2],
    ['messages that the checker followed', 'checked', 0],
  ];
  for (const variant of variants) {
    const list = all[variant.name] ?? [];
    const rows = figures.map(([title, key, digits]) => {
      const own = list.map((round) => round[key]);
      const ratio = ratioOf(
        own,
        base.map((round) => round[key]),
      );
      return [title, show(figureOf(own), digits), variant.stores && key !== 'checked' ? `${show(ratio, 2)} ×` : ''];
    });
    console.log(`${variant.name}\n${table([['', 'median (least to most)', 'against the baseline'], ...rows])}\n`);
    if (variant === ON_SQLITE) judgeLoad(list, base);
  }
  return all;
}

function judgeLoad(list: Round[], base: Round[]): void {
  const ratio = (key: keyof Round): Figure =>
    ratioOf(
      list.map((one) => one[key]),
      base.map((one) => one[key]),
    );
  const own = (key: keyof Round): number => figureOf(list.map((one) => one[key])).median;
  const work = ratio('perCpuSecond');
  bars.push({ text: `per processor second ≥ 0.5 × the baseline: ${show(work, 2)}`, holds: work.median >= 0.5 });
  for (const [title, key, times, milliseconds] of [
    ['acknowledgement p50', 'ackP50', 4, 1],
    ['acknowledgement p99', 'ackP99', 4, 10],
    ['delivery p50', 'deliveryP50', 4, 1],
    ['delivery p99', 'deliveryP99', 4, 10],
  ] as const) {
    const holds = ratio(key).median <= times || own(key) <= milliseconds;
    bars.push({
      text: `${title} ≤ ${times} × or ${milliseconds} ms: ${own(key).toFixed(2)} ms, ${show(ratio(key), 2)} ×`,
      holds,
    });
  }
}

async function whileIdle(): Promise<Record<number, { base: number[]; own: number[] }>> {
  const found: Record<number, { base: number[]; own: number[] }> = {};
  const rows = [['visitors', 'bare Socket.IO, KB each', 'Parley, KB each', 'ratio']];
  for (const connections of CONNECTIONS) {
    const base: number[] = [];
    const own: number[] = [];
    tell(`making ${connections} visitors`);
    const prepared = await prepare(ON_SQLITE, connections);
    const bare = await prepare(BASELINE, connections);
    for (let at = 0; at < (values.quick ? 1 : 3); at++) {
      tell(`${connections} idle visitors`);
      base.push(await idleBytes(BASELINE, bare));
      own.push(await idleBytes(ON_SQLITE, prepared));
    }
    for (const one of [prepared, bare]) one.remove();
    const ratio = ratioOf(own, base);
    const kilobytes = (list: number[]): string => show(figureOf(list.map((bytes) => bytes / 1024)), 1);
    rows.push([String(connections), kilobytes(base), kilobytes(own), `${show(ratio, 2)} ×`]);
    bars.push({ text: `memory of ${connections} idle visitors ≤ 1.3 ×: ${show(ratio, 2)}`, holds: ratio.median <= 1.3 });
    found[connections] = { base, own };
  }
  console.log(`Idle\n${table(rows)}\n`);
  return found;
}

async function givingConsent(): Promise<Record<string, Figure>> {
  const { perSecond, seconds } = CONSENTS;
  const found: Record<string, Figure> = {};
  for (const [title, variant, relays] of [
    ['one relay on SQLite', ON_SQLITE, 1],
    ['one relay on PostgreSQL', await onPostgres(cluster.url), 1],
    ['two relays on one PostgreSQL', await onPostgres(cluster.url), 2],
  ] as const) {
    tell(`consents: ${title}`);
    const times = (await consentTimes(variant, relays, perSecond, seconds)).sort((a, b) => a - b);
    const at = (share: number): number => times[Math.ceil(share * times.length) - 1] ?? Number.NaN;
    found[title] = { median: at(0.5), min: at(0.99), max: at(1), of: times.length };
    console.log(
      `Consent POST, ${perSecond}/s, ${title}: p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, of ${times.length}`,
    );
    bars.push({ text: `consent POST p99 ≤ 100 ms, ${title}: ${at(0.99).toFixed(1)} ms`, holds: at(0.99) <= 100 });
  }
  console.log('');
  return found;
}
