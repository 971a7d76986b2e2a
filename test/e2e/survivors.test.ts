import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keptEn } from '../../shared/i18n/kept.en.ts';
import { violations } from '../support/axe.ts';
import { keepAccessUnder } from '../support/notices.ts';
import { openPanel, press } from '../support/panel.ts';
import { openStage, type Stage, said, type VisitorPage } from '../support/stage.ts';

describe('what is left of a person, and what they correct later', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  /** The receipt's page by its address alone, in a browser that never chatted. */
  const elsewhere = async (visitor: VisitorPage): Promise<Page> => {
    await press(visitor, said.privacy('getReceipt'));
    const href = await visitor.chat.getByRole('link', { name: said.privacy('openReceipt') }).getAttribute('href');
    const page = await (await stage.browser.context({ viewport: { width: 360, height: 740 } })).newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`${stage.relay.origin}${href}`);
    await page
      .getByRole('heading', { name: /^Receipt/ })
      .first()
      .waitFor();
    return page;
  };
  const overflow = (page: Page): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  it('[PR-53] corrects name and e-mail by a receipt’s link in a browser that never chatted, and the agent reads it so', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('I mistyped my name.', { name: 'Grianne', email: 'grainne@books.example' });
    await agent.openTalk('Grianne');
    await openPanel(visitor);
    const page = await elsewhere(visitor);
    try {
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      await button(said.receipt('seeAboutYou')).click();
      const own = page.getByRole('form', { name: said.receipt('aboutYou') });
      const name = own.getByLabel(said.receipt('name'));
      await name.waitFor();
      expect([await name.inputValue(), await own.getByLabel(said.receipt('email')).inputValue()]).toEqual([
        'Grianne',
        'grainne@books.example',
      ]);
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await own.getByLabel(said.receipt('email')).fill('grainne');
      await button(said.receipt('putRight')).click();
      await own.getByText(said.receipt('wrongField')).waitFor();
      await own.getByLabel(said.receipt('email')).fill('grainne@books.example');
      await name.fill('Gráinne');
      await name.press('Enter');
      await own.getByText(said.receipt('saved')).waitFor();
      await agent.item('Gráinne').waitFor();
      expect(await page.context().cookies()).toEqual([]);
    } finally {
      await page.context().close();
    }
  });

  it('[PR-58] says before the press what is left, why and until when, and again after it; Brazil’s log of access with its last day', async () => {
    const kinds = (list: { allTextContents(): Promise<string[]> }): Promise<string[]> => list.allTextContents();
    const [plain, agent] = [await stage.visitor(), await stage.agent()];
    await plain.begin('Forget me', { name: 'Una' });
    await openPanel(plain);
    await press(plain, said.privacy('erase'));
    await plain.chat.locator('[data-left="certificate"]').waitFor();
    expect(await plain.chat.locator('[data-left="access_log"]').count()).toBe(0);
    expect(await violations(plain.page, 'parley-chat')).toEqual([]);
    const before = await kinds(plain.chat.locator('[data-left]'));
    // What the desk is told before it erases is the same.
    await agent.openTalk('Una');
    await agent.page.locator('.due').getByRole('button', { name: keptEn.erase }).click();
    await agent.page.locator('.kdialog [data-left="certificate"]').waitFor();
    expect(await agent.page.locator('.kdialog [data-left]').count()).toBe(before.length);
    expect(await violations(agent.page, '.kdialog')).toEqual([]);
    await press(plain, said.privacy('eraseSure'));
    await plain.chat.getByText(said.privacy('erasedTitle')).waitFor();
    expect(await kinds(plain.chat.locator('[data-left]'))).toEqual(before);
    expect(await violations(plain.page, 'parley-chat')).toEqual([]);

    await keepAccessUnder(stage.relay);
    const visitor = await stage.visitor();
    await visitor.begin('Me esqueça');
    await openPanel(visitor);
    const page = await elsewhere(visitor);
    try {
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      await button(said.receipt('erase')).click();
      const log = page.locator('[data-left="access_log"]');
      await log.waitFor();
      const [line] = await stage.relay.ctx.store.read.accessLog.page('', 9);
      const day = await page.evaluate(
        (at) => new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeZone: 'UTC' }).format(at),
        line?.dueAt ?? 0,
      );
      expect(await log.textContent()).toContain(`IP address of each start of a chat`);
      expect(await log.textContent()).toContain(`Until ${day} at the latest.`);
      expect(await page.locator('.erase').textContent()).not.toContain('your IP address');
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await button(said.receipt('eraseSure')).click();
      await page.getByText(said.receipt('linkDead')).waitFor();
      expect(await log.textContent()).toContain(`Until ${day} at the latest.`);
      expect(await violations(page)).toEqual([]);
    } finally {
      await page.context().close();
    }
  });
});
