import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { bubblesWith, conversations, openStage, type Stage, said } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('[PR-54] a visitor who was forgotten', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const erase = async (): Promise<void> => {
    const [newest] = await conversations(stage.relay);
    await eraseVisitor(stage.relay.ctx, { conversationId: newest?.id ?? '' }, { by: 'operator', reason: 'request' });
  };

  it('is gone from every agent’s screen at once, the open talk among them, and from the list after a pause', async () => {
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

    // Another, while the console had no line: it is not told, and finds out when it comes back.
    const second = await stage.visitor();
    await second.begin('And me, while you were away', { name: 'Deirdre' });
    await agent.item('Deirdre').waitFor();
    await agent.context.setOffline(true);
    await erase();
    await agent.context.setOffline(false);
    await waitFor(async () => (await agent.item('Deirdre').count()) === 0, 'the list to forget', { timeoutMs: 15_000 });
  });
});
