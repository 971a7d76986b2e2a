import type { BeforeClick } from './before-click.ts';
import type { HostCost } from './host-cost.ts';
import { type Journey, STAGES, type Stage } from './journey.ts';
import type { LoaderTime } from './loader-trace.ts';
import { trafficOf } from './network-log.ts';

const KB = 1024;
/** Compressed bodies of scripts, styles and pages, each stage with all before it. */
export const BUDGETS: Partial<Record<Stage, number>> = { loaded: 1.5 * KB, form: 15 * KB, chat: 32 * KB };
/** Above this a task is long by the browsers' own word, in ms. */
const LONG_TASK = 50;

export const STAGE_TITLES: Record<Stage, string> = {
  loaded: 'page loaded',
  form: 'usable form',
  chat: 'running chat',
  later: 'fetched quietly after',
};

export interface Bar {
  what: string;
  measured: string;
  holds: boolean;
  /** Bytes do not depend on the machine's mood: a missed bar of bytes ends the run with 1. */
  ofBytes: boolean;
}

/** Files and pages so far: what a host would weigh. Answers of the API are not in it. */
export function filesSoFar(journey: Journey, stage: Stage): number {
  const upTo = STAGES.slice(0, STAGES.indexOf(stage) + 1);
  return trafficOf(upTo.flatMap((one) => journey.asked[one]).filter(({ type }) => !/^(Fetch|XHR|Preflight)$/.test(type))).bodies;
}

/** Everything so far, with answers of the API and the socket's messages. */
export function allSoFar(journey: Journey, stage: Stage): number {
  const upTo = STAGES.slice(0, STAGES.indexOf(stage) + 1);
  const bodies = upTo.reduce((sum, one) => sum + journey.traffic[one].bodies, 0);
  return bodies + (upTo.includes('chat') ? journey.socket.messages : 0);
}

export function judge(measured: { journeys: Journey[]; before: BeforeClick; traces: LoaderTime[]; hostCost: HostCost }): Bar[] {
  const { journeys, before, traces, hostCost } = measured;
  const bytes = STAGES.flatMap((stage): Bar[] => {
    const budget = BUDGETS[stage];
    if (budget === undefined) return [];
    const most = Math.max(...journeys.map((journey) => filesSoFar(journey, stage)));
    return [
      { what: `bytes to: ${STAGE_TITLES[stage]}, at most ${budget}`, measured: `${most}`, holds: most <= budget, ofBytes: true },
    ];
  });
  const kept = before.cookies.length + before.storage.length + before.more.length;
  const long = traces.filter(({ longestTask }) => longestTask >= LONG_TASK).length;
  const shift = Math.max(0, ...(hostCost.parley ?? []).map((one) => one?.cls ?? 0));
  return [
    ...bytes,
    {
      what: 'before the click: one request, nothing kept',
      measured: `${before.traffic.requests} and ${kept}`,
      holds: before.traffic.requests === 1 && before.sockets === 0 && kept === 0,
      ofBytes: false,
    },
    // A machine that is busy with something else may hold one load up; what is long by itself is long in most.
    {
      what: 'long tasks of the loader: none in most loads',
      measured: `${long} of ${traces.length} loads`,
      holds: long * 2 < traces.length,
      ofBytes: false,
    },
    { what: 'layout shift with the launcher on the page: 0', measured: `${shift}`, holds: shift === 0, ofBytes: false },
  ];
}
