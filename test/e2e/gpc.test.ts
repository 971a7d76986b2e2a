import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publishNotice } from '../../server/notices/publish.ts';
import { violations } from '../support/axe.ts';
import { noticeWithThirdParty } from '../support/notices.ts';
import { openStage, purposeWords, type Stage, said, type VisitorPage } from '../support/stage.ts';

describe('[PR-33] under Global Privacy Control', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
    const { ctx } = stage.relay;
    const site = await ctx.store.read.siteByKey('demo');
    await ctx.store.write((tx) => publishNotice(tx, site?.id ?? '', noticeWithThirdParty(), Date.now()));
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  /** A browser whose reader has switched it on, as such browsers say it: in each request, and to scripts. */
  async function withSignal(): Promise<VisitorPage> {
    const visitor = await stage.visitor('plain', { extraHTTPHeaders: { 'Sec-GPC': '1' } });
    await visitor.context.addInitScript(`Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })`);
    await visitor.page.reload();
    return visitor;
  }

  it('the box for a third party is off and says why, the chat starts without it, and Privacy tells', async () => {
    const visitor = await withSignal();
    await visitor.open();
    const box = visitor.chat.getByRole('checkbox', { name: purposeWords.news?.label ?? '' });
    await box.waitFor();
    expect([await box.isDisabled(), await box.isChecked()]).toEqual([true, false]);
    await visitor.chat.locator('label', { has: box }).getByText(said.frame('gpc').trim(), { exact: false }).waitFor();
    expect(await violations(visitor.page, 'parley-chat')).toEqual([]);
    await visitor.fillIn('Do you have The Tide Almanac?');
    await visitor.pressStart();
    await visitor.composer.waitFor();
    await visitor.chat.getByRole('button', { name: said.frame('privacy'), exact: true }).click();
    const row = visitor.chat.locator('.purpose', { hasText: purposeWords.news?.name ?? '' });
    await row.getByText(said.privacy('gpc'), { exact: false }).waitFor();
    expect(await row.getByRole('button', { name: said.privacy('change') }).count()).toBe(0);
  });

  it('without it the same box is an ordinary question', async () => {
    const visitor = await stage.visitor();
    await visitor.open();
    const box = visitor.chat.getByRole('checkbox', { name: purposeWords.news?.label ?? '' });
    await box.check();
    expect(await visitor.chat.getByText(said.frame('gpc').trim(), { exact: false }).count()).toBe(0);
  });
});
