import { openCdp } from '../../../support/cdp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import type { Lab, Profile } from './lab.ts';

/**
 * What the loader's script itself took of the page's main thread, by Chromium's trace. It is the thread's own time, in
 * ms, with the slowdown in it: what else the machine did meanwhile does not count.
 */
export interface LoaderTime {
  /** Compiling and running; what is nested is counted once. */
  script: number;
  /** The longest task in which any of it ran, with whatever else ran in that task. */
  longestTask: number;
}

export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds: of the clock, and of the thread. */
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { data?: { url?: string }; fileName?: string };
}

const CATEGORIES = 'disabled-by-default-devtools.timeline,devtools.timeline,v8';

export async function traceLoader(lab: Lab, url: string, loader: string, profile: Profile): Promise<LoaderTime> {
  const visit = await lab.visit(profile);
  const cdp = await openCdp(lab.debugUrl);
  const events: TraceEvent[] = [];
  let complete = false;
  cdp.listen((method, params) => {
    if (method === 'Tracing.dataCollected') events.push(...(params.value as TraceEvent[]));
    if (method === 'Tracing.tracingComplete') complete = true;
  });
  try {
    await cdp.send('Tracing.start', { transferMode: 'ReportEvents', categories: CATEGORIES });
    await visit.page.goto(url);
    await visit.settle();
    await cdp.send('Tracing.end');
    await waitFor(() => complete, 'the trace', { timeoutMs: 30_000 });
    return timeOf(events, loader);
  } finally {
    cdp.close();
    await visit.close();
  }
}

export function timeOf(events: TraceEvent[], loader: string): LoaderTime {
  const whole = events.filter(({ ph, dur }) => ph === 'X' && dur !== undefined);
  const evaluated = whole.find(({ name, args }) => name === 'EvaluateScript' && args?.data?.url === loader);
  if (!evaluated) throw new Error(`the trace does not know ${loader}`);
  // Parsing in the background holds nobody up.
  const thread = whole.filter(({ pid, tid }) => pid === evaluated.pid && tid === evaluated.tid);
  const own = thread.filter(({ args }) => args?.data?.url === loader || args?.fileName === loader);
  const outer = own.filter((event) => !own.some((other) => other !== event && holds(other, event)));
  const around = thread.filter((task) => task.name === 'RunTask' && own.some((event) => holds(task, event)));
  if (around.length === 0) throw new Error('the trace has no tasks');
  const ms = (list: TraceEvent[]): number[] => list.map(({ dur = 0, tdur = dur }) => tdur / 1000);
  return { script: ms(outer).reduce((sum, one) => sum + one, 0), longestTask: Math.max(...ms(around)) };
}

function holds(outer: TraceEvent, inner: TraceEvent): boolean {
  return outer.ts <= inner.ts && outer.ts + (outer.dur ?? 0) >= inner.ts + (inner.dur ?? 0);
}
