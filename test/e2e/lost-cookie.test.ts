import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAT_COOKIE, RESUME_MARK } from '../../shared/endpoints.ts';
import { conversations, openStage, type Stage, said } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

/** Some readers, and some add-ons, let no frame set a cookie. Accept is then an agreement that helps nothing. */
describe('a browser that keeps no cookie of a frame', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({}, { noCookies: { of: 'localhost', within: 'plain.localhost' } });
  });
  afterAll(() => stage?.close());

  it('is told apart: words, mark and console say that the chat ends with the page, and it does [PR-19, PR-22]', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    const told: string[] = [];
    visitor.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => told.push(`${payload}`)));
    await visitor.begin('Do you have The Tide Almanac?', { name: 'Muireann' });
    await agent.openTalk('Muireann');
    // The socket says that it is kept before it is known that the browser has no cookie.
    await visitor.context.route('**/api/session/check', async (route) => {
      const isKept = (frame: string): boolean => /"conversation:changed".*"keptUntil":\d/.test(frame);
      await waitFor(() => told.some(isKept), 'the socket to say that it is kept');
      await route.continue();
    });
    await visitor.chat.getByRole('button', { name: 'Accept', exact: true }).click();
    await visitor.chat.getByText(said.chat('cookieLost')).waitFor();

    expect((await visitor.context.cookies()).filter(({ name }) => name === CHAT_COOKIE)).toEqual([]);
    expect(await visitor.page.evaluate((key) => localStorage.getItem(key), RESUME_MARK)).toBeNull();
    expect((await conversations(stage.relay))[0]?.keptUntil).toBeNull();
    await visitor.say('Then we talk now.');
    await agent.bubbles.filter({ hasText: 'Then we talk now.' }).waitFor();

    await visitor.page.reload();
    await agent.page.locator('.strip', { hasText: 'Left the page at' }).waitFor();
    await visitor.launcher.waitFor();
    expect(await visitor.page.locator('parley-chat section').count()).toBe(0);
  });
});
