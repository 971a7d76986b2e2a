import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { copyTree, type TreeCopy } from '../support/tree-copy.ts';
import { waitFor } from '../support/wait-for.ts';

/** `npm run dev` in a copy of the sources: what is saved there is soon what the open pages show. */
let tree: TreeCopy;
let browser: TestBrowser;
let dev: ChildProcess;
let said = '';
let origin = '';
let shop = '';

/** Two builds and a start, on a machine that others use too. */
const PATIENCE = { timeoutMs: 60_000 };

beforeAll(async () => {
  tree = copyTree();
  browser = await launchBrowser();
  const env = { PATH: process.env.PATH, HOME: tree.folder, PORT: '0' };
  dev = spawn(process.execPath, ['scripts/dev.mjs'], {
    cwd: tree.folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  for (const stream of [dev.stdout, dev.stderr])
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  origin = await waitFor(() => /(http:\/\/localhost:\d+)\/console\//.exec(said)?.[1], 'the console’s address', PATIENCE);
  shop = /http:\/\/127\.0\.0\.1:\d+\/demo/.exec(said)?.[0] ?? '';
}, 120_000);
afterAll(async () => {
  await browser?.close();
  if (dev?.exitCode === null) {
    const ended = new Promise((resolve) => dev.on('exit', resolve));
    dev.kill('SIGTERM');
    await ended;
  }
  tree?.remove();
});

function edit(file: string, from: string, to: string): void {
  const path = join(tree.folder, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(path, text.replace(from, to));
}

async function open(address: string): Promise<Page> {
  const page = await (await browser.context()).newPage();
  await page.goto(address);
  await mark(page);
  return page;
}
/** A page that loads itself again forgets this. */
const mark = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Object.assign(window, { stillHere: true });
  });
const reloaded = (page: Page, what: string): Promise<true> =>
  waitFor(async () => !(await page.evaluate(() => 'stillHere' in window)), `${what} to load itself again`, PATIENCE);
async function close(...pages: Page[]): Promise<void> {
  for (const page of pages) await page.context().close();
}

describe('npm run dev', () => {
  it('shows an edit of the console in the open console, and leaves the shop alone', async () => {
    const [console, demo] = [await open(`${origin}/console/`), await open(shop)];
    await console.locator('.gate-card').waitFor();
    edit('console/pages/Gate.tsx', 'class="gate con"', 'class="gate con edited-console"');
    await console.locator('.edited-console').waitFor({ timeout: PATIENCE.timeoutMs });
    expect(await demo.evaluate(() => 'stillHere' in window)).toBe(true);
    await close(console, demo);
  }, 120_000);

  it('shows an edit of the widget on the shop’s page and in a frame by itself', async () => {
    const [demo, frame] = [await open(shop), await open(`${origin}/frame/demo`)];
    await demo.locator('parley-chat button.l').click();
    await demo.frameLocator('parley-chat iframe').locator('.pw').waitFor();
    edit('widget/notice/App.tsx', 'class="pw"', 'class="pw edited-widget"');
    await reloaded(demo, 'the shop');
    await reloaded(frame, 'the frame');
    await demo.locator('parley-chat button.l').click();
    await demo.frameLocator('parley-chat iframe').locator('.pw.edited-widget').waitFor();
    await close(demo, frame);
  }, 120_000);

  it('shows an edit of the shop on its page', async () => {
    const demo = await open(shop);
    edit('server/demo/public/index.html', '</title>', ', edited</title>');
    await waitFor(async () => (await demo.title()).endsWith(', edited'), 'the new title', PATIENCE);
    await close(demo);
  }, 120_000);

  it('starts the relay again for its own sources, on the same port, and takes up what both sides share', async () => {
    edit('server/http.ts', "send('ok')", "send('ok, edited')");
    await waitFor(async () => (await (await fetch(`${origin}/healthz`)).text()) === 'ok, edited', 'the relay', PATIENCE);
    const console = await open(`${origin}/console/`);
    edit('shared/i18n/console.en.ts', 'For the people who answer.', 'For the people who edit.');
    await console.getByText('For the people who edit.').waitFor({ timeout: PATIENCE.timeoutMs });
    await close(console);
  }, 120_000);
});
