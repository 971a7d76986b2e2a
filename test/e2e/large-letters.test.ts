import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formWords, openStage, type Stage, said, type VisitorPage } from '../support/stage.ts';

/** Letters twice the usual size, as a reader sets them: everything is read, nothing is cut, nothing lies over another. */
describe('letters of twice the size', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({}, { fontSize: 32 });
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  /** What is cut or lies over another, by its words. */
  const faults = (visitor: VisitorPage): Promise<string[]> =>
    visitor.frame().evaluate(() => {
      const found: string[] = [];
      for (const part of document.querySelectorAll('.head, .foot, .body, .sub, .room, .pen, .strip, .bar')) {
        const lines: { text: string; rect: DOMRect }[] = [];
        const words = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
        for (let node = words.nextNode(); node; node = words.nextNode()) {
          const around = node.parentElement;
          if (!node.textContent?.trim() || !around?.checkVisibility() || around.closest('.sr')) continue;
          const range = document.createRange();
          range.selectNodeContents(node);
          for (const rect of range.getClientRects()) lines.push({ text: node.textContent, rect });
        }
        for (const [at, one] of lines.entries()) {
          if (one.rect.left < 0 || one.rect.right > innerWidth) found.push(`out of the panel: ${one.text}`);
          for (const other of lines.slice(at + 1)) {
            const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
            const down = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
            if (across > 1 && down > 2) found.push(`over each other by ${down}: ${one.text} | ${other.text}`);
          }
        }
      }
      for (const box of document.querySelectorAll('h1, .state, button:not(.clause .link), textarea, .pen-foot span')) {
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = box;
        const cut = scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;
        if (getComputedStyle(box).display !== 'inline' && cut) found.push(`cut: ${box.textContent || box.ariaLabel || box.id}`);
      }
      return found;
    });

  /** Wholly in view, and nothing lies over it. */
  const inView = (visitor: VisitorPage, selector: string): Promise<boolean> =>
    visitor.chat.locator(selector).evaluate((element) => {
      const { top, bottom, left, right } = element.getBoundingClientRect();
      const inside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
      return inside && element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
    });

  it.each([
    ['the panel, which is as large as the letters of its reader', { width: 1280, height: 900 }, { width: 768, height: 868 }],
    ['a screen of 360 × 640', { width: 360, height: 640 }, { width: 360, height: 640 }],
  ])('are read in %s', async (_where, viewport, size) => {
    const visitor = await stage.visitor('plain', { viewport });
    const { chat } = visitor;
    const button = (name: string) => chat.getByRole('button', { name, exact: true });
    await visitor.open();
    expect(await visitor.frame().evaluate(() => ({ width: innerWidth, height: innerHeight }))).toEqual(size);
    expect(await faults(visitor), 'form').toEqual([]);
    expect(await inView(visitor, '.foot .btn')).toBe(true);
    await visitor.pressStart();
    await chat.locator('.sum').waitFor();
    expect(await faults(visitor), 'errors').toEqual([]);
    await chat.getByRole('button', { name: formWords.readFull }).click();
    await chat.locator('.points').waitFor();
    expect(await faults(visitor), 'full notice').toEqual([]);
    await button(said.frame('back')).first().click();

    await visitor.fillIn('Is The Tide Almanac in stock?');
    await visitor.pressStart();
    await chat.locator('.cookie').waitFor();
    expect(await faults(visitor), 'cookie question').toEqual([]);
    expect(await inView(visitor, '.pen-text')).toBe(true);
    // It scrolls with the talk, which has room of its own.
    expect(await chat.locator('.room').evaluate((room) => room.clientHeight)).toBeGreaterThan(180);
    await chat.locator('.cookie .pair').scrollIntoViewIfNeeded();
    for (const answer of ['.cookie .btn:first-child', '.cookie .btn:last-child'])
      expect(await inView(visitor, answer)).toBe(true);
    await visitor.answerCookie('accept');
    await chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
    expect(await faults(visitor), 'chat').toEqual([]);

    await button(said.frame('privacy')).click();
    await chat.locator('.purpose').first().waitFor();
    expect(await faults(visitor), 'Privacy').toEqual([]);
    for (const name of [said.privacy('withdraw'), said.privacy('change')]) {
      await button(name).last().click();
      expect(await faults(visitor), name).toEqual([]);
    }
  });
});
