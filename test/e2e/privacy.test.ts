import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStage, purposeWords, type Stage, said, type VisitorPage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('Privacy in the chat', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const press = (visitor: VisitorPage, name: string): Promise<void> =>
    visitor.chat.getByRole('button', { name, exact: true }).click();

  it('PR-17: opens without a connection, because what it needs came while there was one', async () => {
    const visitor = await stage.visitor();
    const came = visitor.page.waitForResponse('**/w/assets/privacy-*.js');
    await visitor.begin('Is anybody there?');
    await (await came).finished();
    await visitor.context.setOffline(true);
    await press(visitor, said.frame('privacy'));
    await visitor.chat.getByText(purposeWords.answer?.name ?? '').waitFor();
  });

  it('PR-17: says in words that it could not be had, and Retry gets it', async () => {
    const visitor = await stage.visitor();
    let refused = 0;
    await visitor.context.route('**/w/assets/privacy-*.js*', async (route) => {
      refused += 1;
      await route.abort('connectionrefused');
    });
    await visitor.begin('Is anybody there?');
    await waitFor(() => refused === 1, 'the quiet try to fail');
    await press(visitor, said.frame('privacy'));
    const words = visitor.chat.getByRole('alert').filter({ hasText: said.chat('noPrivacy') });
    await words.waitFor();
    await visitor.context.unroute('**/w/assets/privacy-*.js*');
    await words.getByRole('button', { name: said.frame('retry') }).click();
    await visitor.chat.getByText(purposeWords.answer?.name ?? '').waitFor();
    expect(refused).toBe(2);
  });
});
