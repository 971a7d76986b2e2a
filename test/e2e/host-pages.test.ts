import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { conversations, formWords, openStage, type Stage, said, type VisitorPage, visitorOn } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';
import { restoredFrame } from './support/restored-frame.ts';
import { plantSpies, spiedOn } from './support/spies.ts';

/** The fixtures' own: their empty icon is no image that their policy allows. */
const OWN_ICON = 'img-src data ';
const QUESTION = 'Do you have The Tide Almanac?';
const FURTHER = 'And Winter Tides?';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** A visitor whose page and frame are watched for what their policies forbid, and for what they throw. */
async function arrive(kind: Parameters<Stage['visitor']>[0], path = '/'): Promise<VisitorPage & { thrown: string[] }> {
  const { page: first, context } = await stage.visitor('bare');
  await plantSpies(context);
  const thrown: string[] = [];
  first.on('pageerror', (error) => thrown.push(String(error)));
  await first.goto(stage.hosts.url(kind ?? 'plain', path));
  return { ...visitorOn(first), thrown };
}

const sent = (visitor: VisitorPage, text: string): Promise<void> =>
  visitor.chat
    .locator('.grp', { hasText: text })
    .getByText(/· (Sent|Delivered|Read)/)
    .waitFor();

async function converse(visitor: VisitorPage): Promise<void> {
  await visitor.begin(QUESTION);
  await sent(visitor, QUESTION);
  await visitor.say(FURTHER);
  await sent(visitor, FURTHER);
}

async function expectStillTalking(visitor: VisitorPage, text: string): Promise<void> {
  await visitor.bubbles.filter({ hasText: QUESTION }).waitFor();
  await visitor.say(text);
  await sent(visitor, text);
}

/** A mark in the page's memory: gone means that the document is another. */
const leaveMark = (page: Page): Promise<void> => page.evaluate('globalThis.sameDocument = true');
const hasMark = (page: Page): Promise<unknown> => page.evaluate('globalThis.sameDocument === true');

describe('a conversation on every kind of page', () => {
  it.each([
    ...(['plain', 'strict', 'dynamic', 'coep', 'insecure', 'hostile', 'turbo', 'turbo-body', 'twice', 'spa'] as const),
    ...(['pinned', 'long'] as const),
  ])('%s: opens, starts and sends, and no policy is broken [PR-14, PR-25]', async (kind) => {
    const visitor = await arrive(kind);
    await converse(visitor);
    const { violations } = await spiedOn(visitor.page);
    expect({ violations: violations.filter((one) => one !== OWN_ICON), thrown: visitor.thrown }).toEqual({
      violations: [],
      thrown: [],
    });
  });

  it('the fixtures are what they say', async () => {
    const { page: coep } = await arrive('coep');
    expect(await coep.evaluate('crossOriginIsolated')).toBe(true);
    const { page: insecure } = await arrive('insecure');
    expect(await insecure.evaluate('isSecureContext')).toBe(false);
    const { page: strict } = await arrive('strict');
    const refused = await strict.evaluate(`(() => {
      try { document.body.innerHTML = '<p>'; return 'taken'; } catch (error) { return error.name; }
    })()`);
    expect(refused).toBe('TypeError');
    await waitFor(async () => (await spiedOn(strict)).violations.length > 0, 'the spies to tell of a violation');
  });

  it('a page that is no secure context: words, mark and cookie say the same of Accept [PR-19, PR-22]', async () => {
    const visitor = await arrive('insecure');
    await converse(visitor);
    await visitor.answerCookie('accept');
    const line = visitor.chat.getByText(said.chat('kept', { hours: 24 })).or(visitor.chat.getByText(said.chat('cookieLost')));
    const words = await line.textContent();
    const kept = words === said.chat('kept', { hours: 24 });
    expect(await visitor.context.cookies()).toHaveLength(kept ? 1 : 0);
    await waitFor(
      async () => (await visitor.page.evaluate(() => 'parley_resume' in localStorage)) === kept,
      'the mark to say what the words say',
    );
    await visitor.page.reload();
    if (kept) await visitor.bubbles.filter({ hasText: FURTHER }).waitFor({ state: 'attached' });
    else await visitor.launcher.waitFor();
    expect(await visitor.page.locator('parley-chat iframe').count()).toBe(kept ? 1 : 0);
  });

  it('a hostile page moves, shrinks, tints and hides nothing of it [PR-14]', async () => {
    const visitor = await arrive('hostile');
    await visitor.page.emulateMedia({ reducedMotion: 'reduce' });
    const launcher = await visitor.launcher.boundingBox();
    expect(launcher).toMatchObject({ width: 60, height: 60 });
    const view = visitor.page.viewportSize();
    expect(Math.round((launcher?.x ?? 0) + 60 + 24)).toBe(view?.width);
    expect(Math.round((launcher?.y ?? 0) + 60 + 24)).toBe(view?.height);
    await visitor.open();
    const panel = visitor.page.locator('parley-chat section');
    expect(await panel.boundingBox()).toMatchObject({ width: 384 });
    expect(await visitor.page.locator('parley-chat iframe').boundingBox()).toMatchObject({ width: 384 });
    // Without `map` and the like, which this page has broken.
    const looks = await visitor.page.locator('parley-chat').evaluate((host) => {
      let text = '';
      for (const element of [host, ...(host.shadowRoot?.querySelectorAll('section, iframe, button') ?? [])]) {
        const { opacity, transform, letterSpacing } = getComputedStyle(element);
        text += `${element.localName} ${opacity} ${transform} ${letterSpacing}; `;
      }
      return text;
    });
    const untouched = '1 none normal';
    expect(looks.split('; ').filter(Boolean).sort()).toEqual([
      ...['button', 'iframe', 'parley-chat', 'section'].map((name) => `${name} ${untouched}`),
    ]);
  });
});

describe('a conversation across what pages do', () => {
  it('a snippet that is run again, or pasted twice, is one launcher, and the conversation stays [PR-22]', async () => {
    const twice = await arrive('twice');
    await twice.launcher.first().waitFor();
    await twice.page.waitForLoadState('load');
    expect(await twice.page.locator('script[src*="/s/demo.js"]').count()).toBe(2);
    expect(await twice.launcher.count()).toBe(1);

    const visitor = await arrive('turbo-body');
    await converse(visitor);
    await leaveMark(visitor.page);
    // Turbo puts a script of its own in the place of each that it finds in the new body.
    await visitor.page.evaluate(`
      globalThis.runs = 0;
      document.addEventListener('load', ({ target }) => { if (target.src?.endsWith('/s/demo.js')) runs += 1; }, true);
    `);
    for (const [at, link] of ['#next', '#home', '#next'].entries()) {
      await visitor.page.locator(link).click();
      await waitFor(async () => (await visitor.page.evaluate<number>('runs')) > at, 'the snippet to have run again');
    }
    expect(await hasMark(visitor.page)).toBe(true);
    await expectStillTalking(visitor, 'On the fourth page');
    expect(await visitor.launcher.count()).toBe(1);
    expect(visitor.thrown).toEqual([]);
  });

  it('a body that is swapped keeps it [PR-22]', async () => {
    const visitor = await arrive('turbo');
    await converse(visitor);
    await leaveMark(visitor.page);
    await visitor.page.locator('#next').click();
    await visitor.page.getByRole('heading', { name: 'turbo /next' }).waitFor();
    expect(await hasMark(visitor.page)).toBe(true);
    await expectStillTalking(visitor, 'On the next page');
    await visitor.page.goBack({ waitUntil: 'commit' });
    await visitor.page.getByRole('heading', { name: 'turbo /', exact: true }).waitFor();
    await expectStillTalking(visitor, 'And back again');
    expect(visitor.thrown).toEqual([]);
  });

  it('pushState keeps it [PR-22]', async () => {
    const visitor = await arrive('spa');
    await converse(visitor);
    await leaveMark(visitor.page);
    await visitor.page.locator('#next').click();
    await visitor.page.getByRole('heading', { name: 'spa /next' }).waitFor();
    expect(await hasMark(visitor.page)).toBe(true);
    await expectStillTalking(visitor, 'On the next page');
  });

  /** Goes away and back; says whether the document is the same one again. */
  const awayAndBack = async ({ page }: VisitorPage): Promise<boolean> => {
    await leaveMark(page);
    await page.goto(stage.hosts.url('bare'));
    await page.goBack({ waitUntil: 'commit' });
    await page.getByRole('heading', { name: 'long /' }).waitFor();
    return (await hasMark(page)) === true;
  };

  /** Talks on in the frame as the back-forward cache gave it back. */
  const talkOn = async ({ page }: VisitorPage): Promise<void> => {
    const frame = await restoredFrame(stage.browser, page);
    await frame.say('Back again');
    expect(await frame.evaluate("document.querySelectorAll('.bub').length")).toBe(3);
    frame.close();
    expect((await conversations(stage.relay))[0]).toMatchObject({ status: 'open', lastSeq: 3 });
  };

  it('away and back: what the back-forward cache kept talks on, what it did not is a form again [PR-22]', async () => {
    const visitor = await arrive('long');
    await converse(visitor);
    if (await awayAndBack(visitor)) await talkOn(visitor);
    else {
      await visitor.open();
      await visitor.chat.getByRole('button', { name: formWords.start }).waitFor();
      expect(await visitor.bubbles.count()).toBe(0);
    }
  });

  it('away and back after Accept: it talks on, whatever the back-forward cache did [PR-19]', async () => {
    const visitor = await arrive('long');
    await converse(visitor);
    await visitor.answerCookie('accept');
    await visitor.chat.getByText(said.chat('kept', { hours: 24 })).waitFor();
    if (await awayAndBack(visitor)) await talkOn(visitor);
    else {
      await visitor.launcher.click();
      await expectStillTalking(visitor, 'Back again');
    }
  });

  it('a page that throws the chat out is told so, and can have another [PR-22]', async () => {
    const visitor = await arrive('plain');
    await converse(visitor);
    await visitor.page.evaluate(() => document.querySelector('parley-chat')?.remove());
    await visitor.page.getByText(said.loader('loader.ended')).waitFor();
    await visitor.open();
    await visitor.chat.locator('#question').waitFor();
  });
});
