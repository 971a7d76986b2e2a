import type { Page } from 'playwright-core';

/**
 * Runs in every document of a visit before its own first line. Times in `marks` and `clicked` are of the epoch, so that
 * a page and its cross-site frame, which are different processes, tell the same time.
 */
export const OBSERVERS = `
(() => {
  const bench = { tasks: [], shifts: [], fcp: 0, lcp: 0, clicked: 0, marks: {} };
  Object.defineProperty(globalThis, '__bench', { value: bench });
  const observe = (type, each) => {
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) each(entry); }).observe({ type, buffered: true });
  };
  observe('longtask', (entry) => bench.tasks.push([entry.startTime, entry.duration, entry.startTime + entry.duration]));
  observe('layout-shift', (entry) => { if (!entry.hadRecentInput) bench.shifts.push([entry.startTime, entry.value]); });
  observe('paint', (entry) => { if (entry.name === 'first-contentful-paint') bench.fcp = entry.startTime; });
  observe('largest-contentful-paint', (entry) => { bench.lcp = entry.startTime; });
  addEventListener('click', (event) => { bench.clicked = performance.timeOrigin + event.timeStamp; }, true);
  if (window === top) return;
  // In view by the viewport of the top page, in a rendered frame, and not disabled.
  const markWhenUsable = (name, selector) => {
    const look = () => {
      const element = document.querySelector(selector);
      if (!element) return false;
      const seen = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting) || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return;
        if (element.matches(':disabled')) return;
        seen.disconnect();
        bench.marks[name] = performance.timeOrigin + performance.now();
      });
      seen.observe(element);
      return true;
    };
    if (look()) return;
    const changes = new MutationObserver(() => { if (look()) changes.disconnect(); });
    changes.observe(document, { childList: true, subtree: true });
  };
  markWhenUsable('form', '#question');
  markWhenUsable('chat', '.pen-text');
})();`;

/** What the observers hold of one document. */
export interface Observed {
  /** Start, duration, end. */
  tasks: [number, number, number][];
  shifts: [number, number][];
  fcp: number;
  lcp: number;
  clicked: number;
  marks: { form?: number; chat?: number };
}

export interface Vitals {
  lcp: number;
  cls: number;
  /** What long tasks take beyond 50 ms each, from the first paint to the end of the visit. */
  tbt: number;
  longTasks: number;
  /** The same of cross-site frames, which block their own thread and not the page's. */
  frameTbt: number;
}

/** A frame that is gone while it is asked has nothing to tell. */
export async function observedIn(page: Page): Promise<{ page: Observed; frames: Observed[] }> {
  const read = '__bench';
  const others = page.frames().filter((frame) => frame !== page.mainFrame());
  const frames = await Promise.all(others.map((frame) => frame.evaluate<Observed>(read).catch(() => null)));
  return { page: await page.evaluate<Observed>(read), frames: frames.filter((one) => one !== null) };
}

export async function vitalsOf(page: Page): Promise<Vitals> {
  const { page: own, frames } = await observedIn(page);
  return {
    lcp: own.lcp,
    cls: layoutShift(own.shifts),
    tbt: blocked(own),
    longTasks: own.tasks.length,
    frameTbt: frames.reduce((sum, one) => sum + blocked(one), 0),
  };
}

function blocked({ tasks, fcp }: Observed): number {
  return tasks.reduce((sum, [start, duration]) => (start < fcp ? sum : sum + Math.max(0, duration - 50)), 0);
}

/** CLS as it is defined: the worst window of shifts that are less than 1 s apart, at most 5 s long. */
export function layoutShift(shifts: [number, number][]): number {
  let worst = 0;
  let sum = 0;
  let first = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const [at, value] of shifts) {
    if (at - last >= 1000 || at - first >= 5000) {
      sum = 0;
      first = at;
    }
    last = at;
    sum += value;
    worst = Math.max(worst, sum);
  }
  return worst;
}
