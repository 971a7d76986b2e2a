import { type Figure, figureOf, ratioOf, show, table } from '../figures.ts';
import type { Machine } from '../machine.ts';
import { allSoFar, type Bar, BUDGETS, filesSoFar, STAGE_TITLES } from './bars.ts';
import type { BeforeClick } from './before-click.ts';
import { BARE, BARE_AGAIN, type HostCost } from './host-cost.ts';
import { type Journey, STAGES } from './journey.ts';
import type { LoaderTime } from './loader-trace.ts';
import type { Vitals } from './vitals.ts';

/** All that a run found, round by round. This is what `--json` writes. */
export interface Results {
  machine: Machine;
  loadAtEnd: number;
  rounds: number;
  profiles: { name: string; journeys: Journey[] }[];
  traces: LoaderTime[];
  hostCost: HostCost;
  /** Ours and each peer's. */
  before: { name: string; title: string; remark: string; found: BeforeClick }[];
  missingPeers: string[];
  bars: Bar[];
}

export function report(results: Results): string {
  const { machine, loadAtEnd } = results;
  const load = `load average ${machine.load.toFixed(1)} before, ${loadAtEnd.toFixed(1)} at the end`;
  return [
    `Parley's widget, ${machine.date}: ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, ${machine.chromium}, ${load}`,
    `Median (least to most) of ${results.rounds} rounds, each in a browser that was never here.`,
    bytesPart(results),
    waitsPart(results),
    longTasksPart(results),
    hostPart(results),
    peersPart(results),
    barsPart(results),
  ].join('\n\n');
}

function bytesPart({ profiles }: Results): string {
  const journeys = profiles.flatMap((one) => one.journeys);
  const of = (each: (journey: Journey) => number): string => show(figureOf(journeys.map(each)));
  const rows = STAGES.map((stage) => {
    const encodings = new Set(journeys.flatMap(({ asked }) => asked[stage]).map(({ encoding }) => encoding));
    const files = figureOf(journeys.map((journey) => filesSoFar(journey, stage)));
    const budget = BUDGETS[stage];
    return [
      STAGE_TITLES[stage],
      of(({ traffic }) => traffic[stage].requests),
      of(({ traffic }) => traffic[stage].headers),
      of(({ traffic }) => traffic[stage].bodies),
      [...encodings].join(', '),
      show(files),
      budget === undefined ? '' : `${Math.round((100 * files.median) / budget)} % of ${budget}`,
      of((journey) => allSoFar(journey, stage)),
    ];
  });
  const head = ['', 'requests', 'headers', 'bodies', 'encoded', 'files so far', 'budget', 'with answers and socket'];
  const socket = `${of((one) => one.socket.handshake)} bytes of handshake, ${of((one) => one.socket.messages)} of messages`;
  return `1. Bytes from the relay, as they came over the wire\n${table([head, ...rows])}\n  The socket: ${socket}. "Files" are scripts, styles and pages.`;
}

function waitsPart({ profiles }: Results): string {
  const rows = profiles.map(({ name, journeys }) => {
    const of = (each: (journey: Journey) => number): string => show(figureOf(journeys.map(each)));
    return [
      name,
      of(({ clickToForm }) => clickToForm),
      of(({ startToComposer }) => startToComposer),
      of(({ startToSocket }) => startToSocket),
      of(({ loop }) => loop.page),
      of(({ loop }) => loop.frame),
      of(({ frameFirstByte }) => frameFirstByte),
    ];
  });
  const head = [
    'ms',
    'click to form',
    'Start to composer',
    'Start to socket',
    'loop in page',
    'loop in frame',
    "frame's first byte",
  ];
  return `2. Waits, and what shows that both targets are slowed down\n${table([head, ...rows])}`;
}

function longTasksPart({ profiles, traces }: Results): string {
  const rows = profiles.flatMap(({ name, journeys }) =>
    STAGES.filter((stage) => stage !== 'later').map((stage) => {
      const of = (where: 'page' | 'frame'): string[] => {
        const each = journeys.map(({ longTasks }) => longTasks[stage][where]);
        return [show(figureOf(each.map((list) => list.length))), show(figureOf(each.map((list) => Math.max(0, ...list))))];
      };
      return [`${name}, ${STAGE_TITLES[stage]}`, ...of('page'), ...of('frame')];
    }),
  );
  const head = ['', 'in page', 'longest', 'in frame', 'longest'];
  const script = show(figureOf(traces.map((one) => one.script)), 1);
  const task = show(figureOf(traces.map((one) => one.longestTask)), 1);
  return `3. Long tasks (over 50 ms)\n${table([head, ...rows])}\n  The loader's own script in the trace, CPU 4 × slower: ${script} ms; the longest task it ran in: ${task} ms.`;
}

const among = (list: (Vitals | null)[] = []): Vitals[] => list.filter((one) => one !== null && one !== undefined);

/** One chat's row against the page without any. */
function costRow(title: string, hostCost: HostCost, chat: string): string[] {
  const list = hostCost[chat] ?? [];
  const of = (each: (one: Vitals) => number, digits = 0): string => show(figureOf(among(list).map(each)), digits);
  const lcp = (from: (Vitals | null)[] = []): number[] => from.map((one) => one?.lcp ?? 0);
  const ratio: Figure = ratioOf(lcp(list), lcp(hostCost[BARE]));
  return [
    title,
    `${ratio.of}`,
    of(({ lcp }) => lcp),
    chat === BARE ? '1' : show(ratio, 2),
    of(({ cls }) => cls, 3),
    of(({ tbt }) => tbt),
    of(({ frameTbt }) => frameTbt),
  ];
}

const COST_HEAD = ['', 'rounds', 'LCP, ms', 'LCP, ratio', 'CLS', 'TBT, ms', "its frame's TBT"];

function hostPart({ hostCost }: Results): string {
  const rows = [
    costRow('without a chat', hostCost, BARE),
    costRow('without, once more', hostCost, BARE_AGAIN),
    costRow('with Parley', hostCost, 'parley'),
  ];
  return `4. The shop's page, slow 4G and CPU 4 × slower\n${table([COST_HEAD, ...rows])}\n  CLS and TBT without a chat are 0 or near it, so they stand as they are and not as ratios.`;
}

function peersPart({ before, hostCost, missingPeers }: Results): string {
  const bytes = before.map(({ title, found }) => [
    title,
    `${found.traffic.requests}`,
    `${found.traffic.bodies}`,
    `${found.traffic.bodies + found.traffic.headers}`,
    `${found.sockets}`,
    `${found.otherHosts.length}`,
  ]);
  const head = ['before the click', 'requests', 'bodies', 'with headers', 'sockets', 'other hosts'];
  const kept = before.map(({ title, remark, found }) => {
    const all = [...found.cookies.map((name) => `cookie ${name}`), ...found.storage, ...found.more];
    const asked = found.otherHosts.length > 0 ? `; would have asked ${found.otherHosts.join(', ')}` : '';
    const rest = found.cameToRest ? '' : '; did not come to rest while it was watched';
    return `  ${title} keeps ${all.length === 0 ? 'nothing' : all.join(', ')}${asked}${rest}. ${remark}`.trimEnd();
  });
  const rows = before.map(({ title, name }) => costRow(title, hostCost, name));
  const missing = missingPeers.map((line) => `  ${line}`);
  return ['5. Beside it, what npm carries', table([head, ...bytes]), ...kept, table([COST_HEAD, ...rows]), ...missing].join('\n');
}

function barsPart({ bars }: Results): string {
  return `6. Bars\n${bars.map(({ what, measured, holds }) => `  ${holds ? 'holds ' : 'MISSED'}  ${what} (${measured})`).join('\n')}`;
}
