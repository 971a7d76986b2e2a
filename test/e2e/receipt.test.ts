import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publicKeys } from '../../server/ledger/signing.ts';
import { receiptFault } from '../../server/receipts/verify-receipt.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { violations } from '../support/axe.ts';
import { openStage, purposeWords, type Stage, said, type VisitorPage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('a receipt', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  /** From Privacy in the chat to the page in a tab of its own. */
  async function takeReceipt(visitor: VisitorPage): Promise<Page> {
    await visitor.chat.getByRole('button', { name: said.frame('privacy'), exact: true }).click();
    await visitor.chat.getByRole('button', { name: said.privacy('getReceipt'), exact: true }).click();
    const link = visitor.chat.getByRole('link', { name: said.privacy('openReceipt') });
    const [page] = await Promise.all([visitor.context.waitForEvent('page'), link.click()]);
    await page
      .getByRole('heading', { name: /^Receipt/ })
      .first()
      .waitFor();
    return page;
  }

  it('[PR-40] is taken under Privacy, read on a page of its own, saved as a file that holds, and fits on two sheets', async () => {
    const visitor = await stage.visitor();
    await visitor.begin('May I have this in writing?');
    const page = await takeReceipt(visitor);
    await page
      .getByText(purposeWords.answer?.label ?? '')
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: said.receipt('save') }).click(),
    ]);
    const file = JSON.parse(readFileSync(await download.path(), 'utf8'));
    expect(receiptFault(file, await publicKeys(stage.relay.ctx.store.read))).toBeNull();
    expect(file.withdrawal.url).toBe(page.url());
    const sheets = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
    expect(sheets.length).toBeGreaterThan(0);
    expect(sheets.length).toBeLessThanOrEqual(2);
  });

  it('[PR-48] withdraws in another browser that never chatted, and the chat and the agent see it', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('May I take this back from my phone?', { name: 'Nuala' });
    await visitor.answerCookie('accept');
    const cookies = async () => (await visitor.context.cookies(stage.relay.origin)).map(({ name }) => name);
    expect(await cookies()).toEqual([CHAT_COOKIE]);
    await agent.openTalk('Nuala');
    const address = (await takeReceipt(visitor)).url();
    const phone = await (await stage.browser.context({ viewport: { width: 360, height: 640 } })).newPage();
    try {
      await phone.goto(address);
      await phone.getByRole('button', { name: said.receipt('withdraw') }).click();
      await phone.getByRole('button', { name: said.receipt('withdrawSure') }).click();
      const pressed = Date.now();
      await phone.getByText(said.receipt('withdrawn')).waitFor();
      // The page that chats has neither cookie nor mark any more, within five seconds.
      await waitFor(async () => (await cookies()).length === 0, 'the cookie to go');
      expect(await visitor.page.evaluate(() => localStorage.length)).toBe(0);
      expect(Date.now() - pressed).toBeLessThan(5000);
      expect(await phone.getByRole('heading', { name: /^Receipt/ }).count()).toBe(3);
      expect(await violations(phone)).toEqual([]);
      expect(await phone.context().cookies()).toEqual([]);
      await agent.card.getByText(said.console('card.withdrawn'), { exact: false }).first().waitFor();
    } finally {
      await phone.context().close();
    }
  });

  it('tells a link that opens nothing from a relay that does not answer, and tries again', async () => {
    const page = await (await stage.browser.context()).newPage();
    try {
      await page.goto(`${stage.relay.origin}/receipt#${'A'.repeat(43)}`);
      await page.getByRole('alert').getByText(said.receipt('unknown')).waitFor();
      let isAway = true;
      await page.route('**/api/receipts/open', (route) => (isAway ? route.abort('connectionrefused') : route.continue()));
      await page.goto(`${stage.relay.origin}/receipt#${'B'.repeat(43)}`);
      await page.getByRole('alert').getByText(said.receipt('unreachable')).waitFor();
      isAway = false;
      await page.getByRole('button', { name: said.receipt('retry') }).click();
      await waitFor(() => page.getByText(said.receipt('unknown')).isVisible(), 'the answer');
    } finally {
      await page.context().close();
    }
  });
});
