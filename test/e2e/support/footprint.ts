import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { HostKind } from '../../support/host-pages.ts';
import { type FootprintRecord, recordFootprint } from '../../support/record.ts';
import { type Stage, type VisitorPage, visitorOn } from '../../support/stage.ts';
import { waitFor } from '../../support/wait-for.ts';
import { plantSpies, spiedOn } from './spies.ts';
import { tapWire, type Wire } from './wire.ts';

/** One state's list: what happened since the state before it, and what the browser keeps now. Absent means none. */
export interface Footprint {
  requests?: string[];
  sockets?: string[];
  setCookies?: string[];
  cookies?: string[];
  storage?: string[];
}

/** One visitor with a browser of their own, watched from before the first page. */
export interface Watched {
  context: BrowserContext;
  page: Page;
  widget: VisitorPage;
  wire: Wire;
  /** Fails unless the record since the last call is exactly this list. */
  expectFootprint(expected: Footprint): Promise<void>;
  close(): Promise<void>;
}

/** One address as the lists write it: who is asked, and hashed names without their hash. */
function plain(url: string, { hosts, relay }: Stage, kind: HostKind): string {
  return url
    .replace(relay.origin.replace('http', 'ws'), 'relay:')
    .replace(relay.origin, 'relay:')
    .replace(hosts.url(kind, ''), 'host:')
    .replace(/-[\w-]{6,8}\.(js|css|wav)$/, '-*.$1');
}

function plainCookie(header: string): string {
  return header.replace(/=[\w-]{43};/, '=<token>;').replace(/Expires=[^;]+/, 'Expires=<time>');
}

export async function watchVisitor(stage: Stage, kind: HostKind = 'plain'): Promise<Watched> {
  const context = await stage.browser.context();
  context.setDefaultTimeout(10_000);
  await plantSpies(context);
  const wire = tapWire(context);
  const page = await context.newPage();
  const record = await recordFootprint(stage.browser.debugUrl, context);
  return {
    context,
    page,
    widget: visitorOn(page),
    wire,
    expectFootprint: (expected) => compare(record, page, (url) => plain(url, stage, kind), expected),
    async close() {
      record.close();
      await context.close();
    },
  };
}

async function compare(record: FootprintRecord, page: Page, name: (url: string) => string, expected: Footprint): Promise<void> {
  const { requests = [], sockets = [], setCookies = [], cookies = [], storage = [] } = expected;
  const wanted = [requests.length, sockets.length, setCookies.length];
  const { seen } = record;
  // The record has a connection of its own: what was done may reach it a moment later. What comes later still is found
  // in the list of the next state.
  await waitFor(
    () => [seen.requests.length, seen.sockets.length, seen.setCookies.length].every((count, at) => count >= (wanted[at] ?? 0)),
    'the record to have what the state has at least',
  ).catch(() => null);
  const same = async (): Promise<boolean> => {
    const kept = await record.kept();
    return kept.cookies.length === cookies.length && kept.storage.length === storage.length;
  };
  await waitFor(same, 'the browser to keep as much as the state keeps', { timeoutMs: 3000 }).catch(() => null);
  const kept = await record.kept();
  const taken = record.take();
  const { calls, violations, names } = await spiedOn(page);
  expect({
    requests: taken.requests.map(({ method, url }) => `${method} ${name(url)}`).sort(),
    sockets: taken.sockets.map(name),
    setCookies: taken.setCookies.map(plainCookie),
    kept: { ...kept, storage: kept.storage.map(name) },
    calls,
    violations,
    names,
  }).toEqual({
    requests: [...requests].sort(),
    sockets,
    setCookies,
    kept: { cookies, storage, databases: [], caches: [], serviceWorkers: [] },
    calls: [],
    violations: [],
    names: [],
  });
}
