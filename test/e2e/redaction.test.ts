import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { redactionEn } from '../../shared/i18n/desk/redaction.en.ts';
import { DEFAULT_RULES, type RedactionRules } from '../../shared/redaction/redaction.ts';
import { violations } from '../support/axe.ts';
import { bubblesWith, formWords, openStage, type Stage, said, type VisitorPage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';
import { tapWire, type Wire } from './support/wire.ts';

const CARD = '4242 4242 4242 4242';
const MARK = '[card number removed]';
const MODULE = '**/w/assets/privacy-*.js*';

const question = ({ chat }: VisitorPage): Locator => chat.getByRole('alertdialog');
const press = (visitor: VisitorPage, key: Parameters<typeof said.askFirst>[0]): Promise<void> =>
  question(visitor)
    .getByRole('button', { name: said.askFirst(key), exact: true })
    .click();
const chosen = (field: Locator): Promise<string> =>
  field.evaluate((node) => {
    const { value, selectionStart, selectionEnd } = node as HTMLTextAreaElement;
    return node === document.activeElement ? value.slice(selectionStart, selectionEnd) : 'no focus';
  });
/** The number in any of the ways that it could have been sent. */
const carried = (wire: Wire): string[] =>
  wire.sent.filter((line) => line.replace(/[\s-]|%20/g, '').includes(CARD.replaceAll(' ', '')));

describe('before something is sent that need not be', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(async () => {
    await rules({});
    await stage.clear();
  });
  afterAll(() => stage?.close());

  const rules = (change: Partial<RedactionRules>): Promise<void> =>
    stage.relay.ctx.store.write(async (tx) => {
      const site = await tx.siteByKey('demo');
      if (site) await tx.upsertSite({ ...site, settings: { ...site.settings, redaction: { ...DEFAULT_RULES, ...change } } });
    });
  /** A chat that runs, with the page's own code at hand, and everything that leaves from now on. */
  const chatting = async (): Promise<[VisitorPage, Wire]> => {
    const visitor = await stage.visitor();
    const came = visitor.page.waitForResponse(MODULE);
    const wire = tapWire(visitor.context);
    await visitor.page.reload();
    await visitor.begin('Is it in stock?', { name: 'Nora' });
    await (await came).finished();
    return [visitor, wire];
  };

  it('the visitor is asked, takes it out, and the number never leaves the browser; everybody reads the same', async () => {
    const [visitor, wire] = await chatting();
    const agent = await stage.agent();
    await agent.openTalk('Nora');
    await visitor.say(`My card is ${CARD}, thanks`);
    await question(visitor)
      .getByRole('heading', { name: said.askFirst('title.card') })
      .waitFor();
    expect(await question(visitor).locator('.would').textContent()).toBe(`My card is ${MARK}, thanks`);
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    await press(visitor, 'take');
    await question(visitor).waitFor({ state: 'detached' });
    await bubblesWith(visitor.bubbles, `My card is ${MARK}, thanks`);
    await bubblesWith(agent.bubbles, `My card is ${MARK}, thanks`);
    expect(await visitor.composer.inputValue()).toBe('');
    expect(await chosen(visitor.composer)).toBe('');
    expect(carried(wire)).toEqual([]);
  });

  it('the keyboard alone does all of it: a held Enter answers nothing, Escape goes back and closes nothing, nothing typed is lost', async () => {
    const [visitor, wire] = await chatting();
    const typed = `Take ${CARD} for it`;
    await visitor.composer.fill(typed);
    await visitor.composer.press('Enter');
    await question(visitor).waitFor();
    await visitor.page.keyboard.press('Enter');
    await visitor.page.keyboard.press('Enter');
    expect(await question(visitor).isVisible()).toBe(true);
    await visitor.page.keyboard.press('Escape');
    await question(visitor).waitFor({ state: 'detached' });
    await waitFor(async () => (await chosen(visitor.composer)) === CARD, 'the number to be chosen in the field');
    expect(await visitor.composer.inputValue()).toBe(typed);
    expect(await visitor.launcher.getAttribute('aria-expanded')).toBe('true');
    // Typed over, it is sent without a question.
    await visitor.page.keyboard.type('cash');
    await visitor.page.keyboard.press('Enter');
    await bubblesWith(visitor.bubbles, 'Take cash for it');
    await visitor.composer.fill(typed);
    await visitor.composer.press('Enter');
    await question(visitor).waitFor();
    for (const key of ['take', 'change'] as const) {
      await visitor.page.keyboard.press('Tab');
      const name = await question(visitor).evaluate(({ ownerDocument }) => ownerDocument.activeElement?.textContent);
      expect(name).toBe(said.askFirst(key));
    }
    await visitor.page.keyboard.press('Shift+Tab');
    await visitor.page.keyboard.press('Enter');
    await bubblesWith(visitor.bubbles, `Take ${MARK} for it`);
    expect(carried(wire)).toEqual([]);
  });

  it('the form asks too, before its POST: changed it stays a form, taken out it starts', async () => {
    const visitor = await stage.visitor();
    const wire = tapWire(visitor.context);
    await visitor.open();
    await visitor.fillIn(`Charge ${CARD} for the almanac`, { name: 'Nora 5555 5555 5555 4444' });
    await visitor.pressStart();
    await question(visitor)
      .getByRole('heading', { name: said.askFirst('title.many', { count: 2 }) })
      .waitFor();
    await press(visitor, 'change');
    const field = visitor.chat.locator('#question');
    await waitFor(async () => (await chosen(field)) === CARD, 'the number to be chosen in the field');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await visitor.chat.locator('#box-answer').isChecked()).toBe(true);
    expect(wire.bodies('/api/consents')).toEqual([]);
    await visitor.pressStart();
    await press(visitor, 'takeMany');
    await visitor.composer.waitFor();
    await bubblesWith(visitor.bubbles, `Charge ${MARK} for the almanac`);
    expect(wire.bodies('/api/consents')).toMatchObject([{ name: `Nora ${MARK}` }]);
    expect(carried(wire)).toEqual([]);
    expect(JSON.stringify(wire.sent)).not.toContain('5555 5555');
  });

  it('is sent as it is only where the owner lets it, and then it is', async () => {
    await rules({ cards: 'ask' });
    const [visitor] = await chatting();
    await visitor.say(CARD);
    await press(visitor, 'asIs');
    await bubblesWith(visitor.bubbles, CARD);
    await visitor.say(`${CARD} and DE89 3704 0044 0532 0130 00`);
    await question(visitor).waitFor();
    expect(
      await question(visitor)
        .getByRole('button', { name: said.askFirst('asIs') })
        .count(),
    ).toBe(0);
    await press(visitor, 'takeMany');
    await bubblesWith(visitor.bubbles, `${MARK} and [account number removed]`);
  });

  it('knows the owner’s patterns by their names', async () => {
    await rules({ own: [{ name: 'Member number', pattern: 'KD-#####', mode: 'remove' }] });
    const [visitor] = await chatting();
    await visitor.say('It is kd-12345, I think');
    await question(visitor)
      .getByRole('heading', { name: said.askFirst('title.own', { name: 'Member number' }) })
      .waitFor();
    await press(visitor, 'take');
    await bubblesWith(visitor.bubbles, 'It is [Member number removed], I think');
  });

  it('where the code that asks cannot be had, the relay takes it out, and the sender sees what stands', async () => {
    const visitor = await stage.visitor();
    await visitor.context.route(MODULE, (route) => route.abort('connectionrefused'));
    await visitor.begin(`Charge ${CARD}`);
    await bubblesWith(visitor.bubbles, `Charge ${MARK}`);
    await visitor.say(`Or ${CARD}`);
    await bubblesWith(visitor.bubbles, `Or ${MARK}`);
    expect(await visitor.bubbles.filter({ hasText: CARD }).count()).toBe(0);
  });

  it('asks nobody about telephone and order numbers', async () => {
    const [visitor] = await chatting();
    const text = 'Order 2026-00123456, call +353 91 555 0123 or 0151 23456789';
    await visitor.say(text);
    await bubblesWith(visitor.bubbles, text);
    expect(await question(visitor).count()).toBe(0);
  });

  it('a form that is refused for something else asks about that first', async () => {
    const visitor = await stage.visitor();
    await visitor.open();
    await visitor.chat.locator('#question').fill(CARD);
    await visitor.chat.getByRole('button', { name: formWords.start }).click();
    await visitor.chat.locator('.sum').waitFor();
    expect(await question(visitor).count()).toBe(0);
  });
});

describe('the owner’s page about it', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage?.close());

  it('changes the rules, shows what they would take out, refuses what cannot be used, and holds at once', async () => {
    const [{ page }, visitor] = [await stage.agent(), await stage.visitor()];
    await page.goto(`${page.url().split('#')[0]}#privacy/redaction`);
    const stands = page.locator('.red-stands');
    await stands.waitFor();
    expect(await stands.textContent()).toBe(`My card is ${MARK} and my account is [account number removed].`);
    expect(await violations(page)).toEqual([]);
    const save = page.getByRole('button', { name: redactionEn.save, exact: true });
    const status = page.locator('.red-foot [role="status"]');
    const says = (words: string) => waitFor(async () => (await status.textContent()) === words, words);
    await page.getByRole('button', { name: redactionEn.add }).click();
    await page.getByLabel(redactionEn.name, { exact: true }).fill('Member number');
    await page.getByLabel(redactionEn.pattern, { exact: true }).fill('@@@@');
    await save.click();
    await says(redactionEn.mend);
    await page.getByText(redactionEn['fault.loose']).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel(redactionEn.pattern, { exact: true }).fill('KD-#####');
    await page.getByLabel(redactionEn.ibans, { exact: true }).selectOption('off');
    await page.getByLabel(redactionEn.tryLabel).fill('KD-12345 and DE89370400440532013000');
    expect(await stands.textContent()).toBe('[Member number removed] and DE89370400440532013000');
    await save.click();
    await says(redactionEn.saved);
    await page.reload();
    await page.locator('#red-pattern-0').waitFor();
    expect(await page.locator('#red-pattern-0').inputValue()).toBe('KD-#####');
    expect(await page.getByLabel(redactionEn.ibans, { exact: true }).inputValue()).toBe('off');
    await visitor.begin('Is it in stock?');
    await visitor.say('kd-54321');
    await question(visitor).waitFor();
    await page.getByRole('button', { name: redactionEn.remove.replace('{name}', 'Member number') }).click();
    await page.locator('.red-none').waitFor();
    await save.click();
    await says(redactionEn.saved);
  });
});
