import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { publishNotice } from '../../server/notices/publish.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { registerEn } from '../../shared/i18n/desk/register.en.ts';
import { nextRelease } from '../support/next-release.ts';
import { press } from '../support/panel.ts';
import { DIFFERENT_AT_MOST, difference, PHONE_IN_CSS_PIXELS } from '../support/pictures.ts';
import { conversations, openStage, type Stage, said, type VisitorPage } from '../support/stage.ts';
import { newDataDir } from '../support/start-relay.ts';
import { waitFor } from '../support/wait-for.ts';

/** One act, with the part of the screen that it was done on. */
interface Seen {
  actId: string;
  picture: Buffer;
  /** Of the page or the frame that it stood in, in CSS pixels. */
  size: { width: number; height: number };
}

const QUESTION = '.cookie';
const STANDING = '.paper';
const LINE = '.purpose:nth-child(2)';
const COOKIE_LINE = '.purpose:nth-child(3)';
const SURE = '.acts > .sure';

describe('[PR-35] what an act after the form was done on', () => {
  const dataDir = newDataDir();
  const folder = mkdtempSync(join(tmpdir(), 'parley-next-'));
  const seen = new Map<string, Seen>();
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ dataDir });
    for (const [name, options] of Object.entries({ panel: {}, phone: PHONE_IN_CSS_PIXELS })) {
      const visitor = await stage.visitor('plain', options);
      await decide(visitor, name);
      await stage.clear();
    }
    await withdrawByReceipt(await stage.visitor());
    await stage.clear();
    // Other words are in force since, and another build serves.
    const cookie = { ...DEMO_NOTICE.words.cookie, title: 'Another question' };
    const doc = { ...DEMO_NOTICE, version: 2, words: { ...DEMO_NOTICE.words, cookie } };
    await stage.relay.ctx.store.write((tx) => publishNotice(tx, DEMO_SITE_ID, doc, Date.now()));
    await stage.restart(undefined, { assets: nextRelease(folder) });
  });
  afterEach(() => stage.clear());
  afterAll(async () => {
    await stage?.close();
    for (const one of [dataDir, folder]) rmSync(one, { recursive: true, force: true });
  });

  /** Takes the picture, acts, and remembers both under the act's name. */
  async function remember(name: string, part: Locator, act: () => Promise<void>): Promise<void> {
    await part.waitFor();
    await part.evaluate(async (element) => {
      (document.activeElement as HTMLElement | null)?.blur();
      await Promise.all(element.getAnimations({ subtree: true }).map(({ finished }) => finished));
    });
    const size = await part.evaluate(() => ({ width: innerWidth, height: innerHeight }));
    const picture = await part.screenshot();
    await act();
    const [row] = await conversations(stage.relay);
    const last = (await stage.relay.ctx.store.read.consentEventsOf(row?.id ?? '')).at(-1);
    seen.set(name, { actId: last?.actId ?? '', picture, size });
  }

  /** Refuses the cookie, allows the reading list under Privacy after all, and takes everything back there. */
  async function decide(visitor: VisitorPage, name: string): Promise<void> {
    await visitor.begin('Do you post to Norway?');
    await remember(`cookie, ${name}`, visitor.chat.locator(QUESTION), () => visitor.answerCookie('refuse'));
    await press(visitor, said.frame('privacy'));
    const news = visitor.chat.locator(LINE);
    await news.getByRole('button', { name: said.privacy('change') }).click();
    await remember(`reading list, ${name}`, news, async () => {
      await news.getByRole('button', { name: said.chat('agree') }).click();
      await news.locator(QUESTION).waitFor({ state: 'detached' });
    });
    const cookie = visitor.chat.locator(COOKIE_LINE);
    await cookie.getByRole('button', { name: said.privacy('change') }).click();
    await remember(`cookie under Privacy, ${name}`, cookie, async () => {
      await cookie.getByRole('button', { name: DEMO_NOTICE.words.cookie.refuse, exact: true }).click();
      await cookie.locator(QUESTION).waitFor({ state: 'detached' });
    });
    await press(visitor, said.privacy('withdraw'));
    await remember(`withdrawn, ${name}`, visitor.chat.locator(STANDING).first(), async () => {
      await press(visitor, said.privacy('withdrawSure'));
      await visitor.chat.getByRole('heading', { name: said.privacy('withdrawn') }).waitFor();
    });
  }

  async function withdrawByReceipt(visitor: VisitorPage): Promise<void> {
    await visitor.begin('Do you post to Iceland?');
    await press(visitor, said.frame('privacy'));
    await press(visitor, said.privacy('getReceipt'));
    const link = visitor.chat.getByRole('link', { name: said.privacy('openReceipt') });
    const [page] = await Promise.all([visitor.context.waitForEvent('page'), link.click()]);
    await page.getByRole('button', { name: said.receipt('withdraw') }).click();
    await remember('withdrawn, receipt', page.locator(SURE), async () => {
      await page.getByRole('button', { name: said.receipt('withdrawSure') }).click();
      await page.getByText(said.receipt('withdrawn')).waitFor();
    });
  }

  const rebuild = async (actId: string, size: Seen['size']): Promise<Page> => {
    const { page } = await stage.agent();
    await page.setViewportSize(size);
    await page.goto(`${stage.relay.origin}/shown/act/${actId}/screen`);
    return page;
  };

  it.each([
    ['cookie, panel', QUESTION],
    ['cookie, phone', QUESTION],
    ['reading list, panel', LINE],
    ['reading list, phone', LINE],
    ['cookie under Privacy, panel', COOKIE_LINE],
    ['withdrawn, panel', STANDING],
    ['withdrawn, phone', STANDING],
    ['withdrawn, receipt', SURE],
  ])('is rebuilt from the record and the archived build, to the pixel: %s', async (name, part) => {
    const { actId, picture, size } = seen.get(name) as Seen;
    const page = await rebuild(actId, size);
    await page.locator(part).waitFor();
    await page.locator('button').first().waitFor();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const share = await difference(page, picture, await page.locator(part).first().screenshot());
    process.stdout.write(`screen rebuilt, ${name}: ${(share * 100).toFixed(3)} % of pixels differ\n`);
    expect(share).toBeLessThan(DIFFERENT_AT_MOST);
  });

  it('opens from its entry in the register, in a page that says what it is', async () => {
    const { actId } = seen.get('cookie, panel') as Seen;
    const { page } = await stage.agent();
    await page.goto(`${stage.relay.origin}/console/#privacy/register`);
    await page.getByRole('searchbox').fill(actId);
    await page.keyboard.press('Enter');
    const lines = page.locator('.reg tbody tr').getByRole('button');
    await waitFor(async () => (await lines.count()) === 1, 'the one line');
    await lines.click();
    const link = page.getByRole('complementary').getByRole('link', { name: registerEn['detail.shown'] });
    const [opened] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await opened.getByText(/^Decided on .* UTC/).waitFor();
    const question = opened.frameLocator('iframe.shown').locator(QUESTION);
    await question.getByRole('heading', { name: DEMO_NOTICE.words.cookie.title }).waitFor();
    // It can do nothing.
    await question.getByRole('button', { name: DEMO_NOTICE.words.cookie.accept, exact: true }).click();
    await question.waitFor();
  });

  it('is for agents alone, and there is none of what is no act', async () => {
    const { actId } = seen.get('cookie, panel') as Seen;
    for (const path of [`/shown/act/${actId}`, `/shown/act/${actId}/screen`])
      expect((await fetch(stage.relay.origin + path)).status).toBe(401);
    const { page } = await stage.agent();
    for (const id of ['0'.repeat(32), 'nothing'])
      expect((await page.request.get(`${stage.relay.origin}/shown/act/${id}`)).status()).toBe(404);
  });
});
