import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publishNotice } from '../../server/notices/publish.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { violations } from '../support/axe.ts';
import { newestEvents } from '../support/consent-events.ts';
import { noticeWithThirdParty } from '../support/notices.ts';
import { conversations, openStage, type Stage } from '../support/stage.ts';

describe('[PR-42] a visitor whose terms have changed materially', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  it('talks on in the page that is open, finds on the next one the new terms and why, and agrees to those', async () => {
    const visitor = await stage.visitor();
    await visitor.begin('Is The Tide Almanac in stock?', { name: 'Sorcha' });
    await visitor.answerCookie('accept');
    const { hash } = await stage.relay.ctx.store.write((tx) =>
      publishNotice(tx, DEMO_SITE_ID, noticeWithThirdParty(), Date.now()),
    );
    await visitor.say('Still here.');
    await visitor.bubbles.filter({ hasText: 'Still here.' }).waitFor();

    await visitor.page.reload();
    await visitor.open();
    await visitor.chat.getByText(/The terms changed on .*\. That closed your last chat\./).waitFor();
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    expect((await visitor.context.cookies()).map(({ name }) => name)).not.toContain(CHAT_COOKIE);
    expect(await visitor.page.evaluate(() => localStorage.length)).toBe(0);
    // Nothing is ticked for them.
    expect(await visitor.chat.locator('.tick:checked').count()).toBe(0);
    await visitor.fillIn('Is it back now?');
    await visitor.pressStart();
    await visitor.composer.waitFor();
    const events = await newestEvents(stage.relay);
    expect(events.map(({ notice_hash, ui_variant }) => [notice_hash, ui_variant])).toEqual([
      [hash, 'away.changed'],
      [hash, 'away.changed'],
    ]);
    expect(await conversations(stage.relay)).toHaveLength(2);
  });
});
