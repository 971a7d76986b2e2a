import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { auditEn } from '../../shared/i18n/desk/audit.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { addAgent } from '../support/agent.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { OWNER } from '../support/start-relay.ts';
import { waitFor } from '../support/wait-for.ts';

const DPO = {
  name: 'Dara Quinn',
  email: 'dara@northwind.example',
  password: 'a quiet place by the sea',
  role: 'privacy',
} as const;
const PLAIN = { name: 'Maria Silva', email: 'maria@northwind.example', password: 'seven grey herons at low tide' };

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await addAgent(stage.relay, DPO);
  await addAgent(stage.relay, PLAIN);
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

const rows = (page: Page) => page.locator('.audit tbody tr');
const chip = (page: Page, label: string) =>
  page.locator('label.chip', { has: page.locator('.sr').getByText(label, { exact: true }) }).locator('select');
const rowsWith = (page: Page, text: string) => rows(page).filter({ hasText: text });

describe('the audit at the privacy desk (PR-82)', () => {
  it('shows who opened a chat, whole to the role privacy, and leads from one line to all about it', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent(PLAIN)]);
    await visitor.begin('Is this private?', { name: 'Aideen Byrne', email: 'aideen@example.ie' });
    await agent.openTalk('Aideen');
    const desk = await stage.agent(DPO);
    await desk.page.goto(`${stage.relay.origin}/console/#privacy/audit`);
    const opened = rowsWith(desk.page, auditEn['action.conversation.opened']);
    await opened.first().waitFor();
    expect(await opened.first().locator('.c-who').textContent()).toBe(PLAIN.name);
    expect(await rows(desk.page).first().textContent()).toContain(auditEn['action.audit.searched']);
    const text = (await desk.page.locator('.desk-page').textContent()) ?? '';
    for (const secret of ['Aideen', 'aideen@example.ie', 'Is this private?']) expect(text).not.toContain(secret);
    expect(await violations(desk.page)).toEqual([]);

    const id = (await opened.first().locator('.c-about button').getAttribute('title')) ?? '';
    await desk.page
      .getByRole('button', { name: fill(auditEn.onlyThis, { id }) })
      .first()
      .click();
    await rowsWith(desk.page, auditEn['action.agent.signed_in']).first().waitFor({ state: 'detached' });
    await waitFor(async () => (await rowsWith(desk.page, auditEn['action.audit.searched']).count()) > 0, 'the look at it');
    await chip(desk.page, auditEn.action).selectOption('ip.reveal');
    await desk.page.getByText(auditEn.none, { exact: true }).waitFor();
    await desk.page.getByRole('button', { name: auditEn.clear }).click();
    await rowsWith(desk.page, auditEn['action.agent.signed_in']).first().waitFor();
    await chip(desk.page, auditEn.agent).selectOption({ label: PLAIN.name });
    await waitFor(async () => {
      const names = await rows(desk.page).locator('.c-who').allTextContents();
      return names.length > 0 && names.every((name) => name === PLAIN.name);
    }, 'only what Maria did');
  });

  it('is taken along as a file, and the export stands in it', async () => {
    const desk = await stage.agent(OWNER);
    await desk.page.goto(`${stage.relay.origin}/console/#privacy/audit`);
    await rows(desk.page).first().waitFor();
    const [download] = await Promise.all([
      desk.page.waitForEvent('download'),
      desk.page.getByRole('link', { name: auditEn['export.csv'] }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^parley-audit-\d{4}-\d\d-\d\d\.csv$/);
    const csv = readFileSync((await download.path()) ?? '', 'utf8');
    expect(csv).toMatch(/^\ufefftime_utc,who,agent,/);
    expect(csv).toContain('audit.exported');
    await desk.page.reload();
    await rowsWith(desk.page, auditEn['action.audit.exported']).first().waitFor();
  });

  it('is a list on a phone, and nowhere for an agent', async () => {
    const desk = await stage.agent(DPO, { viewport: { width: 390, height: 844 } });
    await desk.page.goto(`${stage.relay.origin}/console/#privacy/audit`);
    await rows(desk.page).first().waitFor();
    const isWide = await desk.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(isWide).toBe(false);
    const plain = await stage.agent(PLAIN);
    await plain.page.goto(`${stage.relay.origin}/console/#privacy/audit`);
    await plain.page.locator('.rail').waitFor();
    expect(await plain.page.getByText(auditEn.lead).count()).toBe(0);
  });
});
