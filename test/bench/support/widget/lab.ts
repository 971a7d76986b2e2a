import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { launchBrowser } from '../../../support/browser.ts';
import { type Cdp, openCdp } from '../../../support/cdp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { createNetworkLog, type NetworkLog } from './network-log.ts';
import { OBSERVERS } from './vitals.ts';

/** How slow a visit is made. */
export interface Profile {
  name: string;
  /** The main thread runs this many times slower. */
  cpu: number;
  /** Every request waits `latencyMs` for its answer; bytes come and go at so many a second. */
  link: { latencyMs: number; down: number; up: number } | null;
}

export const FULL_SPEED: Profile = { name: 'full speed', cpu: 1, link: null };
/** Lighthouse's profile of a phone: 150 ms round trip, 1.6 Mbit/s down, 750 kbit/s up. */
export const SLOW_PHONE: Profile = {
  name: 'slow 4G, CPU 4 × slower',
  cpu: 4,
  link: { latencyMs: 150, down: 1_600_000 / 8, up: 750_000 / 8 },
};

/** A browser that was never here, watched from before its first request. */
export interface Visit {
  context: BrowserContext;
  page: Page;
  log: NetworkLog;
  /** Waits until nothing is asked for and no long task runs any more: true; false when that took too long. */
  settle(): Promise<boolean>;
  close(): Promise<void>;
}

export interface Lab {
  debugUrl: string;
  /** Chromium's name and version. */
  version: string;
  visit(profile: Profile): Promise<Visit>;
  close(): Promise<void>;
}

const QUIET = 1000;
const LONGEST_WAIT = 15_000;
const PATIENCE = 30_000;

/** One Chromium that reaches this machine and nothing else. */
export async function openLab(): Promise<Lab> {
  const browser = await launchBrowser({ loopbackOnly: true });
  const cdp = await openCdp(browser.debugUrl);
  const { product } = await cdp.send('Browser.getVersion');
  return {
    debugUrl: browser.debugUrl,
    version: String(product).replace('Chrome/', 'Chromium '),
    async visit(profile) {
      const context = await browser.context();
      context.setDefaultTimeout(PATIENCE);
      await context.addInitScript({ content: OBSERVERS });
      const page = await context.newPage();
      // Before it is slowed down: the slowing itself never rests.
      await waitUntilIdle(cdp);
      const log = createNetworkLog();
      const watch = await watchTargets(browser.debugUrl, await contextIdOf(context, page), profile, log);
      return {
        context,
        page,
        log,
        settle: () => settle(page, log),
        async close() {
          watch.close();
          await context.close();
        },
      };
    },
    async close() {
      cdp.close();
      await browser.close();
    },
  };
}

/**
 * Slows down and listens to every target of a context before it runs its first line. Emulation is per target, and a
 * cross-site frame is a target of its own: what is set on the page does not reach it.
 */
async function watchTargets(debugUrl: string, contextId: string, profile: Profile, log: NetworkLog): Promise<Cdp> {
  const cdp = await openCdp(debugUrl);
  const targets = new Map<string, string>();
  let attached = 0;
  let ready = 0;
  const autoAttach = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };

  async function prepare(session: string, type: string): Promise<void> {
    const tell = (method: string, params = {}): Promise<unknown> => cdp.send(method, params, session);
    const { cpu, link } = profile;
    const told = [tell('Network.enable'), tell('Target.setAutoAttach', autoAttach)];
    if (cpu !== 1 && type !== 'worker') told.push(tell('Emulation.setCPUThrottlingRate', { rate: cpu }));
    if (link) {
      const { latencyMs: latency, down: downloadThroughput, up: uploadThroughput } = link;
      told.push(tell('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput, uploadThroughput }));
    }
    await Promise.all(told);
    ready += 1;
  }

  cdp.listen((method, params, session) => {
    if (method === 'Target.attachedToTarget') {
      const { type, browserContextId } = params.targetInfo as { type: string; browserContextId?: string };
      const child = String(params.sessionId);
      const release = (): unknown => cdp.send('Runtime.runIfWaitingForDebugger', {}, child).catch(() => null);
      // Chromium's own furniture is a target in the same context, and no part of the visit.
      if (browserContextId !== contextId || !['page', 'iframe', 'worker'].includes(type)) {
        release();
        return;
      }
      attached += 1;
      targets.set(child, type === 'iframe' ? 'frame' : type);
      // A target that went away meanwhile can neither be told nor released.
      prepare(child, type).then(release, () => null);
      return;
    }
    const target = session === undefined ? undefined : targets.get(session);
    if (target !== undefined) log.hear(method, params, target);
  });
  await cdp.send('Target.setAutoAttach', autoAttach);
  await waitFor(() => attached > 0 && ready === attached, 'the page to be watched');
  return cdp;
}

async function settle(page: Page, log: NetworkLog): Promise<boolean> {
  const giveUpAt = performance.now() + LONGEST_WAIT;
  while (performance.now() < giveUpAt) {
    await page.waitForTimeout(QUIET / 5);
    if (log.quietFor() < QUIET) continue;
    const sinceLastTask = await page.evaluate<number>('performance.now() - (__bench.tasks.at(-1)?.[2] ?? 0)');
    if (sinceLastTask > QUIET) return true;
  }
  return false;
}

/** A new window brings furniture that runs scripts of its own: waits until Chromium's processes use next to nothing. */
async function waitUntilIdle(cdp: Cdp): Promise<void> {
  let before = await cpuSeconds(cdp);
  let at = performance.now();
  const idle = async (): Promise<boolean> => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    const [used, now] = [await cpuSeconds(cdp), performance.now()];
    const share = ((used - before) * 1000) / (now - at);
    [before, at] = [used, now];
    return share < 0.08;
  };
  // What ran before may have been closed and taken its time with it: then the share is negative, and counts as idle.
  await waitFor(idle, 'Chromium to be idle', { timeoutMs: 10_000 }).catch(() => null);
}

async function cpuSeconds(cdp: Cdp): Promise<number> {
  const { processInfo } = (await cdp.send('SystemInfo.getProcessInfo')) as unknown as { processInfo: { cpuTime: number }[] };
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

async function contextIdOf(context: BrowserContext, page: Page): Promise<string> {
  const session: CDPSession = await context.newCDPSession(page);
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.detach();
  if (targetInfo.browserContextId === undefined) throw new Error('Chromium does not say which context this is');
  return targetInfo.browserContextId;
}
