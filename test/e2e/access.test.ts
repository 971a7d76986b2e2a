import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { violations } from '../support/axe.ts';
import { PHONE } from '../support/browser.ts';
import { formWords, openStage, type Stage, said, type VisitorPage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('PR-83 PR-86: everybody can use the widget', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const scan = (visitor: VisitorPage): Promise<string[]> => violations(visitor.page, 'parley-chat');

  it.each([
    ['light', 'light', {}],
    ['dark', 'dark', {}],
    ['light on a phone', 'light', PHONE],
  ] as const)('axe finds nothing in any state, %s, and PR-17: Privacy is there in each', async (_where, colorScheme, screen) => {
    const [visitor, agent] = await Promise.all([
      stage.visitor('plain', { ...screen, colorScheme, reducedMotion: 'reduce' }),
      stage.agent(),
    ]);
    const { chat } = visitor;
    const privacy = chat.getByRole('button', { name: said.frame('privacy'), exact: true });
    const found: Record<string, string[]> = {};
    const look = async (state: string, there: Locator): Promise<void> => {
      await there.waitFor();
      expect(await privacy.isVisible(), `Privacy in the state ${state}`).toBe(true);
      found[state] = await scan(visitor);
    };

    found.closed = await scan(visitor);
    await visitor.open();
    await look('form', chat.locator('#question'));
    await visitor.pressStart();
    await look('errors', chat.locator('.sum'));
    await chat.getByRole('button', { name: formWords.readFull }).click();
    await look('full notice', chat.locator('.points'));
    await chat
      .getByRole('button', { name: said.frame('back') })
      .first()
      .click();
    await privacy.click();
    await look('privacy before', chat.getByText(said.frame('nothing')));
    await chat.getByRole('button', { name: said.frame('back'), exact: true }).click();
    await visitor.fillIn('Is this good for everybody? https://example.com', { name: `Aoife ${colorScheme} ${_where}` });
    await visitor.pressStart();
    await agent.openTalk(`Aoife ${colorScheme} ${_where}`);
    await agent.say('It should be: https://example.com/books');
    await chat.locator('.grp:not(.me) .bub').waitFor();
    await look('cookie question', chat.locator('.cookie'));
    await visitor.answerCookie('accept');
    await look('chat', visitor.composer);
    await visitor.context.setOffline(true);
    await visitor.say('Without a connection');
    await look('offline', chat.locator('.strip'));
    await visitor.context.setOffline(false);
    await chat.locator('.strip').waitFor({ state: 'detached' });
    await privacy.click();
    await look('privacy', chat.locator('.purpose').first());
    await chat.getByRole('button', { name: said.privacy('withdraw'), exact: true }).click();
    await look('about to withdraw', chat.locator('.sure'));
    await chat.getByRole('button', { name: said.privacy('withdrawSure') }).click();
    await look('withdrawn, and asked whether to erase', chat.getByRole('heading', { name: said.privacy('alsoErase') }));
    await chat.getByRole('button', { name: said.chat('backToChat') }).click();
    await look('withdrawn', chat.getByRole('heading', { name: said.chat('withdrawn') }));

    await chat.getByRole('button', { name: said.chat('again') }).click();
    await visitor.fillIn('Once more');
    await visitor.pressStart();
    const end = chat.getByRole('button', { name: said.chat('end'), exact: true });
    await end.click();
    await look('about to end', chat.getByText(said.chat('endSure')));
    await end.click();
    await look('ended', chat.getByText(/^You ended the chat at/));
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((state) => [state, []])));
    expect(Object.keys(found)).toHaveLength(14);
  });

  it('PR-85: the focus goes through the form in reading order, is always seen, and comes back to the launcher', async () => {
    const visitor = await stage.visitor();
    const { page, chat } = visitor;
    const root = chat.locator('html');
    /** What has the focus in the frame: its id, else its words. */
    const focused = (): Promise<string> =>
      root.evaluate(({ ownerDocument: { activeElement: one } }) => one?.id || (one?.ariaLabel ?? one?.textContent ?? ''));
    const ringed = (): Promise<boolean> =>
      root.evaluate(({ ownerDocument: { activeElement: one } }) => {
        const ring = (of: Element | null | undefined): boolean => {
          const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(of ?? document.body);
          return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
        };
        return ring(one) || ring(one?.parentElement);
      });
    const onLauncher = (): Promise<boolean> =>
      visitor.launcher.evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button);

    // By keyboard alone, from the page's own first link.
    await page.locator('#field').focus();
    await page.keyboard.press('Tab');
    expect(await onLauncher()).toBe(true);
    await page.keyboard.press('Enter');
    await waitFor(async () => (await focused()) === 'question', 'the focus on the question');
    expect(await visitor.launcher.getAttribute('aria-expanded')).toBe('true');

    const order = ['name', 'email', formWords.readFull, 'box-answer', 'box-news', formWords.start];
    for (const next of order) {
      await page.keyboard.press('Tab');
      expect(await focused()).toBe(next);
      expect(await ringed(), next).toBe(true);
    }
    for (const _next of order) await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('question');

    // A view that lies over the form takes the focus to its title, and gives it back.
    await chat.getByRole('button', { name: formWords.readFull }).press('Enter');
    await waitFor(() => root.evaluate(({ ownerDocument }) => ownerDocument.activeElement?.tagName === 'H2'), 'the title');
    await page.keyboard.press('Escape');
    await waitFor(async () => (await focused()) === formWords.readFull, 'the focus on what opened it');
    const privacy = chat.getByRole('button', { name: said.frame('privacy') });
    await privacy.press('Enter');
    await waitFor(() => root.evaluate(({ ownerDocument }) => ownerDocument.activeElement?.tagName === 'H2'), 'the title');
    expect(await privacy.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Escape');
    await waitFor(async () => (await focused()) === said.frame('privacy'), 'the focus on Privacy');
    await page.keyboard.press('Escape');
    await waitFor(onLauncher, 'the focus on the launcher');
    expect(await visitor.launcher.getAttribute('aria-expanded')).toBe('false');

    // Into the chat, and through the cookie question, the focus is where one writes.
    await page.keyboard.press('Enter');
    await waitFor(async () => (await focused()) === 'question', 'the focus on the question');
    await visitor.fillIn('By keyboard');
    await chat.getByRole('button', { name: formWords.start }).press('Enter');
    const writing = (): Promise<boolean> => visitor.composer.evaluate((one) => one === document.activeElement);
    await waitFor(writing, 'the focus on the composer');
    await chat.getByRole('button', { name: 'Refuse', exact: true }).press('Enter');
    await waitFor(writing, 'the focus on the composer again');
    await page.keyboard.press('Escape');
    await waitFor(onLauncher, 'the focus on the launcher');
  });

  it('PR-84: says to those who cannot see what came, who writes, what broke and came back; and no history', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor('bare'), stage.agent()]);
    // What a screen reader is told: text that comes into a live region that is live at that moment.
    await visitor.page.addInitScript(() => {
      const said: string[] = [];
      Object.assign(globalThis, { said });
      const region = (node: Node): Element | null =>
        (node instanceof Element ? node : node.parentElement)?.closest('[role="status"],[role="alert"],[role="log"]') ?? null;
      new MutationObserver((changes) => {
        for (const { target, addedNodes, type } of changes) {
          for (const node of type === 'characterData' ? [target] : addedNodes) {
            const live = region(node);
            const text = node.textContent?.trim();
            if (live && live.getAttribute('aria-live') !== 'off' && text) said.push(text);
          }
        }
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
    await visitor.page.goto(stage.hosts.url('plain'));
    const heard = (): Promise<string[]> => visitor.frame().evaluate(() => (globalThis as unknown as { said: string[] }).said);
    const hear = (text: string): Promise<unknown> =>
      waitFor(async () => (await heard()).some((one) => one.includes(text)), `"${text}" to be said`);

    await visitor.begin('Can you hear me?', { name: 'Bairbre' });
    await hear(said.frame('starting'));
    await hear('You agreed at');
    await agent.openTalk('Bairbre');
    await agent.composer.pressSequentially('Certainly');
    await hear(said.chat('writing', { name: 'Owner' }));
    await agent.composer.press('Enter');
    await hear('Certainly');
    await visitor.answerCookie('accept');
    await visitor.context.setOffline(true);
    await hear(said.chat('offlineText'));
    await visitor.context.setOffline(false);
    await hear(said.chat('online'));
    const all = await heard();
    expect(all.filter((one) => one.includes('Certainly'))).toHaveLength(1);

    await visitor.page.reload();
    await visitor.open();
    await visitor.bubbles.filter({ hasText: 'Can you hear me?' }).waitFor();
    await visitor.chat.locator('.log[aria-live="polite"]').waitFor();
    await agent.say('This is news');
    await hear('This is news');
    expect((await heard()).filter((one) => one.includes('Can you hear me?') || one.includes('Certainly'))).toEqual([]);
  });
});
