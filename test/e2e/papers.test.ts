import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PAPERS } from '../../server/papers/index.ts';
import { deskPapersEn } from '../../shared/i18n/desk/papers.en.ts';
import { papersWords } from '../../shared/i18n/papers.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { addAgent } from '../support/agent.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage } from '../support/stage.ts';

const DPO = {
  name: 'Dara Quinn',
  email: 'dara@northwind.example',
  password: 'a quiet place by the sea',
  role: 'privacy',
} as const;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await addAgent(stage.relay, DPO);
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

describe('the papers at the privacy desk (PR-73)', () => {
  it('are listed with what is to fill in, open to be printed, and are taken along as Markdown', async () => {
    const { page } = await stage.agent(DPO);
    await page.goto(`${stage.relay.origin}/console/#privacy/papers`);
    const lines = page.locator('.papers li');
    await lines.first().waitFor();
    expect(await lines.count()).toBe(PAPERS.length);
    expect(await violations(page)).toEqual([]);
    const title = papersWords['paper.record-controller'];
    const [paper] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: fill(deskPapersEn['open.of'], { title }) }).click(),
    ]);
    await paper.getByRole('heading', { name: title, level: 1 }).waitFor();
    expect(await paper.getByText('Harbour Hosting').first().isVisible()).toBe(true);
    // Its look came along under the policy of a page without any script.
    expect(
      await paper
        .locator('.paper')
        .first()
        .evaluate((one) => getComputedStyle(one).borderRadius),
    ).toBe('12px');
    expect(await violations(paper)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: fill(deskPapersEn['markdown.of'], { title }) }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^parley-record-controller-\d{4}-\d\d-\d\d\.md$/);
    expect(readFileSync(await download.path(), 'utf8')).toContain(`# ${title}`);
  });
});

describe('a breach at the privacy desk (PR-72)', () => {
  it('is recorded with its deadlines, reported, decided, and stays in the register', async () => {
    const visitor = await stage.visitor();
    await visitor.begin('Is this private?');
    const { page } = await stage.agent(DPO);
    await page.goto(`${stage.relay.origin}/console/#privacy/breaches`);
    const label = (key: 'breach.since' | 'breach.until') => page.getByLabel(deskPapersEn[key], { exact: true });
    await label('breach.since').fill('2026-01-02T00:00');
    await label('breach.until').fill('2026-01-01T00:00');
    const record = page.getByRole('button', { name: deskPapersEn['breach.record'] });
    await record.click();
    await page.getByText(deskPapersEn['breach.order']).waitFor();
    await label('breach.until').fill('2100-01-01T00:00');
    await record.click();
    const breach = page.locator('.breaches article');
    await breach.getByText('1 people, 1 conversations, All sites').waitFor();
    expect(await breach.locator('.breach-due li').count()).toBe(2);
    expect(await violations(page)).toEqual([]);
    const [report] = await Promise.all([
      page.waitForEvent('popup'),
      breach.getByRole('link', { name: deskPapersEn['breach.report'] }).click(),
    ]);
    await report.getByRole('heading', { name: /^Breach of / }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      breach.getByRole('link', { name: deskPapersEn['breach.ids'] }).click(),
    ]);
    expect(
      readFileSync(await download.path(), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(2);
    await breach.getByLabel(deskPapersEn['breach.state']).selectOption('not_notified');
    await breach.getByLabel(deskPapersEn['breach.notes']).fill('A false alarm.');
    await breach.getByRole('button', { name: deskPapersEn['breach.save'] }).click();
    await breach.getByText(deskPapersEn['breach.saved'], { exact: true }).waitFor();
    await page.reload();
    await breach.waitFor();
    expect(await breach.getByLabel(deskPapersEn['breach.notes']).inputValue()).toBe('A false alarm.');
    expect(await breach.getByLabel(deskPapersEn['breach.state']).inputValue()).toBe('not_notified');
  });
});
