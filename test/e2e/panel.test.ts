import { readFileSync } from 'node:fs';
import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isSigned, publicKeys } from '../../server/ledger/signing.ts';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { certificate, certificateBytes } from '../../shared/erasure.ts';
import { unzip } from '../support/archive.ts';
import { violations } from '../support/axe.ts';
import { textsOnDisk } from '../support/database.ts';
import { openPanel, press } from '../support/panel.ts';
import { conversations, formWords, openStage, type Stage, said, type VisitorPage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

const SECOND = 1000;

describe('the visitor’s own panel', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const hasFocus = (visitor: VisitorPage, words: string): Promise<unknown> =>
    waitFor(
      () => visitor.frame().evaluate((text) => document.activeElement?.textContent === text, words),
      `the focus on "${words}"`,
    );
  /** The receipt's page, in a tab of its own. */
  const receiptOf = async (visitor: VisitorPage): Promise<Page> => {
    await press(visitor, said.privacy('getReceipt'));
    const link = visitor.chat.getByRole('link', { name: said.privacy('openReceipt') });
    const [page] = await Promise.all([visitor.context.waitForEvent('page'), link.click()]);
    await page
      .getByRole('heading', { name: /^Receipt/ })
      .first()
      .waitFor();
    return page;
  };
  async function expectCertificate(page: Page, save: Promise<void>): Promise<void> {
    const [download] = await Promise.all([page.waitForEvent('download'), save]);
    const { signature, ...unsigned } = certificate.parse(JSON.parse(readFileSync(await download.path(), 'utf8')));
    const key = (await publicKeys(stage.relay.ctx.store.read)).get(signature.kid);
    expect(key && isSigned(certificateBytes(unsigned), signature, key)).toBe(true);
  }

  it('[PR-46] [PR-47] withdraws within a second at the relay, locks the talk at the desk, and asks apart whether to erase', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('The map is upside down: canary-91d0', { name: 'Caoimhe', email: 'caoimhe@example.ie' });
    await agent.openTalk('Caoimhe');
    await agent.bubbles.filter({ hasText: 'canary-91d0' }).waitFor();
    await openPanel(visitor);
    await press(visitor, said.privacy('withdraw'));
    const lockedWords = said.privacy('reading.locked', { site: 'Northwind Books' });
    await visitor.chat.getByText(lockedWords).waitFor();
    const began = performance.now();
    await press(visitor, said.privacy('withdrawSure'));
    await agent.page.locator('.sealed').waitFor();
    const locked = Math.round(performance.now() - began);
    process.stdout.write(`withdrawn: the talk locked at the desk after ${locked} ms\n`);
    expect(locked).toBeLessThan(SECOND);
    await hasFocus(visitor, said.privacy('withdrawn'));
    await visitor.chat.getByText(lockedWords).waitFor();
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    expect(await violations(agent.page)).toEqual([]);

    // No word of it is left in the agent's page; who answers may open it, and it closes when they go.
    const page = (): Promise<string | null> => agent.page.locator('body').textContent();
    expect(await page()).not.toContain('canary-91d0');
    expect(await page()).not.toContain('caoimhe@example.ie');
    await agent.page.getByRole('button', { name: said.console('sealed.open') }).click();
    await agent.bubbles.filter({ hasText: 'canary-91d0' }).waitFor();
    await agent.page.getByText(said.console('sealed.looking')).waitFor();
    expect(await violations(agent.page)).toEqual([]);
    await agent.page.getByRole('button', { name: said.console('sealed.cover') }).click();
    await agent.page.locator('.sealed').waitFor();
    expect(await page()).not.toContain('canary-91d0');

    // Not to erase is as easy as to erase, and the question comes back as an offer.
    await press(visitor, said.privacy('leaveIt'));
    await visitor.chat.getByRole('button', { name: said.privacy('erase'), exact: true }).waitFor();
    expect((await conversations(stage.relay)).some(({ visitorId }) => visitorId)).toBe(true);
    await press(visitor, said.privacy('erase'));
    await press(visitor, said.privacy('eraseSure'));
    await hasFocus(visitor, said.privacy('erasedTitle'));
    await expectCertificate(visitor.page, press(visitor, said.privacy('saveCertificate')));
    // There is nothing more to ask for.
    expect(await visitor.chat.getByRole('button', { name: said.privacy('download') }).count()).toBe(0);
    expect(textsOnDisk(stage.relay, ['canary-91d0', 'Caoimhe'])).toEqual([]);
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
  });

  it('[PR-49] [PR-50] downloads everything by one press, while the chat is open', async () => {
    const visitor = await stage.visitor();
    await visitor.begin('Give me what you have');
    await openPanel(visitor);
    const [download] = await Promise.all([visitor.page.waitForEvent('download'), press(visitor, said.privacy('download'))]);
    expect(download.suggestedFilename()).toMatch(/^parley-\d{4}-\d\d-\d\d\.zip$/);
    const data = JSON.parse(Buffer.from(unzip(readFileSync(await download.path())).get('export.json') ?? '').toString());
    expect(data.conversations[0].messages[0].text).toBe('Give me what you have');
    await visitor.chat.getByText(said.privacy('downloaded')).waitFor();
    await press(visitor, said.chat('backToChat'));
    await visitor.say('And I go on');
    await visitor.bubbles.filter({ hasText: 'And I go on' }).waitFor();
  });

  it('[PR-52] says of each refusal what it is, asks once however often it is pressed, and loses nothing', async () => {
    const visitor = await stage.visitor();
    await visitor.begin('Is anybody there?', { name: 'Gobnait' });
    await openPanel(visitor);
    const paths = ['privacy/export', 'privacy/erase', 'privacy/form', 'consents/withdraw', 'receipts'];
    const answer = (code: string, status: number) => (route: Route) =>
      route.fulfill({ status, json: { error: { code, retryAfterSeconds: 42 } } });
    const acts = [
      () => press(visitor, said.privacy('download')),
      () => press(visitor, said.privacy('eraseSure')),
      () => press(visitor, said.privacy('seeAboutYou')),
      () => press(visitor, said.privacy('withdrawSure')),
      () => press(visitor, said.privacy('getReceipt')),
    ];
    await press(visitor, said.privacy('erase'));
    await press(visitor, said.privacy('withdraw'));
    for (const [code, status, words] of [
      ['rate_limited', 429, said.privacy('tooOften', { time: '42 seconds' })],
      ['unavailable', 503, said.privacy('cannotNow')],
      ['unauthorized', 401, said.privacy('noSession')],
    ] as const) {
      for (const path of paths) await visitor.page.route(`**/api/${path}`, answer(code, status));
      for (const act of acts) await act();
      await waitFor(async () => (await visitor.chat.getByText(words).count()) === acts.length, `${acts.length} times "${words}"`);
      expect(await violations(visitor.page, 'parley-chat'), code).toEqual([]);
      for (const path of paths) await visitor.page.unroute(`**/api/${path}`);
    }
    await visitor.context.setOffline(true);
    for (const act of acts) await act();
    await waitFor(
      async () => (await visitor.chat.getByText(/^No answer came/).count()) === acts.length,
      'no answer, said of each',
    );
    await visitor.context.setOffline(false);

    // Slow, and pressed again and again: one request, and the button says that it is at work.
    let asked = 0;
    await visitor.page.route('**/api/privacy/form', async (route) => {
      asked += 1;
      await route.continue();
    });
    let erased = 0;
    await visitor.page.route('**/api/privacy/erase', async (route) => {
      erased += 1;
      await new Promise((resolve) => setTimeout(resolve, 3 * SECOND));
      await route.continue();
    });
    await press(visitor, said.privacy('seeAboutYou'));
    expect(await visitor.chat.locator('#own-name').inputValue()).toBe('Gobnait');
    await press(visitor, said.privacy('eraseSure'));
    const busy = visitor.chat.getByRole('button', { name: said.privacy('erasing') });
    await busy.waitFor();
    await busy.dispatchEvent('click');
    await hasFocus(visitor, said.privacy('erasedTitle'));
    expect([asked, erased]).toEqual([1, 1]);
  });

  it('[PR-17] leads on from every end: erased from elsewhere, ended in another tab, and after the end of this one', async () => {
    const [first, second, third] = [await stage.visitor(), await stage.visitor(), await stage.visitor()];
    await first.begin('Erase me from elsewhere');
    await openPanel(first);
    const [newest] = await conversations(stage.relay);
    await eraseVisitor(stage.relay.ctx, { conversationId: newest?.id ?? '' }, { actor: { kind: 'operator' }, reason: 'request' });
    await first.chat.getByText(said.privacy('erasedOther')).waitFor();
    expect(await first.chat.getByRole('button', { name: said.privacy('erase'), exact: true }).count()).toBe(0);

    await second.begin('I have two tabs');
    await second.answerCookie('accept');
    const other = await stage.tab(second.context);
    await other.open();
    await other.bubbles.first().waitFor();
    await press(other, said.chat('end'));
    await press(other, said.chat('end'));
    await second.page.bringToFront();
    await openPanel(second);
    await second.chat.getByText(said.privacy('elsewhere')).waitFor();
    expect(await second.chat.getByRole('button', { name: said.privacy('withdraw'), exact: true }).count()).toBe(0);

    await third.begin('I end it myself');
    await press(third, said.chat('end'));
    await press(third, said.chat('end'));
    await third.chat.getByText(/^You ended the chat/).waitFor();
    await openPanel(third);
    const [download] = await Promise.all([third.page.waitForEvent('download'), press(third, said.privacy('download'))]);
    expect((await download.path()).length).toBeGreaterThan(0);
    await press(third, said.privacy('erase'));
    await press(third, said.privacy('eraseSure'));
    await third.chat.getByText(/rows and their keys are gone/).waitFor();
  });

  it('[PR-17] opens from the header while the kept chat is still coming, with what was agreed and not with “nothing”', async () => {
    const visitor = await stage.visitor();
    await visitor.begin('Keep this');
    await visitor.answerCookie('accept');
    await visitor.chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
    let go = (): void => {};
    const held = new Promise<void>((resolve) => (go = resolve));
    await visitor.page.route('**/w/assets/chat-*.js*', async (route) => {
      await held;
      await route.continue();
    });
    await visitor.page.reload();
    await visitor.open();
    await press(visitor, said.frame('privacy'));
    await visitor.chat.getByText(said.frame('starting')).waitFor();
    expect(await visitor.chat.getByText(said.frame('nothing')).count()).toBe(0);
    go();
    await visitor.chat.locator('.purpose').first().waitFor();
  });

  it('[PR-45] tells who answers and whom to complain to, shows the form again, and fits 320 px, large letters and right to left', async () => {
    const visitor = await stage.visitor('plain', { viewport: { width: 320, height: 640 } });
    await visitor.begin('May I see it again?');
    await openPanel(visitor);
    await press(visitor, said.privacy('seePeople'));
    await hasFocus(visitor, said.privacy('seePeople'));
    const authority = visitor.chat.getByRole('link', { name: 'dataprotection.ie' });
    expect(await authority.getAttribute('href')).toBe('https://www.dataprotection.ie');
    await visitor.chat.getByText('Data Protection Commission, Dublin').waitFor();
    await press(visitor, said.privacy('getReceipt'));
    const form = visitor.chat.getByRole('link', { name: said.privacy('seeForm') });
    const [shown] = await Promise.all([visitor.context.waitForEvent('page'), form.click()]);
    await shown.frameLocator('iframe').getByText(formWords.question).waitFor();
    await shown.close();
    await press(visitor, said.privacy('erase'));
    const overflow = (): Promise<number> =>
      visitor.frame().evaluate(() => {
        const body = document.querySelector('.body.pad') as HTMLElement;
        return Math.max(body.scrollWidth - body.clientWidth, document.documentElement.scrollWidth - innerWidth);
      });
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    await visitor.frame().evaluate(() => {
      document.documentElement.style.fontSize = '200%';
      document.documentElement.dir = 'rtl';
    });
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
  });

  it('[PR-54] [PR-58] erases from the receipt’s page: warned before, the certificate after, the link dead, the chat told', async () => {
    const visitor = await stage.visitor();
    await visitor.begin('Forget me from my phone: canary-c0de');
    await openPanel(visitor);
    const page = await receiptOf(visitor);
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await page.getByRole('link', { name: 'dataprotection.ie' }).waitFor();
    await button(said.receipt('withdraw')).click();
    await button(said.receipt('withdrawSure')).click();
    // The same question, apart, and who may read it until then.
    await page.getByRole('heading', { name: said.receipt('alsoErase') }).waitFor();
    await page.getByText(said.receipt('reading.locked', { site: 'Northwind Books' })).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.route('**/api/receipts/erase', (route) =>
      route.fulfill({ status: 503, json: { error: { code: 'unavailable' } } }),
    );
    await button(said.receipt('eraseSure')).click();
    await page.getByText(said.receipt('cannotNow')).waitFor();
    await page.unroute('**/api/receipts/erase');
    await button(said.receipt('eraseSure')).click();
    await page.getByText(said.receipt('linkDead')).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.getByRole('heading', { name: /^Receipt/ }).count()).toBe(0);
    await expectCertificate(page, button(said.receipt('saveCertificate')).click());
    expect(textsOnDisk(stage.relay, ['canary-c0de'])).toEqual([]);
    await page.reload();
    await page.getByText(said.receipt('unknown')).waitFor();
  });
});
