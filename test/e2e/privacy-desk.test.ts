import { readFileSync } from 'node:fs';
import type { Download, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deskEn } from '../../shared/i18n/desk/desk.en.ts';
import { erasurePageEn } from '../../shared/i18n/desk/erasure.en.ts';
import { registerEn } from '../../shared/i18n/desk/register.en.ts';
import { addAgent } from '../support/agent.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const PASSWORD = 'a quiet place by the sea';
const DPO = { name: 'Deirdre', email: 'dpo@shop.example', password: PASSWORD };
let stage: Stage;
let first: TestVisitor;

beforeAll(async () => {
  stage = await openStage();
  await addAgent(stage.relay, { ...DPO, role: 'privacy' });
  await addAgent(stage.relay, { name: 'Ada', email: 'ada@shop.example', password: PASSWORD });
  first = await startVisitor(stage.relay);
  await startVisitor(stage.relay);
  await startVisitor(stage.relay);
});
afterEach(() => stage?.clear());
afterAll(() => stage?.close());

/** The desk, as somebody in the role `privacy` sees it. */
async function desk(place: string): Promise<Page> {
  const { page } = await stage.agent(DPO);
  await page.goto(`${stage.relay.origin}/console/#${place}`);
  return page;
}

const saved = async (download: Download): Promise<string> => readFileSync(await download.path(), 'utf8');

describe('the privacy desk', () => {
  it('stands in the rail of whoever may use it, and nowhere else', async () => {
    const { page } = await stage.agent(DPO);
    await page.getByRole('link', { name: 'Privacy' }).click();
    await page.getByRole('heading', { name: deskEn.title }).waitFor();
    expect(await page.getByRole('link', { name: 'Notices' }).count()).toBe(0);
    const other = await stage.agent({ email: 'ada@shop.example', password: PASSWORD });
    expect(await other.page.getByRole('link', { name: 'Privacy' }).count()).toBe(0);
    await other.page.goto(`${stage.relay.origin}/console/#privacy`);
    await other.page.getByRole('tab').first().waitFor();
    expect(await other.page.getByRole('heading', { name: deskEn.title }).count()).toBe(0);
  });
});

describe('the consent register at the desk', () => {
  it('finds a line, opens it with its screen as shown, verifies it, and takes the register along', async () => {
    const page = await desk('privacy');
    const lines = page.locator('.reg tbody tr');
    await lines.nth(2).waitFor();
    await page.getByRole('searchbox').fill(first.request.actId);
    await page.keyboard.press('Enter');
    await waitFor(async () => (await lines.count()) === 1, 'the one line');
    await lines.getByRole('button').press('Enter');
    const entry = page.getByRole('complementary');
    await entry.getByText('http://shop.example/books').waitFor();
    const shown = await entry.getByRole('link', { name: registerEn['detail.shown'] }).getAttribute('href');
    expect(shown).toBe(`/shown/${first.conversationId}`);
    await entry.getByRole('button', { name: registerEn['verify.one'] }).click();
    await entry.getByText('These 2 entries hold').waitFor();
    await page.getByRole('button', { name: registerEn['verify.all'] }).click();
    await page.getByText('Chain whole to entry 6.').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await waitFor(async () => (await entry.count()) === 0, 'the entry to close');
    expect(await lines.getByRole('button').evaluate((button) => button === document.activeElement)).toBe(true);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: registerEn['export.csv'] }).click(),
    ]);
    expect((await saved(file)).split('\r\n')).toHaveLength(3);
  });

  it('says when nothing fits, and goes back with one press', async () => {
    const page = await desk('privacy/register');
    await page.locator('.reg tbody tr').first().waitFor();
    await page.getByLabel(registerEn.event).selectOption('ConsentExpired');
    await page.getByText(registerEn.none).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: registerEn.clear }).click();
    await page.locator('.reg tbody tr').nth(2).waitFor();
  });
});

describe('erasing at the desk', () => {
  it('shows what would go, erases one visitor, and saves the certificate', async () => {
    const page = await desk('privacy/erasure');
    await page.getByLabel(erasurePageEn['one.id'], { exact: true }).fill(first.conversationId);
    await page.getByRole('button', { name: erasurePageEn['one.look'] }).click();
    await page.getByText('2 entries of the ledger stay').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: erasurePageEn['one.erase'] }).click();
    await page.getByText('1 visitor erased.').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: erasurePageEn.certificate }).click(),
    ]);
    expect(JSON.parse(await saved(file))).toMatchObject([{ schema: 'parley-erasure/1', by: 'agent' }]);
    await page.getByRole('cell', { name: erasurePageEn['by.agent'] }).waitFor();
    await page.getByLabel(erasurePageEn['one.id'], { exact: true }).fill(first.conversationId);
    await page.getByRole('button', { name: erasurePageEn['one.look'] }).click();
    await page.getByText(erasurePageEn.gone).waitFor();
  });

  it('erases all who fit only once their number was typed', async () => {
    const page = await desk('privacy/erasure');
    await page.getByLabel(erasurePageEn.status).selectOption('any');
    await page.getByRole('button', { name: erasurePageEn['many.count'] }).click();
    await page.getByText('2 visitors fit, with 2 conversations in all.').waitFor();
    const erase = page.getByRole('button', { name: 'Erase 2 visitors' });
    expect(await erase.getAttribute('aria-disabled')).toBe('true');
    await erase.click({ force: true });
    await page.getByLabel('Type 2 to confirm').fill('2');
    expect(await violations(page)).toEqual([]);
    await erase.click();
    await page.getByText('2 visitors erased.').waitFor();
    expect(await stage.relay.ctx.store.read.inbox('all', '', null, 9)).toEqual([]);
  });
});
