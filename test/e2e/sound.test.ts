import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bubblesWith, openStage, type Stage, said, type VisitorPage, visitorOn } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the sound', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  /** How often it was started, and how often it was heard to its end. */
  const heard = (visitor: VisitorPage): Promise<{ started: number; ended: number }> =>
    visitor.frame().evaluate(() => (globalThis as unknown as { heard: { started: number; ended: number } }).heard);

  it('is off until somebody turns it on, then plays for what an agent says, and is off again', async () => {
    const [{ page }, agent] = await Promise.all([stage.visitor('bare'), stage.agent()]);
    await page.addInitScript(() => {
      const heard = { started: 0, ended: 0 };
      Object.assign(globalThis, { heard });
      const { play } = HTMLMediaElement.prototype;
      HTMLMediaElement.prototype.play = function () {
        heard.started += 1;
        this.addEventListener('ended', () => (heard.ended += 1), { once: true });
        return play.call(this);
      };
    });
    const fetched: string[] = [];
    page.on('request', (request) => request.url().endsWith('.wav') && fetched.push(request.url()));
    await page.goto(stage.hosts.url('plain'));
    const visitor = visitorOn(page);
    await visitor.begin('Do I hear you?', { name: 'Dervla' });
    const bell = visitor.chat.getByRole('button', { name: said.chat('sound'), exact: true });
    expect(await bell.getAttribute('aria-pressed')).toBe('false');
    await agent.openTalk('Dervla');
    await agent.say('In silence.');
    await bubblesWith(visitor.bubbles, 'In silence.');
    expect([await heard(visitor), fetched]).toEqual([{ started: 0, ended: 0 }, []]);

    await bell.click();
    expect(await bell.getAttribute('aria-pressed')).toBe('true');
    await visitor.say('My own words make none.');
    await bubblesWith(agent.bubbles, 'My own words make none.');
    await agent.say('Aloud.');
    await bubblesWith(visitor.bubbles, 'Aloud.');
    await waitFor(async () => (await heard(visitor)).ended === 1, 'the sound to be heard');
    expect(await heard(visitor)).toEqual({ started: 1, ended: 1 });
    expect(fetched).toEqual([expect.stringMatching(/\/w\/assets\/tone-[\w-]+\.wav$/)]);

    await bell.click();
    await agent.say('And in silence again.');
    await bubblesWith(visitor.bubbles, 'And in silence again.');
    expect(await heard(visitor)).toEqual({ started: 1, ended: 1 });
  });
});
