import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage, said } from '../support/stage.ts';

const GREETING = { title: 'Good morning $& </script>', text: 'Maria is here "until" six & answers at once.' };

describe('the greeting beside the launcher', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
    const site = await stage.relay.ctx.store.read.siteByKey('demo');
    if (!site) throw new Error('no demo site');
    const settings = { ...site.settings, greeting: GREETING };
    await stage.relay.ctx.store.write((tx) => tx.upsertSite({ ...site, settings }));
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const card = (page: Page) => page.locator('parley-chat [role="note"]');

  it('says the owner’s words to the letter, and asks and keeps nothing', async () => {
    const { page, context, launcher } = await stage.visitor();
    await launcher.waitFor();
    await card(page).waitFor();
    expect(await card(page).locator('b').textContent()).toBe(GREETING.title);
    expect(await card(page).locator('p').textContent()).toBe(GREETING.title + GREETING.text);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.mouse.move(5, 5);
    await card(page).hover();
    expect(await context.cookies()).toEqual([]);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    expect(asked).toEqual([]);
  });

  it('goes when it is closed, by pointer and by keyboard, and leaves the launcher', async () => {
    for (const way of ['pointer', 'keyboard'] as const) {
      const { page, launcher } = await stage.visitor();
      const close = card(page).getByRole('button', { name: said.loader('loader.closeCard') });
      if (way === 'pointer') await close.click();
      else await close.press('Enter');
      await card(page).waitFor({ state: 'detached' });
      expect(await launcher.isVisible()).toBe(true);
    }
  });

  it('gives way to the chat, on a page with a strict policy too', async () => {
    const visitor = await stage.visitor('strict');
    await card(visitor.page).waitFor();
    await visitor.open();
    expect(await card(visitor.page).count()).toBe(0);
  });
});
