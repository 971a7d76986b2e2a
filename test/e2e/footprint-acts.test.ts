import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRows } from '../support/database.ts';
import { formWords, openStage, type Stage, said } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Watched, watchVisitor } from './support/footprint.ts';

/**
 * Only Start starts. A form that lacks nothing but that act is treated in every other way that a hand or a browser
 * may treat it; nothing leaves, and the store has not one row more.
 */
describe('what is no agreement', () => {
  let stage: Stage;
  let visitor: Watched;

  beforeAll(async () => {
    stage = await openStage();
    visitor = await watchVisitor(stage);
    await visitor.page.goto(stage.hosts.url('plain', '/books'));
  });
  afterAll(async () => {
    await visitor?.close();
    await stage?.close();
  });

  it('three rounds of every act in another order give no row and no request [PR-13, PR-21, PR-30]', async () => {
    const { widget, wire, page } = visitor;
    const rows = countRows(stage.relay);
    await widget.open();
    await visitor.expectFootprint({ requests: OPENING });
    wire.clear();
    const random = seeded(20_260_730);
    let isOpen = true;
    let reopened = 0;
    for (let round = 0; round < 3; round += 1) {
      for (const [name, act] of shuffled(Object.entries(acts(visitor)), random)) {
        if (!isOpen) await page.evaluate(() => (globalThis as unknown as { Parley: { open(): void } }).Parley.open());
        if (!isOpen) reopened += 1;
        await widget.chat.locator('#question').waitFor();
        await widget.fillIn('All that is missing is Start.', { name: 'Hanna', email: 'hanna@example.ie' });
        await act().catch((error: unknown) => {
          throw new Error(`the act "${name}" could not be done: ${String(error)}`);
        });
        isOpen = (await widget.launcher.getAttribute('aria-expanded')) === 'true';
      }
    }
    // Shown again, the form asks whether anybody is there now, and says nothing with that.
    expect(reopened).toBeGreaterThan(0);
    await visitor.expectFootprint({ requests: Array<string>(reopened).fill(ONLINE) });
    expect(wire.sent).toEqual(Array<unknown>(reopened).fill(expect.stringMatching(/^GET \S+\/api\/online \{[^{}]*\} $/)));
    expect(countRows(stage.relay)).toEqual(rows);
  });

  it('the word of the page that there is a kept chat opens no socket and takes no form away [PR-13, PR-30]', async () => {
    const { widget, page } = visitor;
    await page.evaluate(() => (globalThis as unknown as { Parley: { open(): void } }).Parley.open());
    await widget.fillIn('All that is missing is Start.');
    const rows = countRows(stage.relay);
    await visitor.expectFootprint({ requests: [ONLINE] });
    await tellFrame(page, 'joined');
    await visitor.expectFootprint({ requests: ['GET relay:/w/assets/chat-*.js', 'GET relay:/api/session/check'] });
    await visitor.expectFootprint({});
    expect(await widget.chat.locator('#question').inputValue()).toBe('All that is missing is Start.');
    expect(countRows(stage.relay)).toEqual(rows);
  });

  it('Start with an unticked box agrees to nothing; with it, the same form is one agreement [PR-11, PR-13]', async () => {
    const { widget, page } = visitor;
    const rows = countRows(stage.relay);
    await page.evaluate(() => (globalThis as unknown as { Parley: { open(): void } }).Parley.open());
    await widget.fillIn('All that is missing is Start.');
    await widget.chat.locator('#box-answer').uncheck();
    await widget.pressStart();
    await widget.chat.getByRole('alert').waitFor();
    expect(countRows(stage.relay)).toEqual(rows);
    await visitor.expectFootprint({ requests: [ONLINE] });

    await widget.chat.locator('#box-answer').check();
    await widget.pressStart();
    await widget.composer.waitFor();
    await waitFor(() => countRows(stage.relay).conversation === 1, 'the conversation in the store');
  });
});

/** A public fact, the same for everybody. */
const ONLINE = 'GET relay:/api/online';
const OPENING = [
  ...['GET host:/books', 'GET relay:/s/demo.js', 'GET relay:/w/assets/host-*.js', 'GET relay:/frame/demo?lang=en'],
  'GET relay:/w/assets/notice-*.js',
];

function acts({ page, widget }: Watched): Record<string, () => Promise<unknown>> {
  const { chat } = widget;
  const button = (name: string) => chat.getByRole('button', { name, exact: true });
  const press = (field: string, key: string) => () => chat.locator(field).press(key);
  return {
    'Enter in the name': press('#name', 'Enter'),
    'Enter in the e-mail': press('#email', 'Enter'),
    'Enter in the question': press('#question', 'Enter'),
    'Control and Enter in the question': press('#question', 'Control+Enter'),
    'Enter on the box': press('#box-answer', 'Enter'),
    'Space on the box': press('#box-answer', 'Space'),
    'Tab out of the box': press('#box-answer', 'Tab'),
    'Escape in the question': press('#question', 'Escape'),
    'focus on Start': () => button(formWords.start).focus(),
    'a press on Start that is drawn away': async () => {
      await button(formWords.start).hover();
      await page.mouse.down();
      await page.mouse.move(4, 4);
      await page.mouse.up();
    },
    typing: () => chat.locator('#question').pressSequentially('More words.'),
    'a paste': () => chat.locator('#question').fill('Pasted words.'),
    'autofill of the browser': () =>
      chat.locator('#email').evaluate((field: HTMLInputElement) => {
        field.value = 'auto@example.ie';
        for (const type of ['input', 'change', 'blur']) field.dispatchEvent(new Event(type, { bubbles: true }));
      }),
    'a submit by script': () => chat.locator('form').evaluate((form: HTMLFormElement) => form.requestSubmit()),
    'ticking and unticking': async () => {
      await chat.locator('#box-news').check();
      await chat.locator('#box-news').uncheck();
    },
    'scrolling the form': async () => {
      await chat.locator('#question').hover();
      await page.mouse.wheel(0, 500);
    },
    'scrolling the page': async () => {
      await page.mouse.move(20, 20);
      await page.mouse.wheel(0, 500);
    },
    'a click on the page behind': () => page.locator('#own').click(),
    'Enter in a field of the page': () => page.locator('#field').press('Enter'),
    'leaving the window': () => page.evaluate(() => window.dispatchEvent(new Event('blur'))),
    closing: () => button(said.frame('close')).click(),
    'Privacy and back': async () => {
      await button(said.frame('privacy')).click();
      await button(said.frame('back')).click();
    },
    'an unknown word from the page': () => tellFrame(page, 'accept'),
  };
}

/** Says what only our own code says, with the page's own hand. */
async function tellFrame(page: Page, type: string): Promise<void> {
  await page.evaluate((said) => {
    const frame = document.querySelector('parley-chat')?.shadowRoot?.querySelector('iframe');
    if (!frame) throw new Error('no frame to speak to');
    frame.contentWindow?.postMessage({ parley: 1, type: said, granted: true }, new URL(frame.src).origin);
  }, type);
}

/** The same numbers in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(list: T[], random: () => number): T[] {
  return list
    .map((item) => ({ item, rank: random() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}
