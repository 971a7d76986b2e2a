import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostKind } from '../support/host-pages.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { watchVisitor } from './support/footprint.ts';
import { buildGate, type Gate } from './support/gate.ts';
import { plantSpies, spiedOn } from './support/spies.ts';

let gate: Gate;
let stage: Stage;

beforeAll(async () => {
  gate = await buildGate();
  stage = await openStage({ env: { PARLEY_PUBLIC_URL: gate.origin } });
  gate.leadTo(stage.relay.port);
});
afterAll(async () => {
  await stage?.close();
  await gate?.shut();
});

const ready = (page: Page): Promise<void> => page.locator('parley-chat button.l').waitFor();

describe('what the loader does to a page', () => {
  it('one element comes into the page, and one connection is made, no hint asks for more [PR-26]', async () => {
    const added = async (kind: HostKind): Promise<string[]> => {
      const visitor = await watchVisitor(stage, kind);
      await visitor.page.goto(stage.hosts.url(kind));
      if (kind !== 'bare') await ready(visitor.page);
      const spied = await spiedOn(visitor.page);
      await visitor.expectFootprint({ requests: kind === 'bare' ? ['GET host:/'] : ['GET host:/', 'GET relay:/s/demo.js'] });
      await visitor.close();
      return spied.added;
    };
    const bare = await added('bare');
    expect(gate.connections).toBe(0);
    expect((await added('plain')).sort()).toEqual([...bare, 'script', 'parley-chat'].sort());
    expect(gate.connections).toBe(1);
  });

  it('nothing moves, and no task of its own is long', async () => {
    const context = await stage.browser.context();
    await context.addInitScript({ content: OBSERVE });
    const page = await context.newPage();
    const loads: { shift: number; longest: number }[] = [];
    for (let at = 0; at < 5; at += 1) {
      await page.goto(stage.hosts.url('long', `/page-${at}`));
      await ready(page);
      await page.mouse.wheel(0, 900);
      loads.push(await page.evaluate(observed, gate.origin));
    }
    expect(loads.map(({ shift }) => shift)).toEqual([0, 0, 0, 0, 0]);
    // A machine that is busy with something else may hold one load up; what is long by itself is long each time.
    expect(Math.min(...loads.map(({ longest }) => longest))).toBeLessThan(50);
    await context.close();
  });

  it('two fresh browsers get the same bytes and headers, and send nothing of their own [PR-27]', async () => {
    const first = await answers({ locale: 'en-IE', userAgent: 'One/1.0' });
    const second = await answers({ locale: 'fr-FR', userAgent: 'Other/2.0', timezoneId: 'Asia/Tokyo' });
    expect([...first.keys()]).toEqual([
      '/s/demo.js',
      expect.stringContaining('/w/assets/host-'),
      '/frame/demo',
      expect.stringMatching(/^\/w\/assets\/notice-/),
    ]);
    expect(second).toEqual(first);
    for (const [, { headers, asked }] of first) {
      expect(headers.map(({ name }) => name.toLowerCase())).not.toContain('set-cookie');
      expect(Object.keys(asked).filter((name) => /cookie|if-none|if-modified|authorization/.test(name))).toEqual([]);
    }
  });
});

interface Answered {
  body: string;
  headers: { name: string; value: string }[];
  asked: Record<string, string>;
}

/** What a browser that was never here gets from the relay until the form is there, in the order of the alphabet. */
async function answers(
  options: Parameters<Stage['browser']['context']>[0] & { userAgent: string },
): Promise<Map<string, Answered>> {
  const context = await stage.browser.context(options);
  await plantSpies(context);
  const page = await context.newPage();
  const found = new Map<string, Answered>();
  const reading: Promise<void>[] = [];
  page.on('response', (response) => {
    const url = new URL(response.url());
    if (url.origin !== gate.origin) return;
    const read = async (): Promise<void> => {
      const headers = await response.headersArray();
      const asked = await response.request().allHeaders();
      const own = headers.filter(({ name }) => !/^(date|x-request-id)$/i.test(name));
      found.set(url.pathname, { body: await response.text(), headers: own, asked: withoutItself(asked, options.userAgent) });
    };
    reading.push(read());
  });
  await page.goto(stage.hosts.url('plain', '/books'));
  await page.locator('parley-chat button.l').click();
  await page.frameLocator('parley-chat iframe').locator('#question').waitFor();
  await Promise.all(reading);
  expect((await spiedOn(page)).violations).toEqual([]);
  await context.close();
  const order = ['/s/', '/w/assets/host', '/frame/', '/w/assets/notice'];
  const rank = (path: string): number => order.findIndex((start) => path.startsWith(start));
  return new Map([...found].sort(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other)));
}

/** The request's headers but for those by which the two browsers were made to differ. */
function withoutItself(asked: Record<string, string>, userAgent: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asked).filter(([name, value]) => value !== userAgent && !/^(accept-language|sec-ch-ua)/.test(name)),
  );
}

const OBSERVE = `
globalThis.__observed = { shifts: [], frames: [] };
new PerformanceObserver((list) => __observed.shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => __observed.frames.push(...list.getEntries())).observe({ type: 'long-animation-frame', buffered: true });`;

interface Observed {
  __observed: {
    shifts: { value: number }[];
    frames: { scripts: { sourceURL: string; duration: number }[] }[];
  };
}

/** In the page: how much moved, and the longest task that runs a script of this origin; two frames later, so that all is told. */
async function observed(origin: string): Promise<{ shift: number; longest: number }> {
  for (let at = 0; at < 2; at += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  const { shifts, frames } = (globalThis as unknown as Observed).__observed;
  const ours = frames.flatMap(({ scripts }) => scripts).filter(({ sourceURL }) => sourceURL.startsWith(origin));
  return {
    shift: shifts.reduce((sum, { value }) => sum + value, 0),
    longest: Math.max(0, ...ours.map(({ duration }) => duration)),
  };
}
