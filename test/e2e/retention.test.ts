import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runRetention } from '../../server/retention/job.ts';
import { retentionEn } from '../../shared/i18n/desk/retention.en.ts';
import { keptEn } from '../../shared/i18n/kept.en.ts';
import { newId } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import { startPlain } from '../support/aged.ts';
import { addAgent } from '../support/agent.ts';
import { violations } from '../support/axe.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

const TOMAS = { name: 'Tomás', email: 'tomas@northwind.example', password: 'a quiet harbour in the morning' };
const dateWords = (at: number): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' }).format(at);

describe('how long things are kept, in the console (PR-61)', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
    await addAgent(stage.relay, TOMAS);
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const begin = (name: string) => startPlain(stage.relay, { name, message: { id: newId(), body: `A word of ${name}` } });

  it('stands beside the talk: what goes when; held with a reason, let go, and erased after one more question', async () => {
    await begin('Hanna');
    const { page, openTalk, item } = await stage.agent();
    await openTalk('Hanna');
    const block = page.locator('.due');
    await block.locator('b', { hasText: `Due ${dateWords(Date.now() + 90 * DAY)}` }).waitFor();
    expect(await block.textContent()).toContain(`The IP address goes on ${dateWords(Date.now() + 30 * DAY)}.`);

    await block.getByRole('button', { name: keptEn.hold }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: keptEn['holdDialog.submit'] }).click();
    await dialog.locator('.wrong-text', { hasText: 'Write why' }).waitFor();
    await dialog.getByLabel(keptEn['holdDialog.reason']).fill('Claim 4711, County Court');
    expect(await violations(page, '.kdialog')).toEqual([]);
    await dialog.getByRole('button', { name: keptEn['holdDialog.submit'] }).click();
    await block.locator('.due-reason', { hasText: 'Claim 4711' }).waitFor();
    expect(await violations(page, '.due')).toEqual([]);
    await block.getByRole('button', { name: keptEn.lift }).click();
    await block.locator('.due-line').waitFor();

    const download = page.waitForEvent('download');
    await block.getByRole('link', { name: keptEn.export }).click();
    expect((await download).suggestedFilename()).toMatch(/^parley-.*\.zip$/);

    await block.getByRole('button', { name: keptEn.erase }).click();
    await page.getByRole('dialog').getByRole('button', { name: keptEn.cancel }).click();
    await item('Hanna').waitFor();
    await block.getByRole('button', { name: keptEn.erase }).click();
    await page.getByRole('dialog').getByRole('button', { name: keptEn['eraseDialog.submit'] }).click();
    await waitFor(async () => (await item('Hanna').count()) === 0, 'the list to let go of it');
  });

  it('shows an agent without the role when, and nothing to press', async () => {
    await begin('Jonas');
    const { page, openTalk } = await stage.agent(TOMAS);
    await openTalk('Jonas');
    await page.locator('.due b').waitFor();
    expect(await page.locator('.due-do').count()).toBe(0);
  });

  it('takes what was said off an open screen when its time is up', async () => {
    await begin('Pilar');
    const { page, openTalk, bubbles, item } = await stage.agent();
    await openTalk('Pilar');
    await bubbles.first().waitFor();
    // The relay's own clock stays: by another day the agent would be signed out.
    await runRetention({ ...stage.relay.ctx, clock: () => Date.now() + 91 * DAY }, true);
    await page.locator('.log-note', { hasText: 'What was said here was erased' }).waitFor();
    expect(await bubbles.count()).toBe(0);
    expect(await page.content()).not.toContain('A word of Pilar');
    await waitFor(async () => (await item('No name given').count()) > 0, 'the name to be gone');
  });

  it('has a page at the desk: periods, the choice, a dry run, the looks, holds; warning when it is late', async () => {
    await begin('Aoife');
    const { page } = await stage.agent();
    await page.goto(`${stage.relay.origin}/console/#privacy/retention`);
    await page.locator('.keep-state', { hasText: retentionEn['good.title'] }).waitFor();
    expect(await page.locator('.keep-table').first().textContent()).toContain('90 days');
    await page.getByRole('button', { name: retentionEn['due.run'] }).click();
    await page.locator('.keep-found', { hasText: retentionEn['due.none'] }).waitFor();
    await page.getByLabel(retentionEn['mode.redact']).check();
    await page.getByText(retentionEn['mode.saved']).waitFor();
    expect(await violations(page, '.desk')).toEqual([]);
    await page.reload();
    await page.locator('.keep-mode').waitFor();
    expect(await page.getByLabel(retentionEn['mode.redact']).isChecked()).toBe(true);
    await stage.relay.ctx.store.write((tx) => tx.retention.finish(Date.now() - 2 * DAY, Date.now() + DAY));
    await page.reload();
    await page.locator('.keep-state.off', { hasText: retentionEn['late.title'] }).waitFor();
  });
});
