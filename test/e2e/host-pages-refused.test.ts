import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OPEN_TIMEOUT } from '../../shared/limits.ts';
import { openStage, type Stage, said, type VisitorPage, visitorOn } from '../support/stage.ts';
import { buildGate, type Gate } from './support/gate.ts';

let gate: Gate;
let stage: Stage;

beforeAll(async () => {
  gate = await buildGate();
  stage = await openStage({ env: { PARLEY_PUBLIC_URL: gate.origin } });
  gate.leadTo(stage.relay.port);
});
beforeEach(() => gate.open());
afterEach(() => stage.clear());
afterAll(async () => {
  await stage?.close();
  await gate?.shut();
});

/** Does something, and fails unless the words with their button stand there within eight seconds. */
async function expectWords(page: Page, act: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await act();
  const card = page.getByRole('alert').filter({ hasText: said.loader('loader.unreachable') });
  await card.getByRole('button', { name: said.loader('loader.retry') }).waitFor();
  expect(performance.now() - began).toBeLessThan(OPEN_TIMEOUT);
  expect(await page.locator('parley-chat section').count()).toBe(0);
}

const retry = (page: Page): Promise<void> => page.getByRole('button', { name: said.loader('loader.retry') }).click();

/** Everything on the page can be used, as if there were no chat. */
async function expectUsable(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.querySelector('#own')?.addEventListener('click', () => document.body.setAttribute('data-pressed', ''));
  });
  await page.locator('#own').click();
  await page.locator('body[data-pressed]').waitFor({ timeout: 2000 });
  await page.locator('#field').fill('of the page');
  expect(await page.locator('#field').inputValue()).toBe('of the page');
  const state = await page.evaluate(() => {
    const launcher = document.querySelector('parley-chat')?.shadowRoot?.querySelector('button')?.getBoundingClientRect();
    const covered: string[] = [];
    for (let x = 5; x < innerWidth; x += 40) {
      for (let y = 5; y < innerHeight; y += 40) {
        const ours = document.elementFromPoint(x, y)?.localName === 'parley-chat';
        const onLauncher = launcher && x >= launcher.left && x <= launcher.right && y >= launcher.top && y <= launcher.bottom;
        if (ours && !onLauncher) covered.push(`${x},${y}`);
      }
    }
    const { documentElement: root, body } = document;
    return {
      covered,
      inert: body.inert || root.inert,
      root: root.getAttribute('style') ?? '',
      body: body.getAttribute('style') ?? '',
      overflow: getComputedStyle(root).overflowY,
    };
  });
  expect(state).toEqual({ covered: [], inert: false, root: '', body: '', overflow: 'visible' });
  const scroll = await page.evaluate(() => {
    document.body.style.minHeight = '3000px';
    scrollTo(0, 400);
    const { scrollY } = window;
    document.body.style.minHeight = '';
    return scrollY;
  });
  expect(scroll).toBe(400);
  await page.locator('#next').click();
  await page.getByRole('heading', { name: / \/next$/ }).waitFor();
}

describe('a chat that cannot be had', () => {
  let stranger: Server;
  let strange: string;

  beforeAll(async () => {
    stranger = createServer((_req, res) => {
      res.setHeader('content-type', 'text/html');
      res.end(
        `<!doctype html><title>A stranger</title><script async src="${gate.origin}/s/demo.js"></script><h1>A stranger</h1>`,
      );
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    strange = `http://stranger.localhost:${(stranger.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    stranger?.closeAllConnections();
    stranger?.close();
  });

  it('an origin that is not allowed: the browser refuses the frame, the visitor reads words within 8 s [PR-14]', async () => {
    const { page } = await stage.visitor('bare');
    const told: string[] = [];
    page.on('console', (message) => told.push(message.text()));
    await page.goto(strange);
    await expectWords(page, () => visitorOn(page).launcher.click());
    expect(told.join('\n')).toContain('frame-ancestors');
    expect(page.frames()).toHaveLength(1);
  });

  it('a relay that stopped before the click: words at once; when it is back, Retry works [PR-14]', async () => {
    const visitor = await stage.visitor('plain');
    await visitor.launcher.waitFor();
    await gate.shut();
    await expectWords(visitor.page, () => visitor.launcher.click());
    await expectWords(visitor.page, () => retry(visitor.page));
    await gate.open();
    await retry(visitor.page);
    await visitor.fillIn('Do you have The Tide Almanac?');
    await visitor.pressStart();
    await visitor.bubbles.filter({ hasText: 'Do you have The Tide Almanac?' }).waitFor();
  });

  it('a relay that takes the connection and never answers: words within 8 s; then Retry works [PR-14]', async () => {
    const visitor = await stage.visitor('plain');
    await visitor.launcher.waitFor();
    gate.fallSilent();
    await expectWords(visitor.page, () => visitor.launcher.click());
    await gate.open();
    await retry(visitor.page);
    await visitor.chat.locator('#question').waitFor();
    expect(await visitor.page.locator('parley-chat iframe').count()).toBe(1);
  });

  it('a relay that stops before Start: words, what was typed stays, Retry starts [PR-14, PR-21]', async () => {
    const visitor = await stage.visitor('plain');
    await visitor.open();
    await visitor.fillIn('Do you have The Tide Almanac?');
    await gate.shut();
    await visitor.pressStart();
    const sum = visitor.chat.getByRole('alert').filter({ hasText: said.frame('failed') });
    await sum.waitFor();
    expect(await visitor.chat.locator('#question').inputValue()).toBe('Do you have The Tide Almanac?');
    await gate.open();
    await sum.getByRole('button', { name: said.frame('retry') }).click();
    await visitor.bubbles.filter({ hasText: 'Do you have The Tide Almanac?' }).waitFor();
  });
});

describe('a relay that falls silent after the form was drawn', () => {
  it.each([
    ['before the code of the chat came', async (_visitor: VisitorPage) => gate.fallSilent()],
    [
      'when that had come',
      async (visitor: VisitorPage) => {
        await visitor.context.route('**/w/assets/chat-*.js', async (route) => {
          const response = await route.fetch();
          gate.fallSilent();
          await route.fulfill({ response });
        });
      },
    ],
  ])('%s: words within 8 s of Start, what was typed stays, Retry starts [PR-14, PR-21]', async (_when, fallSilent) => {
    const visitor = await stage.visitor('plain');
    await visitor.open();
    await visitor.fillIn('Do you have The Tide Almanac?');
    await fallSilent(visitor);
    const began = performance.now();
    await visitor.pressStart();
    const sum = visitor.chat.getByRole('alert').filter({ hasText: said.frame('failed') });
    await sum.waitFor();
    expect(performance.now() - began).toBeLessThan(OPEN_TIMEOUT);
    expect(await visitor.chat.locator('#question').inputValue()).toBe('Do you have The Tide Almanac?');
    await visitor.context.unroute('**/w/assets/chat-*.js');
    await gate.open();
    await sum.getByRole('button', { name: said.frame('retry') }).click();
    await visitor.bubbles.filter({ hasText: 'Do you have The Tide Almanac?' }).waitFor();
  });
});

describe('the page behind', () => {
  it('is as usable as ever with the chat unopened, and with it closed again [PR-14]', async () => {
    const first = await stage.visitor('plain');
    await first.launcher.waitFor();
    await expectUsable(first.page);
    const visitor = await stage.visitor('plain');
    await visitor.open();
    await visitor.chat.getByRole('button', { name: said.frame('close') }).click();
    await visitor.page.locator('parley-chat section').waitFor({ state: 'hidden' });
    await expectUsable(visitor.page);
  });

  it('is as usable as ever beside an open chat, and after the cookie was refused [PR-14]', async () => {
    const visitor = await stage.visitor('plain');
    await visitor.begin('Do you have The Tide Almanac?');
    await visitor.page.locator('#own').click();
    await visitor.page.locator('#field').fill('beside the chat');
    expect(await visitor.page.evaluate(() => document.body.inert)).toBe(false);
    await visitor.answerCookie('refuse');
    await visitor.chat.getByRole('button', { name: said.frame('close') }).click();
    await visitor.page.locator('parley-chat section').waitFor({ state: 'hidden' });
    await expectUsable(visitor.page);
  });

  it('is as usable as ever when the relay is gone [PR-14]', async () => {
    const visitor = await stage.visitor('plain');
    await visitor.launcher.waitFor();
    await gate.shut();
    await visitor.launcher.click();
    await visitor.page.getByRole('alert').waitFor();
    await visitor.page.locator('#own').click();
    await visitor.page.locator('#next').click();
    await visitor.page.getByRole('heading', { name: 'plain /next' }).waitFor();
    const without = await stage.visitor('plain');
    await expectUsable(without.page);
    expect(await without.page.locator('parley-chat').count()).toBe(0);
  });
});
