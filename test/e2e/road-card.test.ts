import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { conversations, openStage, purposeWords, type Stage, said } from '../support/stage.ts';

/** The relay's clock stands apart from the browsers', so that a time shows whose it is. */
const SLOW = 7 * 60_000;

describe('the consent beside the conversation', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ overrides: { clock: () => Date.now() - SLOW } });
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  it('PR-36 PR-66: says when, for what, under which words, from where, and where the proof stands', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor('plain'), stage.agent()]);
    await visitor.open();
    const shown = await visitor.chat
      .locator('main [data-word]')
      .evaluateAll((all) =>
        all.map((one) => [
          (one as HTMLElement).dataset.word ?? '',
          one instanceof HTMLTextAreaElement ? one.placeholder : (one.textContent ?? ''),
        ]),
      );
    await visitor.fillIn('What do you keep of me?', { name: 'Iseult', email: 'iseult@example.ie' });
    await visitor.pressStart();
    await visitor.composer.waitFor();
    await agent.openTalk('Iseult');
    await agent.card.getByText(said.console('card.in_force')).waitFor();

    const [conversation] = await conversations(stage.relay);
    const id = conversation?.id ?? '';
    const { read } = stage.relay.ctx.store;
    const events = await read.consentEventsOf(id);
    const first = events[0];
    const entry = first && (await read.ledgerEntry(first.siteId, first.seq));
    if (!first || !entry) throw new Error('no consent on record');

    // The relay's clock, to the second, in UTC.
    expect(Math.abs(Date.now() - SLOW - first.at)).toBeLessThan(60_000);
    expect(await agent.card.locator('.consent-head time').getAttribute('datetime')).toBe(new Date(first.at).toISOString());
    expect(await agent.card.locator('.consent-head time').textContent()).toContain(
      `${new Date(first.at).toISOString().slice(11, 19)} UTC`,
    );

    const purposes = await agent.card.locator('ul li').allTextContents();
    expect(purposes).toEqual([
      `${purposeWords.answer?.name}${said.console('basis.consent')}`,
      `${purposeWords.news?.name}${said.console('state.ConsentRefused')}`,
    ]);

    const row = async (key: Parameters<typeof said.console>[0]): Promise<string> => {
      const rows = agent.card.locator('.rows > div', { has: agent.page.getByText(said.console(key), { exact: true }) });
      return (await rows.locator('dd').textContent()) ?? '';
    };
    expect(await row('card.notice')).toContain('Version 1, English');
    expect(await row('card.page')).toContain(new URL(stage.hosts.url('plain')).host);
    expect(await row('card.browser')).toMatch(/^Chrome, \w+$/);
    expect(await row('card.ledger')).toContain(`Entry ${first.seq} `);
    const hash = agent.card.locator('button.code');
    expect(await hash.getAttribute('title')).toBe(entry.hash);
    await hash.click();
    expect(await agent.card.locator('.hash').textContent()).toBe(entry.hash);

    // The address is covered, whole on a click, and the look is on record before it is given.
    expect(await row('card.ip')).toContain('127.0.0.•••');
    expect(await agent.card.textContent()).not.toContain('127.0.0.1');
    const looks = async () => (await read.audit.newest(50)).filter(({ action }) => action === 'ip.reveal');
    expect(await looks()).toEqual([]);
    await agent.card.getByRole('button', { name: said.console('card.ipShow') }).click();
    await agent.card.getByText('127.0.0.1', { exact: true }).waitFor();
    const owner = await read.agentByEmail('owner@northwind.example');
    expect(await looks()).toEqual([expect.objectContaining({ action: 'ip.reveal', object: id, agentId: owner?.id })]);

    const words = new Map(shown.map(([key = '', text = '']) => [key, text]));
    // The form as it was, rebuilt; and its very words on a page of their own.
    const [notice] = await Promise.all([
      agent.context.waitForEvent('page'),
      agent.card.getByRole('link', { name: said.console('card.asShown') }).click(),
    ]);
    await notice.waitForLoadState();
    expect(new URL(notice.url()).pathname).toBe(`/shown/${id}`);
    await notice
      .frameLocator('iframe.shown')
      .getByText(words.get('clause') ?? '')
      .waitFor();
    await notice.getByRole('link', { name: first.noticeHash }).click();
    await notice.waitForURL(`**/notice/${first.noticeHash}`);
    const page = ((await notice.locator('body').textContent()) ?? '').replace(/\s+/g, ' ');
    for (const key of ['question', 'questionPlaceholder', 'questionHint', 'clause', 'readFull', 'start']) {
      expect(words.get(key), key).toBeTruthy();
      expect(page, key).toContain(words.get(key));
    }
    for (const key of ['purpose.answer.label', 'purpose.answer.note', 'purpose.news.label']) {
      expect(page, key).toContain(words.get(key));
    }
    expect(page).toContain(first.noticeHash);
  });

  it('PR-36: tells the hand that agreed, and follows the cookie and a later answer by itself', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.open();
    await visitor.chat.locator('#question').fill('By keyboard, please.');
    await visitor.chat.locator('#name').fill('Jarlath');
    await visitor.chat.locator('#box-answer').focus();
    await visitor.page.keyboard.press('Space');
    await visitor.chat.getByRole('button', { name: 'Start the chat' }).focus();
    await visitor.page.keyboard.press('Enter');
    await visitor.composer.waitFor();
    await agent.openTalk('Jarlath');
    await agent.card.getByText(said.console('card.by.keyboard')).waitFor();

    const cookie = agent.card.locator('ul li', { hasText: purposeWords.persistence?.name ?? '' });
    expect(await cookie.count()).toBe(0);
    await visitor.answerCookie('refuse');
    await cookie.filter({ hasText: said.console('state.ConsentRefused') }).waitFor();
    await visitor.chat.getByRole('button', { name: said.chat('change'), exact: true }).click();
    await visitor.answerCookie('accept');
    await cookie.filter({ hasText: said.console('basis.consent') }).waitFor();
    const [conversation] = await conversations(stage.relay);
    const events = await stage.relay.ctx.store.read.consentEventsOf(conversation?.id ?? '');
    expect(events.filter(({ purpose }) => purpose === 'persistence').map(({ state }) => state)).toEqual([
      'ConsentRefused',
      'ConsentGiven',
    ]);
  });
});
