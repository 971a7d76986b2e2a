import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recipientsEn } from '../../shared/i18n/desk/recipients.en.ts';
import { restrictedEn } from '../../shared/i18n/desk/restricted.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { violations } from '../support/axe.ts';
import { type Recipient, startRecipient } from '../support/recipient.ts';
import { openStage, type Stage, said } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

let stage: Stage;
let recipient: Recipient;

beforeAll(async () => {
  recipient = await startRecipient();
  stage = await openStage({ env: { PARLEY_WEBHOOKS_LOOPBACK: '1' } });
});
afterEach(() => stage?.clear());
afterAll(async () => {
  await stage?.close();
  await recipient?.close();
});

describe('recipients at the desk', () => {
  it('[PR-46] are added with a secret that is shown once, tested, and seen to confirm', async () => {
    const { page } = await stage.agent();
    await page.goto(`${stage.relay.origin}/console/#privacy/recipients`);
    await page.getByText(recipientsEn['list.empty']).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel(recipientsEn['add.name']).fill('Paperboat Mail');
    await page.getByLabel(recipientsEn['add.url']).fill(recipient.url);
    await page.getByRole('button', { name: recipientsEn['add.do'], exact: true }).click();
    const secret = page.locator('.told-secret code');
    await secret.waitFor();
    expect(await secret.textContent()).toMatch(/^whsec_/);
    await page.getByText('does not name Paperboat Mail').waitFor();
    await page.getByRole('button', { name: recipientsEn['secret.done'] }).click();
    expect(await secret.count()).toBe(0);
    await page.getByRole('button', { name: recipientsEn.test }).click();
    await waitFor(() => recipient.received.length === 1, 'the test to arrive');
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.locator('.told-log .st.yes').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe('a restricted visitor, on three screens', () => {
  it('[PR-53] leaves the agent’s, is read at the desk, and comes back once the person was told', async () => {
    const visitor = await stage.visitor();
    await visitor.begin('Is The Tide Almanac here?', { name: 'Nuala' });
    const agent = await stage.agent();
    await agent.openTalk('Nuala');
    const [row] = await stage.relay.ctx.store.read.inbox('all', '', null, 1);
    const id = row?.id ?? '';
    const { page: desk } = await stage.agent();
    await desk.goto(`${stage.relay.origin}/console/#privacy/restricted`);
    await desk.getByText(restrictedEn['list.empty']).waitFor();
    expect(await violations(desk)).toEqual([]);
    await desk.getByLabel(restrictedEn['add.id']).fill(id);
    await desk.getByRole('button', { name: restrictedEn['add.do'], exact: true }).click();
    await agent.page.getByRole('heading', { name: said.console('none.restrictedTitle') }).waitFor();
    expect(await agent.page.locator('body').textContent()).not.toMatch(/Tide Almanac|Nuala/);
    await visitor.chat.getByText('All of it is kept, and nobody works with it.').waitFor();
    expect(await visitor.composer.count()).toBe(0);
    await desk.getByRole('button', { name: /^Read the chat/ }).click();
    await desk.getByText('Is The Tide Almanac here?').waitFor();
    const lift = desk.getByRole('button', { name: 'Lift the restriction' });
    expect(await lift.isDisabled()).toBe(true);
    expect(await violations(desk)).toEqual([]);
    await desk.getByRole('button', { name: restrictedEn['step.told'] }).click();
    await desk.getByText(fill(restrictedEn['step.isTold'], { by: 'e-mail', time: '' }).slice(0, 16)).waitFor();
    await lift.click();
    await desk.getByText(restrictedEn['list.empty']).waitFor();
    await visitor.composer.waitFor();
    await agent.item('Nuala').waitFor();
  });
});
