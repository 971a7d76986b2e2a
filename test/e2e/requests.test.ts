import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requestsEn } from '../../shared/i18n/desk/requests.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { newId } from '../../shared/ids.ts';
import { addAgent } from '../support/agent.ts';
import { unzip } from '../support/archive.ts';
import { violations } from '../support/axe.ts';
import { post } from '../support/http.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { startVisitor } from '../support/visitor.ts';

const DPO = {
  name: 'Dara Quinn',
  email: 'dara@northwind.example',
  password: 'a quiet place by the sea',
  role: 'privacy',
} as const;
const SAID = 'Is the blue edition of the almanac signed by both?';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await addAgent(stage.relay, DPO);
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

const word = (key: keyof typeof requestsEn): string => requestsEn[key] as string;
const button = (page: Page, key: keyof typeof requestsEn) => page.getByRole('button', { name: word(key), exact: true });
const field = (page: Page, key: keyof typeof requestsEn) => page.getByLabel(word(key), { exact: true });

async function atDesk(): Promise<Page> {
  const { page } = await stage.agent(DPO);
  await page.goto(`${stage.relay.origin}/console/#privacy/requests`);
  await page.getByRole('heading', { name: word('title'), exact: true }).waitFor();
  return page;
}

/** Enters what came, by the form. */
async function enter(page: Page, kind: string, contact: string): Promise<void> {
  await page.getByRole('link', { name: word('new'), exact: true }).click();
  await field(page, 'new.kind').selectOption(kind);
  await field(page, 'new.contact').fill(contact);
  await field(page, 'new.text').fill('As the law lets me, please.');
  await button(page, 'new.save').click();
  await page.getByRole('heading', { name: word('section.person') }).waitFor();
}

async function find(page: Page, email: string): Promise<void> {
  await field(page, 'find.email').fill(email);
  await button(page, 'find').click();
  await page.getByText(word('found.notEnough')).waitFor();
  await field(page, 'find.sentence').fill('the BLUE edition of the almanac');
  await button(page, 'find').click();
  await button(page, 'found.enough').click();
  await page.getByText(word('known.match')).waitFor();
}

describe('requests at the privacy desk (PR-51)', () => {
  it('go from an empty list to a copy and a letter that is sent, by keyboard and screen reader too', async () => {
    const { conversationId } = await startVisitor(stage.relay, {
      email: 'copy@example.ie',
      message: { id: newId(), body: SAID },
    });
    const page = await atDesk();
    await page.getByText(word('empty')).waitFor();
    expect(await violations(page)).toEqual([]);
    await enter(page, 'access', 'copy@example.ie');
    expect(await violations(page)).toEqual([]);
    await find(page, 'copy@example.ie');
    await button(page, 'preview').click();
    await page.locator('.rq-counts').waitFor();
    expect(await page.locator('.rq-counts').textContent()).toContain('messages1');
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'do.access').click()]);
    const files = unzip(readFileSync(await download.path()));
    expect([...files.keys()].slice(0, 2)).toEqual(['answer.txt', 'index.html']);
    expect(files.get('export.json')?.toString('utf8')).toContain(conversationId);
    await button(page, 'write').click();
    const letter = field(page, 'letter');
    await letter.waitFor();
    await letter.press('Control+End');
    await letter.pressSequentially('With kind regards, Dara');
    expect(await violations(page)).toEqual([]);
    await button(page, 'close').focus();
    await page.keyboard.press('Enter');
    await page.locator('.rq-sent').waitFor();
    expect(await page.locator('.rq-sent').textContent()).toContain('With kind regards, Dara');
    await page.getByRole('link', { name: word('back') }).click();
    await page.getByRole('heading', { name: word('answered') }).waitFor();
    expect(await page.locator('.rq-table').textContent()).toContain(word('outcome.done'));
  });

  it('erase a person, and show where the answer goes while it is still known', async () => {
    await startVisitor(stage.relay, { email: 'gone@example.ie', message: { id: newId(), body: SAID } });
    const page = await atDesk();
    await enter(page, 'erase', 'the green door, Quay Street');
    await find(page, 'gone@example.ie');
    await button(page, 'do.erase').click();
    await button(page, 'erase.keep').click();
    await button(page, 'do.erase').click();
    await page
      .locator('.rq-sure')
      .getByRole('button', { name: word('do.erase') })
      .click();
    await page.getByText(fill(word('contactOnce'), { contact: 'the green door, Quay Street' })).waitFor();
    await page.getByText(word('person.gone')).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.reload();
    await page.getByText(word('person.gone')).waitFor();
    expect(await page.locator('.desk-page').textContent()).not.toContain('green door');
  });

  it('that are late are marked in words beside the page’s name, and read on a phone', async () => {
    const visitor = await startVisitor(stage.relay);
    const asked = { session: visitor.session, kind: 'complaint', text: 'Nobody answers.', contact: null };
    const { number } = (await post<{ number: string }>(stage.relay, '/api/privacy/request', asked)).body;
    const { store } = stage.relay.ctx;
    const row = (await store.read.requests.list('open', 9)).find((one) => one.number === number);
    await store.write((tx) => tx.requests.update(row?.id ?? '', { answerDue: '2020-01-01' }));
    const page = await atDesk();
    await page.locator('.rq-mark', { hasText: fill(requestsEn.markOverdue.one, { count: 1 }) }).waitFor();
    await page.getByRole('link', { name: number }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('link', { name: number }).click();
    await page.getByText('Nobody answers.').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await violations(page)).toEqual([]);
  });
});
