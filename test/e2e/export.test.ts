import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ReceiptLink } from '../../shared/api.ts';
import { visitorExport } from '../../shared/export.ts';
import { exportWords } from '../../shared/i18n/export.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { newId } from '../../shared/ids.ts';
import { unzip } from '../support/archive.ts';
import { violations } from '../support/axe.ts';
import { PHONE } from '../support/browser.ts';
import { post } from '../support/http.ts';
import { openStage, type Stage, said } from '../support/stage.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const HARMFUL = '<img src=x onerror="alert(1)"></p><script>alert(2)</script> & “the rest”';

describe('everything, from the page of a receipt', () => {
  let stage: Stage;
  const folder = mkdtempSync(join(tmpdir(), 'parley-archive-'));

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The receipt's page on a device that never chatted. */
  async function receiptPage(visitor: Pick<TestVisitor, 'session'>): Promise<Page> {
    const { token } = (await post<ReceiptLink>(stage.relay, '/api/receipts', { session: visitor.session })).body;
    const page = await (await stage.browser.context(PHONE)).newPage();
    await page.goto(`${stage.relay.origin}/receipt#${token}`);
    await page.getByRole('button', { name: said.receipt('download') }).waitFor();
    return page;
  }

  it('[PR-50] is downloaded on another device, opens there from the file alone, and reads as it was written', async () => {
    const message = { id: newId(), body: HARMFUL };
    const visitor = await startVisitor(stage.relay, { name: 'Nuala Ní Dhomhnaill', email: 'nuala@example.ie', message });
    const page = await receiptPage(visitor);
    try {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: said.receipt('download') }).tap(),
      ]);
      await page.getByText(said.receipt('downloaded')).waitFor();
      expect(await violations(page)).toEqual([]);
      expect(download.suggestedFilename()).toMatch(/^parley-\d{4}-\d\d-\d\d\.zip$/);
      for (const [name, body] of unzip(readFileSync(await download.path()))) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), body);
      }
      const data = visitorExport.parse(JSON.parse(readFileSync(join(folder, 'export.json'), 'utf8')));
      expect(data.conversations.map(({ messages }) => messages.map(({ text }) => text))).toEqual([[HARMFUL]]);

      const asked: string[] = [];
      const harm: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('dialog', (dialog) => {
        harm.push(dialog.message());
        void dialog.dismiss();
      });
      await page.goto(`file://${join(folder, 'index.html')}`);
      await page.getByRole('heading', { name: fill(exportWords.title, { site: 'Northwind Books' }) }).waitFor();
      expect(await page.locator('.said p.text').allTextContents()).toEqual([HARMFUL]);
      await page.getByText('Nuala Ní Dhomhnaill').waitFor();
      expect(await page.evaluate(() => [document.scripts.length, document.images.length])).toEqual([0, 0]);
      expect([harm, asked]).toEqual([[], [`file://${join(folder, 'index.html')}`]]);
      // Nothing is wider than the phone.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(await violations(page)).toEqual([]);
      await page.getByRole('link', { name: exportWords.asShown }).tap();
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(page.url()).toBe(`file://${join(folder, data.about[0]?.notice.file ?? '')}`);
      expect(await violations(page)).toEqual([]);
    } finally {
      await page.context().close();
    }
  });

  it('says that it is busy, asks once however often it is pressed, and says when nothing came', async () => {
    const page = await receiptPage(await startVisitor(stage.relay));
    try {
      let asked = 0;
      let fail = (): void => {};
      const held = new Promise<void>((resolve) => (fail = resolve));
      await page.route('**/api/receipts/export', async (route) => {
        asked++;
        await held;
        await route.abort();
      });
      await page.getByRole('button', { name: said.receipt('download') }).click();
      const busy = page.getByRole('button', { name: said.receipt('downloading') });
      await busy.waitFor();
      expect(await busy.getAttribute('aria-disabled')).toBe('true');
      // By hand: Playwright does not click what calls itself disabled.
      await busy.dispatchEvent('click');
      fail();
      await page.getByText(said.receipt('notDownloaded')).waitFor();
      expect(asked).toBe(1);
      expect(await violations(page)).toEqual([]);
      await page.unroute('**/api/receipts/export');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: said.receipt('download') }).click(),
      ]);
      await waitFor(async () => (await page.getByText(said.receipt('notDownloaded')).count()) === 0, 'the fault to go');
      expect(unzip(readFileSync(await download.path())).has('export.json')).toBe(true);
    } finally {
      await page.context().close();
    }
  });
});
