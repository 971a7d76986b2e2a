import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deskEn } from '../../shared/i18n/desk/desk.en.ts';
import { ipEn } from '../../shared/i18n/desk/ip.en.ts';
import { addAgent } from '../support/agent.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage, said } from '../support/stage.ts';

const PASSWORD = 'a quiet place by the sea';
const DPO = { name: 'Deirdre', email: 'dpo@shop.example', password: PASSWORD };
const ADA = { name: 'Ada', email: 'ada@shop.example', password: PASSWORD };
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await addAgent(stage.relay, { ...DPO, role: 'privacy' });
  await addAgent(stage.relay, ADA);
});
afterEach(() => stage?.clear());
afterAll(() => stage?.close());

const desk = async (who?: typeof DPO) => {
  const { page } = await stage.agent(who);
  await page.goto(`${stage.relay.origin}/console/#privacy/ip`);
  const [mode, viewers] = [page.getByRole('group', { name: ipEn.mode }), page.getByRole('group', { name: ipEn.viewers })];
  await mode.waitFor();
  return { page, mode, viewers, save: page.getByRole('button', { name: deskEn['choice.save'] }) };
};

describe('the desk’s page on the IP address', () => {
  it('[PR-66] says who sees it; the card of an agent follows, without a dead button, while it is open', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent(ADA)]);
    await visitor.begin('From where am I writing?', { name: 'Iseult' });
    await agent.openTalk('Iseult');
    const show = agent.card.getByRole('button', { name: said.console('card.ipShow') });
    await agent.card.getByText(said.console('card.ipHidden')).waitFor();
    expect(await show.count()).toBe(0);
    const { page, viewers, save } = await desk();
    expect(await viewers.getByRole('radio', { name: ipEn.privacy }).isChecked()).toBe(true);
    await viewers.getByRole('radio', { name: ipEn.agent }).check();
    await save.last().click();
    await page.getByText(ipEn.savedViewers).waitFor();
    await show.click();
    await agent.card.getByText('127.0.0.1').waitFor();
    await viewers.getByRole('radio', { name: ipEn.ownerText }).check();
    await save.last().click();
    await agent.card.getByText(said.console('card.ipHidden')).waitFor();
    expect(await agent.card.getByText('127.0.0.1').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  it('[PR-63] keeps less at once and says what the notices say; who looks after privacy sees it, and changes nothing', async () => {
    const { page, mode, save } = await desk();
    const kept = (name: string) => mode.getByRole('radio', { name });
    expect(await kept(ipEn.full).isChecked()).toBe(true);
    expect(await save.first().getAttribute('aria-disabled')).toBe('true');
    await kept(ipEn.truncated).check();
    await save.first().click();
    await page.getByText(ipEn.savedNow).waitFor();
    await page
      .getByText(ipEn.saysMore.replace('{version}', '1').replace('{locale}', 'English').replace('{said}', ipEn.full))
      .waitFor();
    await page.getByText(ipEn.draft).waitFor();
    expect(await violations(page)).toEqual([]);
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('And from where now?', { name: 'Dubhaltach' });
    await agent.openTalk('Dubhaltach');
    await agent.card.getByText('127.0.0.0/24').waitFor();
    const other = await desk(DPO);
    expect(await other.mode.getByRole('radio', { name: ipEn.truncated }).isChecked()).toBe(true);
    expect(await other.mode.getByRole('radio', { name: ipEn.none }).isDisabled()).toBe(true);
    await other.page.getByText(deskEn['choice.onlyOwners']).first().waitFor();
    expect(await other.save.count()).toBe(0);
    await page.getByRole('link', { name: ipEn.toNotices }).click();
    await page.waitForURL(/#notices/);
  });
});
