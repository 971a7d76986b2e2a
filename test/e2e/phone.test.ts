import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PHONE } from '../support/browser.ts';
import { bubblesWith, openStage, type Stage, said, type VisitorPage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

const NARROW = { viewport: { width: 320, height: 568 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

describe('the chat on a phone', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const panelOf = (visitor: VisitorPage): Locator => visitor.page.locator('parley-chat section');
  const boxOf = async (locator: Locator): Promise<Box> => {
    const box = await locator.boundingBox();
    if (!box) throw new Error('it is not drawn');
    return box;
  };
  const isOpen = async (visitor: VisitorPage): Promise<boolean> =>
    (await visitor.launcher.getAttribute('aria-expanded')) === 'true';

  /** A keyboard takes the lower part of the window, as Safari tells it: the visual viewport alone gets smaller. */
  async function raiseKeyboard(visitor: VisitorPage, left: number, offsetTop = 0): Promise<void> {
    await visitor.page.evaluate(
      ([height, top]) => {
        const view = window.visualViewport;
        if (!view) throw new Error('no visual viewport');
        Object.defineProperties(view, {
          height: { value: height, configurable: true },
          offsetTop: { value: top, configurable: true },
        });
        view.dispatchEvent(new Event('resize'));
      },
      [left, offsetTop] as const,
    );
  }

  it('is the screen: the page behind is out of reach and stands still until it closes', async () => {
    const visitor = await stage.visitor('long', PHONE);
    await visitor.page.evaluate(() => scrollTo(0, 700));
    await visitor.open();
    expect(await boxOf(panelOf(visitor))).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    expect(await panelOf(visitor).getAttribute('aria-modal')).toBe('true');
    expect(await visitor.launcher.isVisible()).toBe(false);
    expect(await visitor.page.evaluate(() => document.body.inert)).toBe(true);
    // The keyboard of a phone would cover the terms: the focus is on the name.
    await waitFor(() => visitor.chat.locator('h1').evaluate((name) => name === document.activeElement), 'the focus on the name');

    await visitor.chat.locator('.head').hover();
    await visitor.page.mouse.wheel(0, 900);
    await visitor.page.keyboard.press('Escape');
    await waitFor(async () => !(await isOpen(visitor)), 'the panel to close');
    expect(await visitor.page.evaluate(() => scrollY)).toBe(700);
    expect(await visitor.page.evaluate(() => document.body.inert)).toBe(false);
    expect(await visitor.page.evaluate(() => getComputedStyle(document.documentElement).overflowY)).not.toBe('hidden');
    // PR-14: and the page is wholly the visitor's again.
    await visitor.page.locator('#next').click();
    await visitor.page.waitForURL('**/next');
  });

  it('closes by Back, and leaves no entry of its own behind', async () => {
    const visitor = await stage.visitor('plain', PHONE);
    await visitor.page.goto(stage.hosts.url('plain', '/second'));
    await visitor.open();
    await visitor.page.goBack();
    await waitFor(async () => !(await isOpen(visitor)), 'the panel to close');
    expect(new URL(visitor.page.url()).pathname).toBe('/second');

    // Opened and closed by hand, Back is again what it was: the page before.
    await visitor.open();
    await visitor.chat.getByRole('button', { name: said.frame('close') }).click();
    await waitFor(async () => !(await isOpen(visitor)), 'the panel to close');
    await waitFor(
      () => visitor.page.evaluate(() => !(history.state as { parleyOpen?: boolean } | null)?.parleyOpen),
      'the entry to be gone',
    );
    // It comes out of the back-forward cache, which knows no load event.
    await visitor.page.goBack({ waitUntil: 'commit' });
    await visitor.page.waitForURL(stage.hosts.url('plain', '/'), { waitUntil: 'commit' });
    expect(new URL(visitor.page.url()).pathname).toBe('/');
  });

  it('stands above the keyboard, and the cookie question gives way to the talk', async () => {
    const visitor = await stage.visitor('plain', PHONE);
    await visitor.begin('May I type here?');
    const tall = await boxOf(visitor.chat.locator('.cookie'));
    expect(tall.y + tall.height).toBeLessThanOrEqual(844);

    await raiseKeyboard(visitor, 420, 40);
    await waitFor(async () => (await boxOf(panelOf(visitor))).height === 420, 'the panel above the keyboard');
    expect(await boxOf(panelOf(visitor))).toEqual({ x: 0, y: 40, width: 390, height: 420 });
    const pen = await boxOf(visitor.chat.locator('.pen'));
    expect(pen.y + pen.height).toBeLessThanOrEqual(460);
    // The header stays, with Privacy and close; what lies between scrolls as one.
    expect((await boxOf(visitor.chat.locator('.head'))).y).toBe(40);
    const room = visitor.chat.locator('.room');
    const styles = await room.evaluate((one) => ({
      scrolls: getComputedStyle(one).overflowY,
      log: getComputedStyle(one.querySelector('.log') ?? one).overflowY,
    }));
    expect(styles).toEqual({ scrolls: 'auto', log: 'visible' });
    await waitFor(async () => {
      await room.evaluate((one) => {
        one.scrollTop = one.scrollHeight;
      });
      const accept = await boxOf(visitor.chat.locator('.cookie button').last());
      return accept.y >= 40 && accept.y + accept.height <= pen.y;
    }, 'Accept in the room, above the composer');

    await raiseKeyboard(visitor, 844);
    await waitFor(async () => (await boxOf(panelOf(visitor))).height === 844, 'the panel in its full height');
  });

  it('PR-86: reflows at 320 px: nothing is wider than the screen, in any state', async () => {
    const visitor = await stage.visitor('plain', NARROW);
    const overflow = (): Promise<string[]> =>
      visitor.frame().evaluate(() => {
        const wide = [...document.querySelectorAll('body *')].filter((one) => {
          const { left, right, width } = one.getBoundingClientRect();
          return width > 1 && (right > innerWidth + 1 || left < -1);
        });
        const scrolls = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
        return [...scrolls, ...wide.map((one) => `${one.tagName}.${one.getAttribute('class')}`)];
      });
    await visitor.open();
    expect(await overflow()).toEqual([]);
    await visitor.pressStart();
    await visitor.chat.locator('.sum').waitFor();
    expect(await overflow()).toEqual([]);
    await visitor.fillIn(`A word ${'of-no-end'.repeat(60)} and an address https://example.com/${'a'.repeat(300)}`);
    await visitor.pressStart();
    await visitor.composer.waitFor();
    expect(await overflow()).toEqual([]);
    await visitor.answerCookie('refuse');
    expect(await overflow()).toEqual([]);
    await visitor.chat.getByRole('button', { name: said.frame('privacy') }).click();
    await visitor.chat.locator('.purpose').first().waitFor();
    expect(await overflow()).toEqual([]);
  });

  it('long words wrap inside their bubble, on both sides', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(4);
    await visitor.begin(word, { name: 'Wim' });
    await agent.openTalk('Wim');
    await agent.say(`https://example.com/${'path'.repeat(80)}`);
    await bubblesWith(visitor.bubbles, 'https://example.com/');
    for (const bubbles of [visitor.bubbles, agent.bubbles]) {
      const wide = await bubbles.evaluateAll((all) =>
        all.map((bubble) => {
          // The words: what erases them stands beside the bubble, by intent.
          const words = bubble.querySelector('[dir]') ?? bubble;
          return words.scrollWidth > words.clientWidth + 1 || bubble.getBoundingClientRect().right > innerWidth;
        }),
      );
      expect(wide).toEqual([false, false]);
    }
    expect(await visitor.chat.locator('.log').evaluate((log) => log.scrollWidth - log.clientWidth)).toBe(0);
  });

  it('new messages do not take away the place where somebody reads', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('A long story follows.', { name: 'Xenia' });
    await visitor.answerCookie('refuse');
    for (let line = 1; line <= 14; line += 1) await visitor.say(`Line ${line} of a story that is told line by line, and long.`);
    await agent.openTalk('Xenia');
    await bubblesWith(agent.bubbles, 'Line 14');
    const log = visitor.chat.locator('.log');
    const top = (): Promise<number> => log.evaluate((one) => one.scrollTop);
    const atEnd = (): Promise<boolean> => log.evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight < 2);
    await waitFor(atEnd, 'the talk to stand at its end');

    await log.evaluate((one) => {
      one.scrollTop = 40;
    });
    await waitFor(async () => (await top()) === 40, 'the talk to be scrolled back');
    await agent.say('And the end of it?');
    const news = visitor.chat.getByRole('button', { name: said.chat('newMessages') });
    await news.waitFor();
    expect(await top()).toBe(40);
    // Not read before it was seen.
    await agent.page
      .locator('.grp.me .meta')
      .last()
      .filter({ hasText: said.console('status.delivered') })
      .waitFor();
    await news.click();
    await waitFor(atEnd, 'the talk to stand at its end');
    await news.waitFor({ state: 'detached' });
    await agent.page
      .locator('.grp.me .meta')
      .last()
      .filter({ hasText: said.console('status.read') })
      .waitFor();
    await agent.say('I wait.');
    await bubblesWith(visitor.bubbles, 'I wait.');
    await waitFor(atEnd, 'the talk to follow');

    // The same on the agent's side.
    const theirs = agent.page.locator('.talk .log');
    await theirs.evaluate((one) => {
      one.scrollTop = 40;
    });
    await visitor.say('They lived on.');
    await agent.page.getByRole('button', { name: said.console('talk.newBelow', { count: 1 }) }).click();
    await waitFor(() => theirs.evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight < 2), 'the end of the talk');
    expect(await agent.bubbles.last().textContent()).toContain('They lived on.');
  });
});
