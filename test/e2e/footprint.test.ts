import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../shared/limits.ts';
import { openStage, type Stage, said } from '../support/stage.ts';
import { type Watched, watchVisitor } from './support/footprint.ts';

/**
 * The product's first promise, state by state: what a visitor's browser asks of the network and keeps, as Chromium
 * itself records it. Each list is everything that happened since the state before, nothing more and nothing less.
 */

const PAGE = 'GET host:/books?email=a@b.c';
const LOADER = 'GET relay:/s/demo.js';
const STAGE_1 = ['GET relay:/w/assets/host-*.js', 'GET relay:/frame/demo?lang=en', 'GET relay:/w/assets/notice-*.js'];
const STAGE_2 = 'GET relay:/w/assets/chat-*.js';
/** What Privacy shows comes once the chat runs, so that it opens without a connection too. */
const AHEAD = 'GET relay:/w/assets/privacy-*.js';
/** A public fact, the same for everybody: is anybody there now? */
const ONLINE = 'GET relay:/api/online';
const SOCKET = 'relay:/live/?EIO=4&transport=websocket';
const ACCEPTED = {
  cookies: ['__Host-parley_chat @ http://plain.localhost'],
  storage: ['localStorage parley_resume @ host:'],
};
const SET = '__Host-parley_chat=<token>; Max-Age=86400; Path=/; Expires=<time>; HttpOnly; Secure; Partitioned; SameSite=None';
const CLEARED = '__Host-parley_chat=; Max-Age=0; Path=/; Expires=<time>; HttpOnly; Secure; Partitioned; SameSite=None';

/** 200 characters, of which no piece stands anywhere by itself. */
const TYPED = Array.from({ length: 25 }, (_, at) => `qzx${String(at).padStart(2, '0')}vk `).join('');
const PIECES = TYPED.trim().split(' ');

let stage: Stage;
let visitor: Watched;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

const arrive = async (): Promise<void> => {
  visitor = await watchVisitor(stage);
  await visitor.page.goto(stage.hosts.url('plain', '/books?email=a@b.c#t'));
};

const QUESTION = 'Do you have The Tide Almanac?';
const question = (): Locator => visitor.widget.chat.locator('#question');
const panel = (): Locator => visitor.page.locator('parley-chat section');
const press = (name: string): Promise<void> => visitor.widget.chat.getByRole('button', { name, exact: true }).click();

/** Waits until the relay has acknowledged the message. */
async function sent(text: string): Promise<void> {
  const group = visitor.widget.chat.locator('.grp', { hasText: text });
  await group.getByText(/· (Sent|Delivered|Read)/).waitFor();
}

const pieces = (texts: string[]): string[] => PIECES.filter((piece) => texts.some((text) => text.includes(piece)));

describe('the footprint of a visitor who refuses the cookie', () => {
  beforeAll(arrive);
  afterAll(() => visitor?.close());

  it('loaded: the one script, nothing kept [PR-20, PR-26, PR-74]', async () => {
    await visitor.widget.launcher.waitFor();
    await visitor.expectFootprint({ requests: [PAGE, LOADER] });
  });

  it('hovered, scrolled, focused, and left alone: nothing at all [PR-26]', async () => {
    const { page, widget } = visitor;
    await widget.launcher.hover();
    await page.mouse.wheel(0, 600);
    await page.locator('#field').fill('of the page');
    await widget.launcher.focus();
    await page.mouse.move(5, 5);
    // The one duration of this file: what must not happen can only be waited for.
    await page.waitForTimeout(4000);
    await visitor.expectFootprint({});
  });

  it('opened: static files and the notice, nothing kept [PR-20, PR-21, PR-22]', async () => {
    await visitor.widget.open();
    await visitor.expectFootprint({ requests: STAGE_1 });
  });

  it('typed 200 characters: nothing leaves, nothing is kept [PR-16]', async () => {
    const { widget, wire } = visitor;
    wire.clear();
    expect(TYPED).toHaveLength(200);
    await question().pressSequentially(TYPED);
    await widget.chat.locator('#name').pressSequentially(TYPED.slice(0, 60));
    await widget.chat.locator('#email').pressSequentially('qzx00vk@qzx01vk.example');
    await widget.chat.locator('#box-answer').check();
    await visitor.expectFootprint({});
    expect(wire.sent).toEqual([]);
  });

  it('closed without Start: nothing leaves, nothing is kept [PR-16, PR-21]', async () => {
    await press(said.frame('close'));
    await panel().waitFor({ state: 'hidden' });
    await visitor.expectFootprint({});
    expect(visitor.wire.sent).toEqual([]);
  });

  it('opened again: whether anybody is there now, nothing kept [PR-20, PR-21, PR-26]', async () => {
    const { widget, wire } = visitor;
    wire.clear();
    await widget.launcher.click();
    await question().waitFor();
    await visitor.expectFootprint({ requests: [ONLINE] });
    expect(pieces(wire.sent)).toEqual([]);
  });

  it('started: the chat, one POST, the socket, what Privacy needs, nothing kept [PR-16, PR-21, PR-22, PR-24, PR-74]', async () => {
    const { widget, wire } = visitor;
    expect(await question().inputValue()).toBe(TYPED);
    await widget.chat.locator('#name').fill('');
    await widget.chat.locator('#email').fill('');
    await widget.fillIn(QUESTION);
    await widget.pressStart();
    await sent(QUESTION);
    await visitor.expectFootprint({ requests: [STAGE_2, 'POST relay:/api/consents', AHEAD], sockets: [SOCKET] });
    expect(pieces(wire.sent)).toEqual([]);
    // The tap does see what is sent, and the page without its query and fragment.
    expect(wire.bodies('/api/consents')).toEqual([
      expect.objectContaining({
        message: expect.objectContaining({ body: QUESTION }),
        page: stage.hosts.url('plain', '/books'),
      }),
    ]);
  });

  it('typed in the chat: nothing but a boolean leaves before Send [PR-16]', async () => {
    const { widget, wire } = visitor;
    wire.clear();
    await widget.composer.pressSequentially(TYPED);
    expect(pieces(wire.sent)).toEqual([]);
    const frames = wire.frames.filter((frame) => frame.includes('['));
    expect(frames.length).toBeGreaterThan(0);
    for (const frame of frames) expect(frame).toMatch(/^42\/visitor,\d+\["typing:set",\{"typing":(true|false)\}\]$/);
    await press(said.chat('send'));
    await sent(TYPED.trim());
    expect(pieces(wire.frames)).toEqual(PIECES);
    await visitor.expectFootprint({});
  });

  it('cookie refused: one POST, nothing kept, the chat works on [PR-22, PR-74]', async () => {
    const { widget } = visitor;
    await widget.answerCookie('refuse');
    await widget.chat.getByText(said.chat('notKept')).waitFor();
    await visitor.expectFootprint({ requests: ['POST relay:/api/consents/decide'] });
    await widget.say('And Winter Tides?');
    await sent('And Winter Tides?');
    await visitor.expectFootprint({});
  });

  it('reloaded after the refusal: the one script again, nothing kept [PR-20, PR-22, PR-26]', async () => {
    await visitor.page.reload();
    await visitor.widget.launcher.waitFor();
    await visitor.expectFootprint({ requests: [PAGE, LOADER] });
    expect(await panel().count()).toBe(0);
  });

  it('the address of the page left only with Start, and never its query or fragment [PR-24]', () => {
    const told = visitor.wire.sent.filter((text) => !text.startsWith(`GET ${stage.hosts.url('plain')}`));
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter((text) => /email=|a@b\.c|a%40b\.c|#t/.test(text))).toEqual([]);
  });
});

describe('the footprint of a visitor who accepts the cookie', () => {
  beforeAll(async () => {
    await arrive();
    await visitor.widget.begin(QUESTION);
    await sent(QUESTION);
    await visitor.expectFootprint({
      requests: [PAGE, LOADER, ...STAGE_1, STAGE_2, 'POST relay:/api/consents', AHEAD],
      sockets: [SOCKET],
    });
  });
  afterAll(() => visitor?.close());

  const expectOneCookie = async (): Promise<void> => {
    const cookies = await visitor.context.cookies();
    expect(cookies).toEqual([
      expect.objectContaining({
        name: '__Host-parley_chat',
        value: expect.stringMatching(/^[\w-]{43}$/),
        domain: 'localhost',
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'None',
        partitionKey: 'http://plain.localhost',
      }),
    ]);
    const left = (cookies[0]?.expires ?? 0) * 1000 - Date.now();
    expect(left).toBeGreaterThan(DAY - 60_000);
    expect(left).toBeLessThanOrEqual(DAY + 1000);
  };

  /** The mark is an expiry time and nothing else, and not later than the cookie's. */
  const expectOnlyATime = async (): Promise<void> => {
    const stored = await visitor.page.evaluate(() => ({ ...localStorage }) as Record<string, string>);
    expect(stored).toEqual({ parley_resume: expect.stringMatching(/^\d{13}$/) });
    const left = Number(stored.parley_resume) - Date.now();
    expect(left).toBeGreaterThan(DAY - 60_000);
    expect(left).toBeLessThanOrEqual(DAY);
  };

  it('cookie accepted: one POST, and one that asks whether it was kept; one cookie, one mark [PR-19, PR-20, PR-22, PR-25]', async () => {
    await visitor.widget.answerCookie('accept');
    await visitor.widget.chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
    await visitor.expectFootprint({
      requests: ['POST relay:/api/consents/decide', 'POST relay:/api/session/check'],
      setCookies: [SET],
      ...ACCEPTED,
    });
    await expectOneCookie();
    await expectOnlyATime();
  });

  it('unsent text waits in parley_outbox of the frame, until it is sent [PR-19]', async () => {
    const { widget } = visitor;
    await widget.composer.fill('And Winter Tides?');
    const outbox = 'sessionStorage parley_outbox @ relay:';
    await visitor.expectFootprint({ ...ACCEPTED, storage: [...ACCEPTED.storage, outbox] });
    expect(await widget.chat.locator('body').evaluate(() => ({ ...sessionStorage }) as Record<string, string>)).toEqual({
      parley_outbox: JSON.stringify({ draft: 'And Winter Tides?', messages: [] }),
    });
    await widget.say('And Winter Tides?');
    await sent('And Winter Tides?');
    await visitor.expectFootprint(ACCEPTED);
  });

  it('reloaded after Accept: the frame comes back, after the load of the page [PR-19, PR-26]', async () => {
    const { page, widget } = visitor;
    await page.reload();
    await widget.bubbles.filter({ hasText: 'And Winter Tides?' }).waitFor({ state: 'attached' });
    await visitor.expectFootprint({
      requests: [PAGE, LOADER, ...STAGE_1, STAGE_2, AHEAD],
      sockets: [SOCKET],
      setCookies: [SET],
      ...ACCEPTED,
    });
    await expectOneCookie();
    await expectOnlyATime();
    const times = await page.evaluate(() => {
      const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const ours = performance.getEntriesByType('resource').filter(({ name }) => /\/w\/|\/frame\//.test(name));
      return { load: page?.loadEventStart ?? 0, ours: ours.map(({ startTime }) => startTime) };
    });
    expect(times.load).toBeGreaterThan(0);
    expect(times.ours).toHaveLength(2);
    expect(Math.min(...times.ours)).toBeGreaterThanOrEqual(times.load);
    expect(await panel().isVisible()).toBe(false);
  });

  it('ended: one POST, nothing kept [PR-19, PR-21]', async () => {
    const { widget } = visitor;
    await widget.launcher.click();
    await press(said.chat('end'));
    await press(said.chat('end'));
    await widget.chat.getByText(/^You ended the chat/).waitFor();
    await visitor.expectFootprint({ requests: ['POST relay:/api/conversation/end'], setCookies: [CLEARED] });
  });

  it('[PR-17] withdrawn after the end, under Privacy: one POST, nothing kept', async () => {
    await press(said.frame('privacy'));
    await press(said.privacy('withdraw'));
    await press(said.privacy('withdrawSure'));
    await visitor.widget.chat.getByRole('heading', { name: said.chat('withdrawn') }).waitFor();
    await visitor.expectFootprint({ requests: ['POST relay:/api/consents/withdraw'] });
  });

  it('reloaded after the end: the one script, nothing kept [PR-20, PR-26]', async () => {
    await visitor.page.reload();
    await visitor.widget.launcher.waitFor();
    await visitor.expectFootprint({ requests: [PAGE, LOADER] });
  });
});

describe('the footprint of a visitor who takes everything back', () => {
  beforeAll(async () => {
    await arrive();
    await visitor.widget.begin(QUESTION);
    await sent(QUESTION);
    await visitor.widget.answerCookie('accept');
    await visitor.widget.chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
    await visitor.expectFootprint({
      requests: [
        ...[PAGE, LOADER, ...STAGE_1, STAGE_2, 'POST relay:/api/consents', AHEAD],
        ...['POST relay:/api/consents/decide', 'POST relay:/api/session/check'],
      ],
      sockets: [SOCKET],
      setCookies: [SET],
      ...ACCEPTED,
    });
  });
  afterAll(() => visitor?.close());

  it('withdrawn: one POST, nothing kept, no socket any more [PR-19, PR-20, PR-21]', async () => {
    await press(said.frame('privacy'));
    await press(said.privacy('withdraw'));
    await press(said.privacy('withdrawSure'));
    await visitor.widget.chat.getByRole('heading', { name: said.chat('withdrawn') }).waitFor();
    await visitor.expectFootprint({ requests: ['POST relay:/api/consents/withdraw'], setCookies: [CLEARED] });
  });

  it('reloaded after the withdrawal: the one script, nothing kept [PR-20, PR-26]', async () => {
    await visitor.page.reload();
    await visitor.widget.launcher.waitFor();
    await visitor.expectFootprint({ requests: [PAGE, LOADER] });
  });
});
