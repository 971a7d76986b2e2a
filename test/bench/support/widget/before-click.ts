import { recordFootprint } from '../../../support/record.ts';
import { FULL_SPEED, type Lab } from './lab.ts';
import { type Traffic, trafficOf } from './network-log.ts';

/** What a chat does to a visitor who does nothing: the page is loaded and left alone. */
export interface BeforeClick {
  /** Of all that the snippet caused: what does not come from the shop itself. */
  traffic: Traffic;
  /** Sockets that were tried. */
  sockets: number;
  /** Names of what was asked beyond this machine; nothing was let through. */
  otherHosts: string[];
  cookies: string[];
  storage: string[];
  /** Databases, caches and service workers. */
  more: string[];
  /** Nothing was asked for any more when the watching ended. */
  cameToRest: boolean;
}

export async function beforeClick(lab: Lab, url: string, shopOrigin: string): Promise<BeforeClick> {
  const visit = await lab.visit(FULL_SPEED);
  const record = await recordFootprint(lab.debugUrl, visit.context);
  try {
    await visit.page.goto(url);
    const cameToRest = await visit.settle();
    const { cookies, storage, databases, caches, serviceWorkers } = await record.kept();
    const ours = visit.log.fetched.filter((one) => !one.url.startsWith(shopOrigin));
    const names = [...ours, ...visit.log.sockets].map((one) => new URL(one.url).hostname);
    return {
      traffic: trafficOf(ours),
      sockets: visit.log.sockets.length,
      otherHosts: [...new Set(names)].filter((name) => !/(^|\.)localhost$|^127\./.test(name)).sort(),
      cookies,
      // Ports are of this run.
      storage: storage.map((item) => item.replace(/:\d+$/, '')),
      more: [...databases, ...caches, ...serviceWorkers],
      cameToRest,
    };
  } finally {
    record.close();
    await visit.close();
  }
}
