import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { violations } from '../support/axe.ts';
import { PHONE } from '../support/browser.ts';
import { agentOn, bubblesWith, openStage, type Stage, said, signInOn } from '../support/stage.ts';
import { OWNER } from '../support/start-relay.ts';
import { waitFor } from '../support/wait-for.ts';

describe('PR-83 PR-86: everybody can use the console', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  it.each([
    ['light', 'light', {}],
    ['dark', 'dark', {}],
    ['light on a phone', 'light', PHONE],
  ] as const)('axe finds nothing in any state, %s', async (where, colorScheme, screen) => {
    const visitor = await stage.visitor();
    const context = await stage.browser.context({ ...screen, colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const found: Record<string, string[]> = {};
    await page.goto(`${stage.relay.origin}/console/`);
    const submit = page.getByRole('button', { name: said.console('signIn.submit') });
    await submit.waitFor();
    found['sign-in'] = await violations(page);
    await submit.click();
    await page.locator('.wrong-sum').waitFor();
    found['sign-in errors'] = await violations(page);
    await signInOn(page, OWNER);
    await page.locator('.items h3, .none').first().waitFor();
    found.empty = await violations(page);

    const agent = agentOn(page);
    const name = `Cormac ${where}`;
    await visitor.begin('A question with a link, https://example.com', { name });
    await agent.item(name).waitFor();
    found.inbox = await violations(page);
    await agent.openTalk(name);
    await agent.say('An answer');
    await bubblesWith(visitor.bubbles, 'An answer');
    await visitor.composer.pressSequentially('I write');
    await page.locator('.typing-row').waitFor();
    found.conversation = await violations(page);
    if (!(await agent.card.isVisible())) await page.locator('#side-button').click();
    await agent.card.getByRole('button', { name: said.console('card.ipShow') }).click();
    await agent.card.locator('button.code').click();
    found.card = await violations(page);
    await page.keyboard.press('Escape');
    await visitor.chat.getByRole('button', { name: said.frame('privacy') }).click();
    await visitor.chat.getByRole('button', { name: said.privacy('withdraw'), exact: true }).click();
    await visitor.chat.getByRole('button', { name: said.privacy('withdrawSure') }).click();
    await page.locator('.locked').waitFor();
    found.locked = await violations(page);
    if (await page.locator('.back').isVisible()) await page.locator('.back').click();
    await page.locator('.me-face').click();
    await page.getByRole('menu').waitFor();
    found.menu = await violations(page);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((state) => [state, []])));
    expect(Object.keys(found)).toHaveLength(8);
    await context.close();
  });

  it('PR-84 PR-85: is worked by keyboard, and says what comes into the open conversation, once', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('First', { name: 'Dymphna' });
    const { page } = agent;
    await agent.item('Dymphna').focus();
    await page.keyboard.press('Enter');
    await page.locator('#talk-name', { hasText: 'Dymphna' }).waitFor();
    // Opening goes on to where one writes.
    await waitFor(() => agent.composer.evaluate((one) => one === document.activeElement), 'the focus on the composer');
    const heard = page.locator('[data-heard]');
    expect(await heard.getAttribute('aria-live')).toBe('polite');
    expect(await heard.textContent()).toBe('');
    await page.keyboard.type('Second');
    await page.keyboard.press('Enter');
    await bubblesWith(visitor.bubbles, 'Second');
    await visitor.say('Third');
    await waitFor(
      async () => (await heard.textContent()) === said.console('talk.announce', { name: 'Dymphna', text: 'Third' }),
      'the message to be said',
    );
    expect(await agent.composer.evaluate((one) => one === document.activeElement)).toBe(true);

    await page.locator('#view-all').focus();
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('#view-mine').getAttribute('aria-selected')).toBe('true');
    await page.locator('.me-face').press('Enter');
    await page.getByRole('menuitemradio', { name: said.console('menu.online') }).waitFor();
    await page.keyboard.press('Escape');
    await waitFor(
      () => page.locator('.me-face').evaluate((one) => one === document.activeElement),
      'the focus to return to the face',
    );
  });

  it('PR-83: here and away are told apart in forced colours, where no colour is ours', async () => {
    const { page } = await stage.agent(OWNER, { forcedColors: 'active' });
    const face = page.locator('.me-face');
    const dot = () => face.evaluate((one) => getComputedStyle(one, '::after').backgroundColor);
    const ground = await page.evaluate(() => {
      const probe = document.createElement('i');
      probe.style.color = 'Canvas';
      document.body.append(probe);
      return getComputedStyle(probe).color;
    });
    expect(await dot()).not.toBe(ground);
    await face.click();
    await page.getByRole('menuitemradio', { name: said.console('menu.away') }).click();
    await page.locator('.me-face.away').waitFor();
    expect(await dot()).toBe(ground);
  });
});
