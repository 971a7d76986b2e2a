import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bubblesWith, openStage, type Stage } from '../support/stage.ts';

/** What would set `canary` if any of it ran. */
const CORPUS = [
  '<script>canary=1</script>',
  '<img src=x onerror="canary=1">',
  '"><svg onload=canary=1>',
  "'-canary=1-'",
  '<iframe srcdoc="<script>parent.canary=1</script>"></iframe>',
  '<a href="javascript:canary=1">a link</a>',
  '<math><mtext></mtext><mglyph><style><img src onerror=canary=1></style></mglyph></math>',
  '<input autofocus onfocus=canary=1>',
  '<details open ontoggle=canary=1>',
  '{{constructor.constructor("canary=1")()}} ${canary=1}',
  'javascript:canary=1 data:text/html,<script>canary=1</script>',
  'https://example.com/"onmouseover="canary=1" https://example.com/<img/src/onerror=canary=1>',
  '&lt;img src=x onerror=canary=1&gt; \u003cscript\u003ecanary=1\u003c/script\u003e',
  '</textarea><script>canary=1</script><!-- --!><script>canary=1</script>',
];
const NAME = 'Zoe<img src=x onerror=canary=1>"\'><svg/onload=canary=1>';

describe('what people write', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.close());

  /** The text of each bubble without what only screen readers hear and the desk’s own button, and what stands in it. */
  const drawn = (bubbles: Locator): Promise<{ text: string; tags: string[]; links: string[] }[]> =>
    bubbles.evaluateAll((all) =>
      all.map((bubble) => {
        const tags = [...bubble.querySelectorAll('*')].filter((one) => !one.closest('.bub-erase')).map((one) => one.tagName);
        const links = [...bubble.querySelectorAll('a')].map((one) => one.href);
        const copy = bubble.cloneNode(true) as Element;
        for (const unseen of copy.querySelectorAll('.sr')) unseen.remove();
        return { text: (copy.textContent ?? '').trim(), tags: [...new Set(tags)].sort(), links };
      }),
    );

  it('is text, to the letter, and never runs: not in a name, not in a message, on neither side', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    const alarms: string[] = [];
    for (const { page } of [visitor, agent]) {
      page.on('dialog', (dialog) => {
        alarms.push(dialog.message());
        dialog.dismiss().catch(() => null);
      });
      page.on('pageerror', (error) => alarms.push(error.message));
    }
    await visitor.begin(CORPUS[0] ?? '', { name: NAME });
    for (const text of CORPUS.slice(1)) await visitor.say(text);
    await agent.openTalk('Zoe<img');
    await bubblesWith(agent.bubbles, '--!>');
    for (const text of CORPUS) await agent.say(text);
    await bubblesWith(visitor.bubbles, '--!>', 2);

    for (const bubbles of [visitor.bubbles, agent.bubbles]) {
      const all = await drawn(bubbles);
      expect(all.map(({ text }) => text)).toEqual([...CORPUS, ...CORPUS]);
      expect([...new Set(all.flatMap(({ tags }) => tags))].sort()).toEqual(['A', 'DIV', 'SPAN']);
      for (const link of all.flatMap(({ links }) => links)) expect(link).toMatch(/^https:\/\/example\.com\//);
    }
    expect(await agent.page.locator('#talk-name').textContent()).toBe(NAME);
    expect(await agent.item('Zoe<img').locator('b').textContent()).toBe(NAME);
    for (const frame of [...visitor.page.frames(), ...agent.page.frames()]) {
      expect(await frame.evaluate(() => 'canary' in globalThis)).toBe(false);
    }
    expect(alarms).toEqual([]);
  });

  it('has links that open elsewhere and tell nothing of the page, and nothing else is a link', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    const text =
      'See https://example.com/books(1), http://example.org. Not ftp://example.com, file:///etc/passwd or www.example.com';
    await visitor.begin(text, { name: 'Yvonne' });
    await agent.openTalk('Yvonne');
    await agent.say(text);
    await bubblesWith(visitor.bubbles, 'See https', 2);
    await bubblesWith(agent.bubbles, 'See https', 2);
    for (const bubbles of [visitor.bubbles, agent.bubbles]) {
      const links = await bubbles.locator('a').evaluateAll((all) =>
        all.map((one) => {
          const { href, target, rel } = one as HTMLAnchorElement;
          return { href, target, rel };
        }),
      );
      const safe = { target: '_blank', rel: 'noopener noreferrer nofollow ugc' };
      const both = [
        { href: 'https://example.com/books(1)', ...safe },
        { href: 'http://example.org/', ...safe },
      ];
      expect(links).toEqual([...both, ...both]);
    }
  });

  it('runs the way of its own letters, and the bubble points at whoever speaks all the same', async () => {
    const [visitor, agent] = await Promise.all([stage.visitor(), stage.agent()]);
    const arabic = 'هل لديكم كتاب The Tide Almanac؟';
    await visitor.begin(arabic, { name: 'Zahra' });
    await agent.openTalk('Zahra');
    await agent.say('نعم، لدينا نسختان.');
    await agent.say('Two of them.');
    await bubblesWith(visitor.bubbles, 'Two of them.');
    for (const [bubbles, mine] of [
      [visitor.bubbles, [true, false, false]],
      [agent.bubbles, [false, true, true]],
    ] as const) {
      const seen = await bubbles.evaluateAll((all) =>
        all.map((bubble) => {
          const words = bubble.querySelector('div');
          const { borderBottomLeftRadius: left, borderBottomRightRadius: right } = getComputedStyle(bubble);
          return {
            runs: words && getComputedStyle(words).direction,
            right: Number.parseFloat(right) < Number.parseFloat(left),
          };
        }),
      );
      expect(seen.map(({ runs }) => runs)).toEqual(['rtl', 'rtl', 'ltr']);
      expect(seen.map(({ right }) => right)).toEqual(mine);
    }
  });

  it('in another direction moves nothing: a name from right to left stands where any name stands', async () => {
    const [latin, arabic, agent] = [await stage.visitor(), await stage.visitor(), await stage.agent()];
    const name = 'سارة عبد الرحمن';
    await latin.begin('From left to right', { name: 'Xanthe' });
    await arabic.begin('من اليمين إلى اليسار', { name });
    /** Where the letters begin, whatever box they stand in. */
    const left = (of: Locator): Promise<number> =>
      of.evaluate((element) => {
        const letters = document.createRange();
        letters.selectNodeContents(element);
        return Math.round(letters.getBoundingClientRect().left);
      });
    const places = async (of: string): Promise<number[]> => {
      await agent.openTalk(of);
      const { page } = agent;
      return [await left(page.locator('#talk-name')), await left(agent.item(of).locator('b'))];
    };
    expect(await places(name)).toEqual(await places('Xanthe'));
  });
});
