import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { objectTo } from '../../server/restriction/object.ts';
import { restrictVisitor } from '../../server/restriction/restrict.ts';
import { afterEn } from '../../shared/i18n/desk/after.en.ts';
import { deskEn } from '../../shared/i18n/desk/desk.en.ts';
import { noticeHash } from '../../shared/notice.ts';
import { violations } from '../support/axe.ts';
import { post } from '../support/http.ts';
import { noticeWithInterest } from '../support/notices.ts';
import { addRecipient } from '../support/recipient.ts';
import { openStage, type Stage, said } from '../support/stage.ts';
import { startVisitor } from '../support/visitor.ts';

/** Every page of the desk with something on it, where there is little room; and the page that no other test walks. */

const PAGES = Object.keys(deskEn).flatMap((key) => (key.startsWith('page.') ? key.slice('page.'.length) : []));
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  const { relay } = stage;
  const { ctx } = relay;
  await addRecipient(relay, null, { recipient: 'Paperboat Mail of the harbour and all its islands' });
  const doc = noticeWithInterest(false);
  const site = await ctx.store.read.siteByKey('demo');
  const row = { hash: noticeHash(doc), siteId: site?.id ?? '', version: 2, locale: 'en', doc, publishedAt: Date.now() };
  await ctx.store.write((tx) => tx.insertNotice(row));
  const [restricted, objecting] = [await startVisitor(relay), await startVisitor(relay)];
  const actor = { kind: 'visitor' } as const;
  await restrictVisitor(ctx, { conversationId: restricted.conversationId }, { actor, ground: 'request' });
  await objectTo(ctx, objecting.conversationId, 'statistics', actor);
  const asked = { kind: 'other', text: 'Who reads this?', contact: null };
  await post(relay, '/api/privacy/request', { session: objecting.session, ...asked });
});
afterEach(() => stage?.clear());
afterAll(() => stage?.close());

const open = async (page: Page, name: string): Promise<void> => {
  await page.goto(`${stage.relay.origin}/console/#privacy/${name}`);
  await page.locator('main h2, .page h2').first().waitFor();
  await page.waitForLoadState('networkidle');
};

/** What stands beyond the right edge, or bursts its box, where nothing brings it back into view. */
const beyond = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const inPage = [...document.querySelectorAll<HTMLElement>('body *')];
    const boxes = [...document.querySelectorAll<HTMLElement>('.card, .rail, form, fieldset')];
    return inPage
      .filter((one) => {
        const { right, width, height } = one.getBoundingClientRect();
        return width > 1 && height > 1 && right > innerWidth + 1 && !scrolls(one.parentElement);
      })
      .concat(boxes.filter((box) => box.scrollWidth > box.clientWidth + 1 && !scrolls(box)))
      .map((one) => `${one.tagName.toLowerCase()}.${one.className} ${one.textContent?.slice(0, 40)}`);
  });

describe('[PR-83] the pages of the privacy desk', () => {
  it.each([375, 320])('fit %i px, with nothing beyond the edge and nothing that axe finds', async (width) => {
    const { page } = await stage.agent(undefined, { viewport: { width, height: 720 } });
    const found: Record<string, unknown[]> = {};
    for (const name of PAGES) {
      await open(page, name);
      const all = [...(await beyond(page)), ...(await violations(page))];
      if (all.length > 0) found[name] = all;
    }
    expect(found).toEqual({});
  });
});

describe('[PR-46] who reads after a withdrawal', () => {
  it('is chosen by an owner and saved by a press; it waits for the notice, and the way there is shown', async () => {
    const { page } = await stage.agent();
    await open(page, 'after');
    const save = page.getByRole('button', { name: deskEn['choice.save'] });
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('radio', { name: afterEn.locked }).isChecked()).toBe(true);
    await page.getByRole('radio', { name: afterEn.contract }).check();
    await save.click();
    await page.getByText(afterEn.saved).waitFor();
    await page.getByText(afterEn.draft).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.reload();
    await page.getByRole('radio', { name: afterEn.contract, checked: true }).waitFor();
    // Until the notice says it, a withdrawal locks as before, and says so before it is done.
    const visitor = await stage.visitor();
    await visitor.begin('And who reads this afterwards?');
    await visitor.chat.getByRole('button', { name: said.frame('privacy'), exact: true }).click();
    await visitor.chat.getByRole('button', { name: said.privacy('withdraw'), exact: true }).click();
    await visitor.chat.getByText(said.privacy('reading.locked', { site: 'Northwind Books' })).waitFor();
    await page.getByRole('link', { name: afterEn.toNotices }).click();
    await page.waitForURL(/#notices/);
  });
});
