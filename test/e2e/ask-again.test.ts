import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publishNotice } from '../../server/notices/publish.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { RESUME_MARK } from '../../shared/endpoints.ts';
import { violations } from '../support/axe.ts';
import { newestEvents } from '../support/consent-events.ts';
import { noticeWithThirdParty } from '../support/notices.ts';
import { bubblesWith, openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('[PR-42] a notice that changed', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  it('lets the page talk on that is open, asks the one that comes back with the new words, and keeps nothing meanwhile', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('Do you post to Lisbon?', { name: 'Padraig' });
    await visitor.answerCookie('accept');
    await agent.openTalk('Padraig');
    await stage.relay.ctx.store.write((tx) => publishNotice(tx, DEMO_SITE_ID, noticeWithThirdParty(), Date.now()));
    await visitor.say('Or to Porto?');
    await bubblesWith(agent.bubbles, 'Or to Porto?');

    await visitor.page.reload();
    const box = visitor.chat.locator('#box-answer');
    if (!(await visitor.chat.locator('.clause').isVisible())) await visitor.open();
    await box.waitFor();
    await visitor.chat.getByText(/The terms changed on .*\. That closed your last chat\./).waitFor();
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    expect([await box.isChecked(), await visitor.bubbles.count()]).toEqual([false, 0]);
    const kept = () => visitor.page.evaluate((mark) => localStorage.getItem(mark), RESUME_MARK);
    await waitFor(async () => (await kept()) === null, 'the mark to go with the cookie');
    expect((await visitor.context.cookies()).filter(({ name }) => name.includes('parley'))).toEqual([]);
    await agent.page.getByText(/Notice changed at/).waitFor();

    await visitor.fillIn('Do you post to Braga?');
    await visitor.pressStart();
    await bubblesWith(visitor.bubbles, 'Do you post to Braga?');
    expect((await newestEvents(stage.relay)).map(({ ui_variant }) => ui_variant)).toEqual(['here.changed', 'here.changed']);
  });
});
