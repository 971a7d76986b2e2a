import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closeByAgent } from '../../server/conversations/conversations.ts';
import type { ConsentEvent } from '../../shared/consent.ts';
import { CHAT_COOKIE, RESUME_MARK } from '../../shared/endpoints.ts';
import { newestEvents } from '../support/consent-events.ts';
import { MANAGERS, type ManagerKind } from '../support/managers/pages.ts';
import {
  conversations,
  cookieWords,
  formWords,
  openStage,
  type Stage,
  said,
  type VisitorPage,
  visitorOn,
} from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

/** A revocation is in force within this time, wherever it is made. */
const REVOKED_WITHIN = 5000;

const EVIDENCE: Record<ManagerKind, ConsentEvent['cmp']> = {
  cookieconsent: { name: 'cookieconsent', ref: expect.stringMatching(/^[0-9a-f-]{36}$/) as never, revision: '0', explicit: true },
  klaro: { name: 'klaro', ref: null, revision: '3', explicit: true },
  tcf: { name: 'tcf', ref: null, revision: '5', explicit: true, tcf: { policyVersion: 5, cmpId: 42, cmpVersion: 3 } },
  'consent-mode': { name: 'consent-mode', ref: null, revision: null, explicit: true },
  cookiebot: { name: 'cookiebot', ref: 'cb-7Kq2', revision: null, explicit: true },
  onetrust: { name: 'onetrust', ref: 'ot-5519', revision: null, explicit: true },
  custom: { name: 'custom', ref: 'own-1', revision: '2', explicit: true },
};
const RULES: Partial<Record<ManagerKind, string>> = { tcf: '[PR-31] ', 'consent-mode': '[PR-32] ' };

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

const act = (page: Page, what: 'accept' | 'reject'): Promise<void> => page.evaluate(`${what}()`);

/** Cookie and mark, as the browser has them. */
async function kept({ page, context }: VisitorPage): Promise<string[]> {
  const cookies = (await context.cookies()).filter(({ name }) => name === CHAT_COOKIE).map(({ name }) => name);
  return [...cookies, ...(await page.evaluate((mark) => (localStorage.getItem(mark) ? [mark] : []), RESUME_MARK))];
}
const isKept = async (visitor: VisitorPage): Promise<boolean> => (await kept(visitor)).length === 2;

/** The events about the cookie of the newest conversation, oldest first. */
const cookieEvents = async (): Promise<ConsentEvent[]> =>
  (await newestEvents(stage.relay)).filter(({ purposes }) => purposes[0]?.id === 'persistence');
const states = async (): Promise<string[]> => (await cookieEvents()).map(({ event_state }) => event_state);

async function arrive(kind: ManagerKind, path = '/'): Promise<VisitorPage> {
  const visitor = await stage.visitor(kind);
  if (path !== '/') await visitor.page.goto(stage.hosts.url(kind, path));
  return visitorOn(visitor.page);
}

it('[PR-31] a page in a frame follows the CMP of the page around it, by its locator', async () => {
  const { page, context } = await stage.visitor('tcf', { viewport: { width: 900, height: 1000 } });
  await page.goto(stage.hosts.url('tcf', '/outer'));
  const inner = page.frameLocator('#inner');
  const chat = inner.frameLocator('parley-chat iframe');
  await act(page, 'accept');
  await inner.locator('parley-chat button.l').click();
  await chat.locator('#question').fill('Am I heard from in here?');
  await chat.locator('#box-answer').check();
  await chat.getByRole('button', { name: formWords.start }).click();
  await chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
  const cookies = async () => (await context.cookies()).filter(({ name }) => name === CHAT_COOKIE).length;
  expect(await cookies()).toBe(1);
  await act(page, 'reject');
  await waitFor(async () => (await cookies()) === 0, 'the cookie to be gone');
  expect((await cookieEvents()).map(({ event_state, cmp }) => [event_state, cmp?.tcf?.cmpId])).toEqual([
    ['ConsentGiven', 42],
    ['ConsentWithdrawn', 42],
  ]);
});

describe.each(MANAGERS)('a page with a consent manager: %s', (kind) => {
  const rule = RULES[kind] ?? '';

  it(`${rule}[PR-29] accepted before the chat: kept without another question, recorded with its reference; taken back there, it is gone in time`, async () => {
    const visitor = await arrive(kind);
    const requests: string[] = [];
    visitor.page.on('request', (request) => {
      if (request.url().startsWith(stage.relay.origin)) requests.push(new URL(request.url()).pathname);
    });
    await act(visitor.page, 'accept');
    // Until the click nothing is fetched for it, and nothing is kept for it.
    expect([requests, await kept(visitor)]).toEqual([[], []]);
    await visitor.begin('Do you post to Norway?', { name: kind });
    await waitFor(() => isKept(visitor), 'the cookie and the mark');
    expect(await visitor.chat.locator('.cookie').count()).toBe(0);
    const [given] = await cookieEvents();
    expect(given).toMatchObject({
      event_state: 'ConsentGiven',
      entity_id: 'subject',
      control_id: `manager.${kind}`,
      action: 'signal',
      collection_method: 'consent manager of the page',
      cmp: EVIDENCE[kind],
    });

    // The visitor who comes back is asked nothing, and nothing is recorded twice.
    await visitor.page.reload();
    await visitor.open();
    await visitor.bubbles.first().waitFor();
    await visitor.chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
    expect(await states()).toEqual(['ConsentGiven']);

    const pressed = Date.now();
    await act(visitor.page, 'reject');
    await waitFor(async () => (await kept(visitor)).length === 0, 'the cookie to be gone');
    expect(Date.now() - pressed).toBeLessThan(REVOKED_WITHIN);
    await visitor.chat.getByText(said.chat('notKept')).waitFor();
    expect((await cookieEvents()).map(({ event_state, cmp }) => [event_state, cmp?.name])).toEqual([
      ['ConsentGiven', kind],
      ['ConsentWithdrawn', kind],
    ]);
    // The chat itself goes on, in memory.
    await visitor.say('And to Iceland?');
    await visitor.bubbles.filter({ hasText: 'Iceland' }).waitFor();
  });

  it(`${rule}[PR-28] [PR-29] refused there: no question, no cookie, the chat goes on; allowed later, it is kept`, async () => {
    const visitor = await arrive(kind);
    await act(visitor.page, 'reject');
    await visitor.begin('Do you post to Norway?');
    await visitor.chat.getByText(said.chat('notKept')).waitFor();
    expect([await kept(visitor), await visitor.chat.locator('.cookie').count(), await states()]).toEqual([[], 0, []]);
    await act(visitor.page, 'accept');
    await waitFor(() => isKept(visitor), 'the cookie and the mark');
    expect(await states()).toEqual(['ConsentGiven']);
  });

  it.each(['/preset', '/never'])(`${rule}[PR-28] [PR-29] what nobody chose allows nothing: %s`, async (path) => {
    const visitor = await arrive(kind, path);
    await visitor.begin('Do you post to Norway?');
    await visitor.chat.getByText(said.chat('notKept')).waitFor();
    await visitor.chat.getByRole('button', { name: said.frame('privacy'), exact: true }).click();
    await visitor.chat.getByText(said.privacy('managedNo'), { exact: false }).waitFor();
    // Nothing can be allowed past the page's manager either.
    const row = visitor.chat.locator('.purpose').last();
    expect(await row.getByRole('button', { name: said.privacy('change') }).count()).toBe(0);
    expect([await kept(visitor), await states()]).toEqual([[], []]);
    if (path === '/never') return;
    // The manager was heard all along: what it says now counts, and nothing that it said before did.
    const pressed = Date.now();
    await act(visitor.page, 'accept');
    await waitFor(() => isKept(visitor), 'the cookie and the mark');
    const [given, ...others] = await cookieEvents();
    expect([Date.parse(given?.event_time ?? '') >= pressed, others]).toEqual([true, []]);
  });
});

it('[PR-46] taken back in a chat that an agent has ended, the cookie goes in time', async () => {
  const visitor = await arrive('custom');
  await act(visitor.page, 'accept');
  await visitor.begin('Do you post to Norway?');
  await waitFor(() => isKept(visitor), 'the cookie and the mark');
  const [row] = await conversations(stage.relay);
  await closeByAgent(stage.relay.ctx, row?.id ?? '');
  await visitor.chat.getByText(said.chat('closed')).first().waitFor();
  const pressed = Date.now();
  await act(visitor.page, 'reject');
  await waitFor(async () => (await kept(visitor)).length === 0, 'the cookie to be gone');
  expect(Date.now() - pressed).toBeLessThan(REVOKED_WITHIN);
  expect(await states()).toEqual(['ConsentGiven', 'ConsentWithdrawn']);
});

it('[PR-46] a visitor who gave the cookie up is not overruled by a manager that comes later with an old choice', async () => {
  const visitor = await arrive('custom');
  await act(visitor.page, 'accept');
  await visitor.begin('Do you post to Norway?');
  await waitFor(() => isKept(visitor), 'the cookie and the mark');
  // The next page has not heard from its manager yet.
  await visitor.page.goto(stage.hosts.url('custom', '/never'));
  await visitor.open();
  await visitor.chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
  await visitor.chat.getByRole('button', { name: said.frame('privacy'), exact: true }).click();
  const row = visitor.chat.locator('.purpose').last();
  await row.getByRole('button', { name: said.privacy('change') }).click();
  await row.getByRole('button', { name: cookieWords.refuse, exact: true }).click();
  await waitFor(async () => (await kept(visitor)).length === 0, 'the cookie to be gone');
  const word = async (functional: boolean): Promise<void> => {
    const told = visitor.chat.getByText(said.privacy(functional ? 'managedYes' : 'managedNo'), { exact: false });
    await visitor.page.evaluate(`Parley.setConsent({ functional: ${functional} })`);
    await visitor.chat.getByRole('button', { name: said.chat('backToChat'), exact: true }).click();
    await visitor.chat.getByRole('button', { name: said.frame('privacy'), exact: true }).click();
    await told.waitFor();
  };
  await word(true);
  expect([await kept(visitor), await states()]).toEqual([[], ['ConsentGiven', 'ConsentWithdrawn']]);
  // Asked there anew, it counts.
  await word(false);
  await word(true);
  await waitFor(() => isKept(visitor), 'the cookie and the mark');
});

describe('a page that changes its word before the click', () => {
  it.each([false, 'denied', ''])('[PR-29] what it said last counts, also when that is %j', async (word) => {
    const visitor = await arrive('custom', '/never');
    await visitor.page.evaluate((said) => {
      document.querySelector('script[data-consent-manager]')?.setAttribute('data-consent', 'granted');
      (window as unknown as { Parley: { setConsent(said: unknown): void } }).Parley.setConsent(said);
    }, word);
    await visitor.begin('Do you post to Norway?');
    await visitor.chat.getByText(said.chat('notKept')).waitFor();
    await visitor.chat.getByRole('button', { name: said.frame('privacy'), exact: true }).click();
    await visitor.chat.getByText(said.privacy('managedNo'), { exact: false }).waitFor();
    expect([await kept(visitor), await states()]).toEqual([[], []]);
  });
});

describe('a manager whose answer goes without a press in this page', () => {
  it.each([
    ['cookieconsent', 'CookieConsent.reset(true)'],
    ['klaro', 'klaro.getManager().resetConsents()'],
  ] as const)('[PR-28] %s, reset by its page: the cookie goes in time', async (kind, reset) => {
    const visitor = await arrive(kind);
    await act(visitor.page, 'accept');
    await visitor.begin('Do you post to Norway?');
    await waitFor(() => isKept(visitor), 'the cookie and the mark');
    const pressed = Date.now();
    await visitor.page.evaluate(reset);
    await waitFor(async () => (await kept(visitor)).length === 0, 'the cookie to be gone');
    expect(Date.now() - pressed).toBeLessThan(REVOKED_WITHIN);
    expect((await cookieEvents()).map(({ event_state, cmp }) => [event_state, cmp?.explicit])).toEqual([
      ['ConsentGiven', true],
      ['ConsentWithdrawn', false],
    ]);
  });

  it('[PR-29] cookieconsent, taken back in another tab that has no chat', async () => {
    const visitor = await arrive('cookieconsent');
    const other = await visitor.context.newPage();
    await other.goto(visitor.page.url());
    await visitor.page.bringToFront();
    await act(visitor.page, 'accept');
    await visitor.begin('Do you post to Norway?');
    await waitFor(() => isKept(visitor), 'the cookie and the mark');
    await act(other, 'reject');
    await waitFor(async () => (await kept(visitor)).length === 0, 'the cookie to be gone');
    expect(await states()).toEqual(['ConsentGiven', 'ConsentWithdrawn']);
  });
});
