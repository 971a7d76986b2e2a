import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHAT_COOKIE, OUTBOX_KEY, RESUME_MARK } from '../../shared/endpoints.ts';
import { bubblesWith, conversations, cookieWords, openStage, type Stage, said } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the cookie, and more than one tab', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  it('PR-12: asks with two buttons that differ in their word alone, refuse first, one click each', async () => {
    for (const answer of ['refuse', 'accept'] as const) {
      const visitor = await stage.visitor();
      await visitor.begin(`Which will it be, ${answer}?`);
      const buttons = visitor.chat.locator('.cookie button');
      expect(await buttons.allTextContents()).toEqual([cookieWords.refuse, cookieWords.accept]);
      const [refuse, accept] = await buttons.evaluateAll((all) =>
        all.map((button) => {
          const { width, height, top } = button.getBoundingClientRect();
          const style = getComputedStyle(button);
          // Sizes are compared as they are drawn; what follows from the word's own length is not the button's.
          const own = [...style].filter((name) => !/^(inline-size|width|perspective-origin|transform-origin)$/.test(name));
          return {
            tag: button.tagName,
            width,
            height,
            top,
            class: button.className,
            style: Object.fromEntries(own.map((name) => [name, style.getPropertyValue(name)])),
          };
        }),
      );
      expect(refuse).toEqual(accept);
      expect(refuse?.tag).toBe('BUTTON');
      await visitor.answerCookie(answer);
      await visitor.chat.getByText(answer === 'refuse' ? said.chat('notKept') : said.chat('kept', { hours: 24 })).waitFor();
      // Folded, it is one quiet line, and stays within the talk.
      const line = visitor.chat.locator('.agreed').last();
      expect(await line.locator('span').evaluate((words) => words.getClientRects()[0]?.height)).toBeLessThan(27);
      const [end, edge] = await Promise.all(
        [line.locator('button'), visitor.chat.locator('.log')].map((one) =>
          one.evaluate((box) => box.getBoundingClientRect().right - Number.parseFloat(getComputedStyle(box).paddingRight)),
        ),
      );
      expect(end).toBeLessThanOrEqual(edge ?? 0);
    }
  });

  it('PR-02 PR-15: no answer is no cookie, and the chat goes on without one', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('I answer no questions.', { name: 'Quinn' });
    await agent.openTalk('Quinn');
    await agent.say('You need not.');
    await bubblesWith(visitor.bubbles, 'You need not.');
    await visitor.say('Good.');
    await bubblesWith(agent.bubbles, 'Good.');
    // It stands where it stood, and covers nothing.
    const [question, log, pen] = await Promise.all(
      ['.cookie', '.log', '.pen'].map((part) => visitor.chat.locator(part).boundingBox()),
    );
    if (!question || !log || !pen) throw new Error('the chat is not drawn');
    expect(question.y).toBeGreaterThanOrEqual(log.y + log.height - 1);
    expect(pen.y).toBeGreaterThanOrEqual(question.y + question.height - 1);
    expect((await visitor.context.cookies()).map(({ name }) => name)).not.toContain(CHAT_COOKIE);
    expect(await visitor.page.evaluate(() => localStorage.length)).toBe(0);
    const [row] = await conversations(stage.relay);
    const events = await stage.relay.ctx.store.read.consentEventsOf(row?.id ?? '');
    expect(events.map(({ purpose }) => purpose)).not.toContain('persistence');
  });

  it('[PR-15] a refusal is not asked about again: not in the chat, and not by any page before another chat is begun', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('Once is enough.', { name: 'Orla' });
    await visitor.answerCookie('refuse');
    await agent.openTalk('Orla');
    await agent.say('Understood.');
    await bubblesWith(visitor.bubbles, 'Understood.');
    await visitor.chat.getByText(said.chat('notKept')).waitFor();
    expect(await visitor.chat.locator('.cookie').count()).toBe(0);
    for (let load = 0; load < 10; load += 1) {
      await visitor.page.reload();
      await visitor.launcher.waitFor();
      expect(await visitor.page.locator('parley-chat iframe').count()).toBe(0);
    }
    await visitor.open();
    await visitor.chat.locator('#question').waitFor();
    expect(await visitor.chat.locator('.cookie').count()).toBe(0);
  });

  it('after Accept two tabs show one conversation, and a tab at the form joins it without being asked', async () => {
    const [first, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    const before = (await conversations(stage.relay)).length;
    const waiting = await stage.tab(first.context, 'plain', '/other');
    await waiting.open();
    await waiting.chat.locator('#question').fill('Half a question');
    await first.page.bringToFront();
    await first.begin('From the first tab', { name: 'Roisin' });
    await first.answerCookie('accept');

    // The waiting tab comes along, and what was typed there is its draft.
    await bubblesWith(waiting.bubbles, 'From the first tab');
    expect(await waiting.composer.inputValue()).toBe('Half a question');
    const later = await stage.tab(first.context, 'plain', '/later');
    await later.open();
    await bubblesWith(later.bubbles, 'From the first tab');

    await agent.openTalk('Roisin');
    await agent.say('To every tab');
    await waiting.say('From the second tab');
    await later.say('From the third tab');
    for (const tab of [first, waiting, later]) {
      for (const text of ['To every tab', 'From the second tab', 'From the third tab']) await bubblesWith(tab.bubbles, text);
      expect(await tab.bubbles.count()).toBe(4);
      expect(await tab.chat.locator('.cookie').count()).toBe(0);
    }
    expect(await bubblesWith(agent.bubbles, 'From the third tab')).toBe(1);
    expect((await conversations(stage.relay)).length).toBe(before + 1);
  });

  it('Change to Refuse in one tab ends the cookie for the other, and the first goes on', async () => {
    const [first, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await first.begin('Kept, then not', { name: 'Sorcha' });
    await first.answerCookie('accept');
    const other = await stage.tab(first.context);
    await other.open();
    await bubblesWith(other.bubbles, 'Kept, then not');

    await first.page.bringToFront();
    await first.chat.getByRole('button', { name: said.chat('change'), exact: true }).click();
    await first.answerCookie('refuse');
    await other.chat.getByRole('heading', { name: said.chat('gone') }).waitFor();
    expect((await first.context.cookies()).map(({ name }) => name)).not.toContain(CHAT_COOKIE);
    await waitFor(
      async () => (await first.page.evaluate((key) => localStorage.getItem(key), RESUME_MARK)) === null,
      'the mark to be gone',
    );
    await first.say('Still here');
    await agent.openTalk('Sorcha');
    expect(await bubblesWith(agent.bubbles, 'Still here')).toBe(1);
    await first.page.reload();
    await first.open();
    await first.chat.locator('#question').waitFor();
    expect(await first.bubbles.count()).toBe(0);
  });

  it('what is unsent outlives a reload after Accept, and is sent once', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('Hold on', { name: 'Tadhg' });
    await visitor.answerCookie('accept');
    await agent.openTalk('Tadhg');
    await visitor.context.setOffline(true);
    await visitor.chat.locator('.strip').waitFor();
    await visitor.say('Written in a tunnel');
    await visitor.composer.fill('And half a sen');
    const kept = (): Promise<string | null> => visitor.frame().evaluate((key) => sessionStorage.getItem(key), OUTBOX_KEY);
    await waitFor(async () => (await kept())?.includes('half a sen'), 'the outbox to hold the draft');
    await visitor.context.setOffline(false);
    await visitor.page.reload();
    await visitor.open();
    await bubblesWith(visitor.bubbles, 'Written in a tunnel');
    expect(await visitor.composer.inputValue()).toBe('And half a sen');
    // And a further one: what was brought back is kept as what was typed.
    await visitor.chat.locator('.me .meta').last().getByText(said.chat('read')).waitFor();
    await visitor.page.reload();
    await visitor.open();
    await bubblesWith(visitor.bubbles, 'Written in a tunnel');
    expect(await visitor.composer.inputValue()).toBe('And half a sen');
    await visitor.chat
      .locator('.me .meta')
      .last()
      .filter({ hasText: said.chat('read') })
      .waitFor();
    expect(await bubblesWith(agent.bubbles, 'Written in a tunnel')).toBe(1);
    await visitor.composer.press('Enter');
    await bubblesWith(agent.bubbles, 'And half a sen');
    await waitFor(async () => (await kept()) === null, 'the outbox to be empty');
    expect(await agent.bubbles.count()).toBe(3);
  });

  it('the launcher counts what came while the panel was closed, and says it', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('I put this away now', { name: 'Una' });
    await agent.openTalk('Una');
    await visitor.chat.getByRole('button', { name: said.frame('close') }).click();
    await waitFor(async () => (await visitor.launcher.getAttribute('aria-expanded')) === 'false', 'the panel to be closed');
    const badge = visitor.page.locator('parley-chat button.l i');
    expect(await badge.isVisible()).toBe(false);
    await agent.say('First');
    await agent.say('Second');
    await badge.filter({ hasText: '2' }).waitFor();
    const words = said.loader('loader.unread', { count: 2 });
    expect(await visitor.launcher.getAttribute('aria-label')).toBe(words);
    expect(await visitor.page.locator('parley-chat [role="status"]').textContent()).toBe(words);
    await visitor.launcher.click();
    await bubblesWith(visitor.bubbles, 'Second');
    await badge.waitFor({ state: 'hidden' });
    expect(await visitor.launcher.getAttribute('aria-label')).toBe(said.loader('loader.close'));
    await agent.page
      .locator('.grp.me .meta')
      .last()
      .filter({ hasText: said.console('status.read') })
      .waitFor();
  });
});
