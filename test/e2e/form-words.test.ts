import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { publishNotice } from '../../server/notices/publish.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { newestEvents } from '../support/consent-events.ts';
import { bubblesWith, conversations, formWords, openStage, type Stage, said } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the words of the form', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  it.each([
    ['the 384 × 640 panel', { viewport: { width: 1280, height: 900 } }, { width: 384, height: 640 }],
    [
      'a 360 × 640 phone',
      { viewport: { width: 360, height: 640 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
      { width: 360, height: 640 },
    ],
  ])('stand with Start in sight, without scrolling, in %s', async (_where, options, size) => {
    const visitor = await stage.visitor('plain', options);
    await visitor.open();
    expect(await visitor.frame().evaluate(() => ({ width: innerWidth, height: innerHeight }))).toEqual(size);
    for (const text of ['', 'A question that goes over the first line and well into the second one of the field.']) {
      await visitor.chat.locator('#question').fill(text);
      const { clientHeight, scrollHeight } = await visitor.chat
        .locator('.body')
        .evaluate((body) => ({ clientHeight: body.clientHeight, scrollHeight: body.scrollHeight }));
      expect(scrollHeight).toBeLessThanOrEqual(clientHeight);
    }
    // Start and each box are wholly in view, and nothing lies over them.
    for (const selector of ['.foot .btn', '#box-answer', '#box-news', '.clause']) {
      const covered = await visitor.chat.locator(selector).evaluate((element) => {
        const { top, bottom, left, right } = element.getBoundingClientRect();
        const inside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
        const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return { inside, open: element.contains(above) || above?.contains(element) === true };
      });
      expect(covered, selector).toEqual({ inside: true, open: true });
    }
    // The optional box is one line, and a hairline parts what scrolls from the foot.
    const lines = await visitor.chat.locator('label:has(#box-news) > span').evaluate((words) => {
      const range = document.createRange();
      range.selectNodeContents(words);
      return new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 8))).size;
    });
    expect(lines).toBe(1);
    expect(await visitor.chat.locator('.foot').evaluate((foot) => getComputedStyle(foot).borderTopWidth)).toBe('1px');
  });

  it('[PR-09] on a page in another language say which one they are in, before anything is agreed to, and the record says it too', async () => {
    const visitor = await stage.visitor();
    await visitor.page.goto(stage.hosts.url('plain', '/vi'));
    await visitor.open();
    await visitor.chat.getByText('This form is in English.', { exact: true }).waitFor();
    expect(await visitor.chat.locator('main[lang]').first().getAttribute('lang')).toBe('en');
    await visitor.fillIn('Xin chào, do you read this?');
    await visitor.pressStart();
    await visitor.composer.waitFor();
    expect((await newestEvents(stage.relay)).map(({ locale }) => locale)).toEqual(['en', 'en']);
    await visitor.page.goto(stage.hosts.url('plain', '/next'));
    await visitor.open();
    await visitor.chat.locator('#question').waitFor();
    expect(await visitor.chat.getByText('This form is in', { exact: false }).count()).toBe(0);
  });

  it('PR-38: a label that was altered in the page starts nothing and leaves no row', async () => {
    const visitor = await stage.visitor();
    const before = (await conversations(stage.relay)).length;
    const head = await stage.relay.ctx.store.read.ledgerHead(DEMO_SITE_ID);
    await visitor.open();
    await visitor.fillIn('Is this what I agree to?');
    await visitor.chat.locator('[data-word="purpose.answer.label"]').evaluate((label) => {
      label.textContent = 'I agree to everything.';
    });
    const answered = visitor.page.waitForResponse('**/api/consents');
    await visitor.pressStart();
    const answer = await answered;
    expect(answer.status()).toBe(422);
    expect(((await answer.json()) as { error: { code: string } }).error.code).toBe('notice_unknown');
    await visitor.chat.locator('.sum').waitFor();
    expect(await visitor.composer.count()).toBe(0);
    expect((await conversations(stage.relay)).length).toBe(before);
    expect(await stage.relay.ctx.store.read.ledgerHead(DEMO_SITE_ID)).toEqual(head);
  });

  it('PR-38: words that changed since they were shown are drawn again, unticked, and what was typed stays', async () => {
    const visitor = await stage.visitor();
    const before = (await conversations(stage.relay)).length;
    await visitor.open();
    await visitor.fillIn('Is this what I agree to?', { name: 'Padraig', email: 'padraig@example.ie' });
    await visitor.chat.locator('#box-news').check();

    const { words } = DEMO_NOTICE;
    const clause = words.form.clause.replace('90 days', '120 days');
    const next = await stage.relay.ctx.store.write((tx) =>
      publishNotice(
        tx,
        DEMO_SITE_ID,
        { ...DEMO_NOTICE, version: 2, words: { ...words, form: { ...words.form, clause } } },
        Date.now(),
      ),
    );
    await visitor.pressStart();
    const sum = visitor.chat.locator('.sum', { hasText: said.chat('changed') });
    await sum.waitFor();
    await waitFor(() => sum.evaluate((one) => one === document.activeElement), 'the focus on what is said');
    await visitor.chat.locator('.clause', { hasText: '120 days' }).waitFor();
    expect(await visitor.chat.locator('.clause').textContent()).toBe(`${clause} ${formWords.readFull}`);
    expect(await visitor.chat.locator('#box-answer').isChecked()).toBe(false);
    expect(await visitor.chat.locator('#box-news').isChecked()).toBe(false);
    expect(await visitor.chat.locator('#question').inputValue()).toBe('Is this what I agree to?');
    expect(await visitor.chat.locator('#name').inputValue()).toBe('Padraig');
    expect(await visitor.chat.locator('#email').inputValue()).toBe('padraig@example.ie');
    expect((await conversations(stage.relay)).length).toBe(before);

    await visitor.chat.locator('#box-answer').check();
    await visitor.pressStart();
    await bubblesWith(visitor.bubbles, 'Is this what I agree to?');
    const [row] = await conversations(stage.relay);
    const events = await stage.relay.ctx.store.read.consentEventsOf(row?.id ?? '');
    expect(events.map(({ purpose, state, noticeHash }) => ({ purpose, state, noticeHash }))).toEqual([
      { purpose: 'answer', state: 'ConsentGiven', noticeHash: next.hash },
      { purpose: 'news', state: 'ConsentRefused', noticeHash: next.hash },
    ]);
  });
});
