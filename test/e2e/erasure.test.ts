import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isSigned, publicKeys } from '../../server/ledger/signing.ts';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { certificate, certificateBytes } from '../../shared/erasure.ts';
import { keptEn } from '../../shared/i18n/kept.en.ts';
import { relayWords } from '../../shared/i18n/relay.en.ts';
import { violations } from '../support/axe.ts';
import { textsOnDisk } from '../support/database.ts';
import { bubblesWith, conversations, openStage, type Stage, said } from '../support/stage.ts';

describe('[PR-54] a visitor who was forgotten', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const erase = async (): Promise<void> => {
    const [newest] = await conversations(stage.relay);
    await eraseVisitor(stage.relay.ctx, { conversationId: newest?.id ?? '' }, { actor: { kind: 'operator' }, reason: 'request' });
  };

  it('is gone from every agent’s screen at once, the open talk among them', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('Forget me, please: canary-5d21', { name: 'Fionnuala' });
    await agent.openTalk('Fionnuala');
    await bubblesWith(agent.bubbles, 'canary-5d21');
    await agent.composer.fill('You will be');
    await erase();
    await agent.page.getByRole('heading', { name: said.console('none.erasedTitle') }).waitFor();
    await visitor.chat.getByRole('heading', { name: said.chat('erased') }).waitFor();
    expect(await agent.page.locator('body').textContent()).not.toMatch(/canary-5d21|Fionnuala/);
    expect(new URL(agent.page.url()).hash).toBe('#inbox');
  });

  it('of one message: the owner asks once more, and its words leave the agent’s screen and the visitor’s own', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('Good evening', { name: 'Gormlaith' });
    await visitor.say('My card is the one with canary-31f7 on it');
    await visitor.say('Forget the last line, please');
    await agent.openTalk('Gormlaith');
    const bubble = agent.bubbles.filter({ hasText: 'canary-31f7' });
    await bubble.waitFor();
    const buttons = agent.page.getByRole('button', { name: said.console('talk.eraseMessage') });
    await buttons.nth(1).focus();
    await agent.page.keyboard.press('Enter');
    const dialog = agent.page.getByRole('dialog', { name: keptEn['eraseMessage.title'] });
    await dialog.getByText(keptEn['eraseMessage.text']).waitFor();
    expect(await violations(agent.page)).toEqual([]);
    await dialog.getByRole('button', { name: keptEn['eraseMessage.submit'] }).click();
    await dialog.waitFor({ state: 'detached' });
    await agent.page.locator('.erased').waitFor();
    await visitor.bubbles.filter({ hasText: relayWords.erased }).waitFor();
    for (const page of [agent.page.locator('body'), visitor.chat.locator('body')])
      expect(await page.textContent()).not.toContain('canary-31f7');
    expect(await agent.bubbles.filter({ hasText: 'Forget the last line' }).count()).toBe(1);
    expect(textsOnDisk(stage.relay, ['canary-31f7'])).toEqual([]);
    expect(await violations(agent.page)).toEqual([]);
    await erase();
  });

  it('does it alone, under Privacy: warned before, told after, with a certificate that holds, and nothing is kept', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('I want to leave no trace: canary-77aa', { name: 'Sadhbh' });
    await visitor.answerCookie('accept');
    await agent.openTalk('Sadhbh');
    const press = (name: string) => visitor.chat.getByRole('button', { name, exact: true }).click();
    await press(said.frame('privacy'));
    await press(said.privacy('erase'));
    await visitor.chat.getByText(said.privacy('eraseText')).waitFor();
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    await press(said.privacy('eraseSure'));
    await visitor.chat.getByText(said.privacy('erasedTitle')).waitFor();
    await agent.page.getByRole('heading', { name: said.console('none.erasedTitle') }).waitFor();
    const [download] = await Promise.all([visitor.page.waitForEvent('download'), press(said.privacy('saveCertificate'))]);
    const { signature, ...unsigned } = certificate.parse(JSON.parse(readFileSync(await download.path(), 'utf8')));
    const key = (await publicKeys(stage.relay.ctx.store.read)).get(signature.kid);
    expect(key && isSigned(certificateBytes(unsigned), signature, key)).toBe(true);
    expect([unsigned.by, unsigned.counts.message, unsigned.counts.conversation]).toEqual(['visitor', 1, 1]);
    expect((await visitor.context.cookies()).map(({ name }) => name)).not.toContain(CHAT_COOKIE);
    expect(await visitor.page.evaluate(() => localStorage.length)).toBe(0);
    expect(textsOnDisk(stage.relay, ['canary-77aa', 'Sadhbh'])).toEqual([]);
    expect(await conversations(stage.relay)).toEqual([]);
  });
});
