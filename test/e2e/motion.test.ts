import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { violations } from '../support/axe.ts';
import { bubblesWith, openStage, type Stage, said, type VisitorPage, visitorOn } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('what moves', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  /** Counts in every frame what is set in motion, by script or by style, with the words of it. */
  const watchMotion = async (page: Page): Promise<void> => {
    await page.addInitScript(() => {
      const moved: string[] = [];
      Object.assign(globalThis, { moved });
      const { animate } = Element.prototype;
      Element.prototype.animate = function (...given) {
        moved.push(this.textContent ?? '');
        return animate.apply(this, given);
      };
      const note = ({ target }: Event): unknown =>
        target instanceof Element && moved.push(`${target.className} ${target.textContent}`);
      for (const type of ['animationstart', 'transitionrun']) addEventListener(type, note, true);
    });
  };
  const moved = (visitor: VisitorPage, text: string): Promise<number> =>
    visitor.frame().evaluate((part) => {
      const { moved } = globalThis as unknown as { moved: string[] };
      return moved.filter((one) => one.includes(part)).length;
    }, text);

  async function arrive(options: Parameters<Stage['visitor']>[1] = {}): Promise<VisitorPage> {
    const { page } = await stage.visitor('bare', options);
    await watchMotion(page);
    await page.goto(stage.hosts.url('plain'));
    return visitorOn(page);
  }

  it('a bubble appears once: not what was loaded, not on the way back from Privacy, not when it has arrived', async () => {
    const [visitor, agent] = await Promise.all([arrive(), stage.agent()]);
    const { chat } = visitor;
    await visitor.begin('The first words', { name: 'Aine' });
    await visitor.answerCookie('accept');
    await chat.locator('.log[aria-live="polite"]').waitFor();
    await agent.openTalk('Aine');
    await agent.say('The words of the agent');
    await bubblesWith(visitor.bubbles, 'The words of the agent');
    await visitor.say('My further words');
    await visitor.say('And yet more words');
    await chat
      .locator('.me .meta')
      .last()
      .filter({ hasText: said.chat('read') })
      .waitFor();
    await chat.getByRole('button', { name: said.frame('privacy'), exact: true }).click();
    await chat.locator('.purpose').first().waitFor();
    await chat.getByRole('button', { name: said.chat('backToChat') }).click();
    await visitor.composer.waitFor();
    // What comes last is a sign that all before it had its time to move.
    await agent.say('The last words');
    await waitFor(async () => (await moved(visitor, 'The last words')) === 1, 'the last bubble to appear');
    for (const [text, times] of [
      ['The first words', 0],
      ['The words of the agent', 1],
      ['My further words', 1],
      ['And yet more words', 1],
    ] as const)
      expect(await moved(visitor, text), text).toBe(times);

    await visitor.page.reload();
    await visitor.open();
    await chat.locator('.log[aria-live="polite"]').waitFor();
    await agent.say('After the page load');
    await waitFor(async () => (await moved(visitor, 'After the page load')) === 1, 'the new bubble to appear');
    expect(await moved(visitor, 'words')).toBe(0);
  });

  it('nothing does for a reader who wants less motion', async () => {
    const [visitor, agent] = await Promise.all([arrive({ reducedMotion: 'reduce' }), stage.agent()]);
    await visitor.begin('The first words', { name: 'Brid' });
    await visitor.chat.locator('.log[aria-live="polite"]').waitFor();
    await agent.openTalk('Brid');
    await agent.composer.pressSequentially('The words');
    await visitor.chat.locator('.typing').waitFor();
    expect(
      await visitor.chat
        .locator('.typing i')
        .first()
        .evaluate((dot) => getComputedStyle(dot).animationName),
    ).toBe('none');
    await agent.composer.press('Enter');
    await bubblesWith(visitor.bubbles, 'The words');
    await visitor.chat.getByRole('button', { name: said.frame('close') }).click();
    await visitor.page.locator('parley-chat section').waitFor({ state: 'hidden' });
    await visitor.open();
    const all = await Promise.all(
      visitor.page.frames().map((frame) => frame.evaluate(() => (globalThis as unknown as { moved: string[] }).moved)),
    );
    expect(all.flat()).toEqual([]);
  });

  it('forced colours: every shape has an edge, every state a sign, and axe finds nothing', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor('plain', { forcedColors: 'active' }), stage.agent()]);
    const { chat } = visitor;
    const edges = (selectors: string[]): Promise<string[]> =>
      chat.locator('body').evaluate((body, all) => {
        const bare = (selector: string): boolean => {
          const shape = body.querySelector(selector);
          const { borderStyle, borderWidth } = getComputedStyle(shape ?? body);
          return borderStyle === 'none' || borderWidth === '0px';
        };
        return all.filter(bare);
      }, selectors);
    await visitor.open();
    expect(await chat.locator('body').evaluate(() => matchMedia('(forced-colors: active)').matches)).toBe(true);
    expect(await edges(['.mark', '.btn.main', '.input', '.paper'])).toEqual([]);
    // The box is the reader's own, with a tick that their colours draw.
    expect(await chat.locator('#box-answer').evaluate((box) => getComputedStyle(box).appearance)).toBe('auto');
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    await visitor.fillIn('Can you see me?', { name: 'Cliona' });
    await visitor.pressStart();
    await agent.openTalk('Cliona');
    await agent.say('I can.');
    await bubblesWith(visitor.bubbles, 'I can.');
    expect(await edges(['.me .bub', '.grp:not(.me) .bub', '.send', '.cookie', '.cookie .btn'])).toEqual([]);
    // Mine are told from theirs by more than their side.
    const [mine, theirs] = await Promise.all(
      ['.me .bub', '.grp:not(.me) .bub'].map((one) =>
        chat
          .locator(one)
          .first()
          .evaluate((bubble) => getComputedStyle(bubble).borderInlineEndWidth),
      ),
    );
    expect([mine, theirs]).toEqual(['4px', '1px']);
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
  });
});
