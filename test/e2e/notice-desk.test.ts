import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { addAgent, signIn } from '../support/agent.ts';
import { violations } from '../support/axe.ts';
import { PHONE } from '../support/browser.ts';
import { get } from '../support/http.ts';
import { type AgentPage, conversations, openStage, type Stage, said } from '../support/stage.ts';
import { OWNER } from '../support/start-relay.ts';
import { waitFor } from '../support/wait-for.ts';

const ADA = { name: 'Ada', email: 'ada@northwind.example', password: 'another long enough phrase' };
const { clause } = DEMO_NOTICE.words.form;

/** The owner's page with a person's way through it. */
function deskOn({ page }: Pick<AgentPage, 'page'>) {
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  return {
    page,
    button,
    publish: button(said.notices('publish')),
    why: page.locator('#publish-why'),
    preview: page.locator('[data-preview="form"]'),
    async open(address = '#notices'): Promise<void> {
      if (address === '#notices') await page.getByRole('link', { name: said.console('places.notices') }).click();
      else await page.goto(`${page.url().split('#')[0]}${address}`);
      await page.locator('.neditor').waitFor();
    },
    /** The field of a place, its section opened. */
    async field(path: string): Promise<Locator> {
      const field = page.locator(`[id="place-${path}"]`);
      const section = page.locator('details').filter({ has: field });
      if (!(await section.evaluate((one) => (one as HTMLDetailsElement).open))) await section.locator('> summary').click();
      return field;
    },
    async type(path: string, text: string): Promise<void> {
      await (await this.field(path)).fill(text);
    },
    saved: () => page.locator('.nsave', { hasText: /^Saved / }).waitFor(),
    tab: (name: 'edit' | 'preview' | 'findings' | 'changes' | 'versions') =>
      page.getByRole('tab', { name: new RegExp(`^${said.notices(`tab.${name}`)}`) }).click(),
  };
}
type Desk = ReturnType<typeof deskOn>;

const inForce = async (stage: Stage): Promise<{ hash: string; version: number }> => {
  const site = await stage.relay.ctx.store.read.siteByKey('demo');
  const notice = await stage.relay.ctx.store.read.noticeInForce(site?.id ?? '', 'en');
  if (!notice) throw new Error('no notice is in force');
  return notice;
};
const hasFocus = (one: Locator): Promise<boolean> => one.evaluate((node) => node === document.activeElement);

describe('the notices of an owner', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
    await addAgent(stage.relay, ADA);
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const owner = async (options = {}): Promise<Desk> => deskOn(await stage.agent(OWNER, options));

  it('[PR-03] [PR-09] [PR-38] are mended, looked at, published, and what a visitor then agrees to', async () => {
    const early = await stage.visitor();
    await early.begin('Before the change', { name: 'Aideen' });
    const old = await inForce(stage);
    const desk = await owner();
    await desk.open();
    await desk.why.filter({ hasText: said.notices('block.unchanged') }).waitFor();

    // A purpose without a period.
    await desk.type('purposes.0.retention', '');
    await desk.why.filter({ hasText: said.notices('block.errors', { count: 1 }) }).waitFor();
    // It says why not, to the keyboard too, and leads to what is wrong.
    await desk.publish.press('Enter');
    const finding = desk.page.locator('.nfound .error');
    await finding.filter({ hasText: 'PR-03' }).filter({ hasText: 'Answer my message' }).waitFor();
    expect(await desk.page.locator('dialog').count()).toBe(0);
    await desk.tab('preview');
    await desk.tab('findings');
    await finding.getByRole('button').click();
    const period = await desk.field('purposes.0.retention');
    await waitFor(() => hasFocus(period), 'the focus on the field that is wrong');
    expect(await period.getAttribute('aria-invalid')).toBe('true');

    // Mended, with the short words.
    await period.fill('120');
    await desk.type('words.form.clause', clause.replace('90 days', '120 days'));
    await desk.tab('preview');
    await desk.preview.filter({ hasText: 'keeps it 120 days' }).waitFor();
    await desk.saved();
    await desk.tab('changes');
    const view = desk.page.locator('#notice-view');
    await view.filter({ hasText: said.notices('changes.materialText', { version: old.version }) }).waitFor();
    await view.filter({ hasText: said.notices('changes.affected', { count: 1 }) }).waitFor();
    const marks = { out: await view.locator('del').allTextContents(), in: await view.locator('ins').allTextContents() };
    expect(marks).toEqual({ out: ['90 days', '90'], in: ['120 days', '120'] });

    // The last look, by keyboard.
    await desk.publish.press('Enter');
    const dialog = desk.page.getByRole('dialog');
    await dialog.filter({ hasText: said.notices('dialog.title', { version: old.version + 1 }) }).waitFor();
    await desk.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await waitFor(() => hasFocus(desk.publish), 'the focus to return to Publish');
    expect((await inForce(stage)).hash).toBe(old.hash);
    await desk.page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: said.notices('dialog.submit', { version: old.version + 1 }) }).click();
    await dialog.waitFor({ state: 'detached' });
    await desk.page
      .getByRole('status')
      .filter({ hasText: said.notices('published', { version: old.version + 1 }) })
      .waitFor();
    const next = await inForce(stage);
    expect([next.version, next.hash === old.hash]).toEqual([old.version + 1, false]);

    // Who comes now is asked with the new words and agrees to them; the old ones stay readable.
    const late = await stage.visitor();
    await late.open();
    await late.chat.locator('.clause', { hasText: 'keeps it 120 days' }).waitFor();
    await late.fillIn('After the change', { name: 'Brona' });
    await late.pressStart();
    await late.composer.waitFor();
    const { read } = stage.relay.ctx.store;
    const [newest, first] = await conversations(stage.relay);
    const hashes = async (id = ''): Promise<string[]> => [
      ...new Set((await read.consentEventsOf(id)).map(({ noticeHash }) => noticeHash)),
    ];
    expect([await hashes(newest?.id), await hashes(first?.id)]).toEqual([[next.hash], [old.hash]]);
    await desk.tab('versions');
    expect(await desk.page.locator('.nversions a').first().getAttribute('href')).toBe(`/notice/${next.hash}`);
    expect((await get(stage.relay, `/notice/${old.hash}`)).text).toContain('90 days');
  });

  it('are shown to owners alone: the place, the page, and every door', async () => {
    const { page } = await stage.agent(ADA);
    expect(await page.getByRole('link', { name: said.console('places.inbox') }).count()).toBe(1);
    expect(await page.getByRole('link', { name: said.console('places.notices') }).count()).toBe(0);
    await page.goto(`${page.url().split('#')[0]}#notice=demo/en`);
    await page.locator('.list').waitFor();
    expect(await page.locator('.npage').count()).toBe(0);
    const { cookie } = await signIn(stage.relay, ADA);
    for (const path of ['', '/demo/en'])
      expect((await get(stage.relay, `/api/agent/notices${path}`, { cookie })).status).toBe(403);
  });

  it('keep what is typed through a lost connection, and warn whoever leaves before it is saved', async () => {
    const desk = await owner();
    await desk.open();
    await desk.page.context().setOffline(true);
    await desk.type('words.form.promise', 'Typed in a tunnel.');
    await desk.page.locator('.nsave.failed', { hasText: said.notices('save.noConnection') }).waitFor();
    await desk.why.filter({ hasText: said.notices('block.unsaved') }).waitFor();
    const asked = desk.page.waitForEvent('dialog');
    const closing = desk.page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await closing;
    // In the inbox and back: what was typed is still there, and is saved once it can be.
    await desk.page.getByRole('link', { name: said.console('places.inbox') }).click();
    await desk.page.locator('.list').waitFor();
    await desk.page.context().setOffline(false);
    await desk.open();
    expect(await (await desk.field('words.form.promise')).inputValue()).toBe('Typed in a tunnel.');
    await desk.saved();
    await desk.page.reload();
    await desk.page.locator('.neditor').waitFor();
    expect(await (await desk.field('words.form.promise')).inputValue()).toBe('Typed in a tunnel.');
  });

  it('[PR-38] of two who write at once are shown side by side; nothing is published that was not seen', async () => {
    const [one, other] = await Promise.all([owner(), owner()]);
    await one.open();
    await other.open();
    await one.type('words.form.promise', 'One writes this.');
    await one.saved();
    // The other one began before, and has not seen it.
    await other.type('words.form.promise', 'The other writes this.');
    const banner = other.page.locator('#conflict');
    await banner.waitFor();
    expect(await (await other.field('words.form.promise')).inputValue()).toBe('The other writes this.');
    expect(await hasFocus(await other.field('words.form.promise'))).toBe(true);
    await other.why.filter({ hasText: said.notices('block.conflict') }).waitFor();
    await other.button(said.notices('conflict.keep')).click();
    await banner.waitFor({ state: 'detached' });
    await other.saved();
    // The first one still sees its own words, and may not publish the other's by them.
    const before = await inForce(stage);
    await one.publish.click();
    await one.page.getByRole('dialog').locator('.cbtn.main').click();
    await one.page.locator('#conflict').waitFor();
    await waitFor(() => hasFocus(one.page.locator('#conflict')), 'the focus on the two drafts');
    expect((await inForce(stage)).hash).toBe(before.hash);
    await one.button(said.notices('conflict.take')).click();
    expect(await (await one.field('words.form.promise')).inputValue()).toBe('The other writes this.');
    await one.button(said.notices('undo.putBack')).click();
    expect(await (await one.field('words.form.promise')).inputValue()).toBe('One writes this.');
  });

  it('leave the inbox running: what is unread shows in the title, what was being written stays', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('Are you there?', { name: 'Caoimhe' });
    await agent.openTalk('Caoimhe');
    await agent.composer.fill('Half an answer');
    const desk = deskOn(agent);
    await desk.open();
    await waitFor(async () => (await agent.page.title()).endsWith(said.console('app.titleNotices')), 'the title');
    await waitFor(() => hasFocus(agent.page.locator('.rail [aria-current]')), 'the focus on the place');
    await visitor.say('Hello?');
    await waitFor(async () => /^\(\d+\) Notices/.test(await agent.page.title()), 'the unread in the title');
    await agent.page.goBack();
    await agent.page.locator('#talk-name', { hasText: 'Caoimhe' }).waitFor();
    expect(await agent.composer.inputValue()).toBe('Half an answer');
  });

  it('begin in a new language from the words of another, or from a ready-made text', async () => {
    const desk = await owner();
    await desk.page.goto(`${desk.page.url().split('#')[0]}#notice=demo/ga`);
    await desk.page.getByRole('heading', { name: said.notices('start.none', { language: 'Irish' }) }).waitFor();
    expect(await desk.page.getByText(said.notices('start.noProfile', { language: 'Irish' })).count()).toBe(1);
    await desk.button(said.notices('start.copy', { language: 'English' })).click();
    await desk.saved();
    await desk.tab('findings');
    await desk.page.locator('.nfound .error', { hasText: 'PR-09' }).waitFor();
    await desk.open('#notice=demo/en');
    await desk.page.locator('.nagain > summary').click();
    await desk.page.getByText(said.notices('start.review')).waitFor();
    await desk.page.getByLabel(said.notices('start.profile'), { exact: true }).selectOption('uk');
    await desk.button(said.notices('start.adopt')).click();
    await waitFor(
      async () => /information commissioner/i.test(await (await desk.field('authority')).inputValue()),
      'the text for the United Kingdom',
    );
    await desk.why.filter({ hasText: /error/ }).waitFor();
  });

  it.each([
    ['light', 'light', {}],
    ['dark', 'dark', {}],
    ['on a phone', 'light', PHONE],
  ] as const)('PR-83 PR-86: axe finds nothing in any state, %s', async (_where, colorScheme, screen) => {
    const desk = await owner({ ...screen, colorScheme, reducedMotion: 'reduce' });
    const found: Record<string, string[]> = {};
    const { page } = desk;
    const isPhone = 'isMobile' in screen;
    const words = () => (isPhone ? desk.tab('edit') : undefined);
    await desk.open('#notice=demo/en');
    await words();
    for (const summary of await page.locator('.neditor summary').all())
      if (!(await summary.evaluate((one) => (one.parentElement as HTMLDetailsElement).open))) await summary.click();
    found.words = await violations(page);
    await desk.type('purposes.0.retention', '');
    await desk.why.filter({ hasText: /error/ }).waitFor();
    found.wrong = await violations(page);
    for (const tab of ['preview', 'findings', 'changes', 'versions'] as const) {
      await desk.tab(tab);
      await page.locator('#notice-view').waitFor();
      found[tab] = await violations(page);
    }
    await words();
    await desk.type('purposes.0.retention', '91');
    await desk.type('words.form.clause', clause.replace('90 days', '91 days'));
    await page.goto(`${page.url().split('#')[0]}#notice=demo/vi`);
    await page.locator('.nstartpage').waitFor();
    found.empty = await violations(page);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((state) => [state, []])));
    expect(Object.keys(found)).toHaveLength(7);
    if (!isPhone) return;
    // One column, as wide as the screen, here and in the inbox, down to the smallest.
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = (one: string): Promise<number> => page.locator(one).evaluate((node) => node.getBoundingClientRect().width);
    await desk.open('#notice=demo/en');
    await desk.tab('edit');
    expect([await wide('.npage'), await wide('.nwords')]).toEqual([320, 320]);
    expect(await page.locator('.npage').evaluate((node) => node.scrollWidth)).toBe(320);
    await page.getByRole('link', { name: said.console('places.inbox') }).click();
    await page.locator('.list').waitFor();
    expect(await wide('.list')).toBe(320);
  });
});
