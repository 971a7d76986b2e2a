import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bubblesWith, conversations, formWords, openStage, purposeWords, type Stage, said } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the form', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  const begun = async (): Promise<number> => (await conversations(stage.relay)).length;
  /** The id of the element that has the focus in the frame, else its class. */
  const focused = (inside: Locator): Promise<string> =>
    inside.evaluate(({ ownerDocument }) => ownerDocument.activeElement?.id || ownerDocument.activeElement?.className || '');

  it('PR-11: one native box per purpose that rests on consent, unticked, each under its own words', async () => {
    const visitor = await stage.visitor();
    await visitor.open();
    const boxes = visitor.chat.locator('input[type="checkbox"]');
    expect(await boxes.evaluateAll((all) => all.map((box) => (box as HTMLInputElement).checked))).toEqual([false, false]);
    expect(await visitor.chat.locator('label.agree').allTextContents()).toEqual([
      `${purposeWords.answer?.label} ${purposeWords.answer?.note}`,
      `${purposeWords.news?.label} ${purposeWords.news?.note}`,
    ]);
    expect(await visitor.chat.locator('label.agree').locator('a, button').count()).toBe(0);
    // The box that is needed stands on the slip, under the terms that it agrees to.
    expect(await visitor.chat.locator('.paper .agree').count()).toBe(1);
    expect(await visitor.chat.locator('#box-answer').getAttribute('aria-describedby')).toBe('clause');
  });

  it('PR-13: typing, Enter in a field, Escape, scrolling, closing and coming back never start', async () => {
    const visitor = await stage.visitor();
    const before = await begun();
    const posts: string[] = [];
    visitor.page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    await visitor.open();
    await visitor.fillIn('Do you have it?', { name: 'Kevin', email: 'kevin@example.ie' });
    for (const field of ['#question', '#name', '#email', '#box-answer']) await visitor.chat.locator(field).press('Enter');
    await visitor.chat.locator('#box-news').press('Enter');
    await visitor.chat.locator('.body').evaluate((body) => body.scrollBy(0, 500));
    await visitor.page.mouse.wheel(0, 500);
    await visitor.chat.locator('#name').press('Escape');
    await waitFor(async () => (await visitor.launcher.getAttribute('aria-expanded')) === 'false', 'the panel to be closed');
    await visitor.open();
    await visitor.chat.getByRole('button', { name: formWords.readFull }).click();
    await visitor.chat
      .getByRole('button', { name: said.frame('back') })
      .first()
      .click();
    await visitor.chat.getByRole('button', { name: said.frame('close') }).click();
    await visitor.page.locator('#own').click();
    await visitor.open();
    // What was typed and ticked is as it was.
    expect(await visitor.chat.locator('#question').inputValue()).toBe('Do you have it?\n');
    expect(await visitor.chat.locator('#box-answer').isChecked()).toBe(true);
    expect(posts).toEqual([]);
    expect(await begun()).toBe(before);

    // And Enter on Start does.
    await visitor.chat.getByRole('button', { name: formWords.start }).press('Enter');
    await bubblesWith(visitor.bubbles, 'Do you have it?');
    expect(await begun()).toBe(before + 1);
  });

  it('says what is missing at the top and at its field, and keeps what was typed', async () => {
    const visitor = await stage.visitor();
    const before = await begun();
    await visitor.open();
    await visitor.chat.locator('#email').fill('lorcan@example');
    await visitor.chat.locator('#name').fill('Lorcan');
    await visitor.pressStart();
    const sum = visitor.chat.locator('.sum');
    await sum.waitFor();
    expect(await sum.getAttribute('role')).toBe('alert');
    expect(await focused(sum)).toBe('sum');
    expect(await sum.textContent()).toContain(said.chat('wrongMany', { count: 3 }));
    for (const [field, words] of [
      ['question', said.chat('wrongQuestion')],
      ['email', said.chat('wrongEnd')],
      ['box-answer', said.chat('wrongAgree')],
    ] as const) {
      expect(await visitor.chat.locator(`#${field}-wrong`).textContent(), field).toBe(words);
      expect(await visitor.chat.locator(`#${field}`).getAttribute('aria-invalid'), field).toBe('true');
      expect(await visitor.chat.locator(`#${field}`).getAttribute('aria-describedby'), field).toContain(`${field}-wrong`);
      await sum.getByRole('button', { name: words }).click();
      expect(await focused(sum)).toBe(field);
    }
    expect(await visitor.chat.locator('#email').inputValue()).toBe('lorcan@example');
    expect(await visitor.chat.locator('#name').inputValue()).toBe('Lorcan');

    await visitor.fillIn('Now with a question', { email: '' });
    await visitor.pressStart();
    await bubblesWith(visitor.bubbles, 'Now with a question');
    expect(await begun()).toBe(before + 1);
  });

  it('PR-02: a chat with every optional purpose denied is a whole chat', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    await visitor.begin('hi', { name: 'Maeve' });
    await visitor.answerCookie('refuse');
    await agent.openTalk('Maeve');
    await agent.say('Hello Maeve');
    await bubblesWith(visitor.bubbles, 'Hello Maeve');
    await visitor.composer.fill('Thank you');
    expect(await visitor.chat.getByRole('button', { name: said.chat('send') }).getAttribute('aria-disabled')).toBe('false');
    await visitor.composer.press('Enter');
    expect(await bubblesWith(agent.bubbles, 'Thank you')).toBe(1);
    const [row] = await conversations(stage.relay);
    const events = await stage.relay.ctx.store.read.consentEventsOf(row?.id ?? '');
    expect(events.map(({ purpose, state }) => `${purpose} ${state}`)).toEqual([
      'answer ConsentGiven',
      'news ConsentRefused',
      'persistence ConsentRefused',
    ]);
  });

  it('says whether anybody is there, and a message waits for an answer', async () => {
    await waitFor(() => !stage.relay.ctx.world.agentsOnline(), 'every agent to be gone');
    const visitor = await stage.visitor();
    await visitor.open();
    await visitor.chat.locator('.head', { hasText: said.frame('away') }).waitFor();
    await visitor.chat.locator('.foot', { hasText: formWords.away }).waitFor();
    await visitor.fillIn('Is nobody there?', { name: 'Niamh' });
    await visitor.pressStart();
    await visitor.chat.locator('.log', { hasText: formWords.away }).waitFor();

    let agent = await stage.agent();
    const second = await stage.visitor();
    await second.open();
    await second.chat.locator('.head', { hasText: said.frame('online') }).waitFor();
    expect(await second.chat.locator('.foot').textContent()).toContain(formWords.promise);
    // Closed, and opened again when the agent has gone: it does not say what was so before.
    await second.chat.getByRole('button', { name: said.frame('close') }).click();
    await agent.page.close();
    await waitFor(() => !stage.relay.ctx.world.agentsOnline(), 'the agent to be gone');
    await second.launcher.click();
    await second.chat.locator('.head', { hasText: said.frame('away') }).waitFor();
    await second.chat.locator('.foot', { hasText: formWords.away }).waitFor();

    agent = await stage.agent();
    await agent.openTalk('Niamh');
    await agent.say('I am now.');
    expect(await bubblesWith(visitor.bubbles, 'I am now.')).toBe(1);
  });

  it.each([
    [
      'a double click',
      async (start: Locator) => {
        await start.dblclick();
      },
    ],
    [
      'Enter held down',
      async (start: Locator) => {
        await start.focus();
        const { keyboard } = start.page();
        for (let times = 0; times < 5; times += 1) await keyboard.down('Enter');
        await keyboard.up('Enter');
      },
    ],
  ])('PR-38: %s on Start gives one consent and one conversation', async (_how, press) => {
    const visitor = await stage.visitor();
    const before = await begun();
    let posts = 0;
    visitor.page.on('request', (request) => {
      if (request.url().endsWith('/api/consents')) posts += 1;
    });
    await visitor.open();
    await visitor.fillIn('Only once');
    await press(visitor.chat.getByRole('button', { name: formWords.start }));
    await bubblesWith(visitor.bubbles, 'Only once');
    await visitor.chat.locator('.me .meta', { hasText: said.chat('sent') }).waitFor();
    expect(posts).toBe(1);
    expect(await begun()).toBe(before + 1);
    const [row] = await conversations(stage.relay);
    expect(await stage.relay.ctx.store.read.consentEventsOf(row?.id ?? '')).toHaveLength(2);
  });

  it('a start whose answer was lost on the way says so, keeps the text, and Retry makes no second one', async () => {
    const visitor = await stage.visitor();
    const before = await begun();
    await visitor.context.route(
      '**/api/consents',
      async (route) => {
        await route.fetch({ headers: { ...route.request().headers(), origin: stage.relay.origin } });
        await route.abort('connectionreset');
      },
      { times: 1 },
    );
    await visitor.open();
    await visitor.fillIn('Did this arrive?', { name: 'Oisin' });
    await visitor.pressStart();
    const sum = visitor.chat.locator('.sum', { hasText: said.chat('failedLink') });
    await sum.waitFor();
    expect(await begun()).toBe(before + 1);
    expect(await visitor.chat.locator('#question').inputValue()).toBe('Did this arrive?');

    await sum.getByRole('button', { name: said.frame('retry') }).click();
    await bubblesWith(visitor.bubbles, 'Did this arrive?');
    const [row] = await conversations(stage.relay);
    expect(await begun()).toBe(before + 1);
    expect(row?.lastSeq).toBe(1);
    expect(await stage.relay.ctx.store.read.consentEventsOf(row?.id ?? '')).toHaveLength(2);
  });
});
