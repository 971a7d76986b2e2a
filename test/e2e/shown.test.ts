import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { publishNotice } from '../../server/notices/publish.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import { newestEvents } from '../support/consent-events.ts';
import { nextRelease } from '../support/next-release.ts';
import { DIFFERENT_AT_MOST, difference, PHONE_IN_CSS_PIXELS } from '../support/pictures.ts';
import { conversations, formWords, openStage, type Stage, said } from '../support/stage.ts';
import { newDataDir } from '../support/start-relay.ts';

interface Seen {
  id: string;
  picture: Buffer;
  /** The frame as it stood, in CSS pixels. */
  size: { width: number; height: number };
}

/** The form as different visitors met it, in one order of time: each meets the notice of its day. */
const VISITS: { name: string; path: string; options: BrowserContextOptions; agent: boolean; publish?: Partial<NoticeDoc> }[] = [
  { name: 'a panel, nobody here', path: '/', options: {}, agent: false },
  { name: 'a phone, nobody here', path: '/', options: PHONE_IN_CSS_PIXELS, agent: false },
  { name: 'a panel, an agent here', path: '/', options: {}, agent: true },
  {
    name: 'a page in another language, other words',
    path: '/vi',
    options: {},
    agent: true,
    publish: {
      version: 2,
      words: {
        ...DEMO_NOTICE.words,
        form: { ...DEMO_NOTICE.words.form, question: 'What may we look up for you?', start: 'Begin' },
      },
    },
  },
];

describe('[PR-35] the form that somebody agreed in', () => {
  const dataDir = newDataDir();
  const folder = mkdtempSync(join(tmpdir(), 'parley-next-'));
  const seen = new Map<string, Seen>();
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ dataDir });
    for (const visit of VISITS) {
      if (visit.publish) {
        const doc = { ...DEMO_NOTICE, ...visit.publish };
        await stage.relay.ctx.store.write((tx) => publishNotice(tx, DEMO_SITE_ID, doc, Date.now()));
      }
      if (visit.agent) await stage.agent();
      seen.set(visit.name, await agree(visit));
      await stage.clear();
    }
    // Other words are in force since, and another build serves.
    const doc = { ...DEMO_NOTICE, version: 3, words: { ...DEMO_NOTICE.words, form: { ...formWords, question: 'Well?' } } };
    await stage.relay.ctx.store.write((tx) => publishNotice(tx, DEMO_SITE_ID, doc, Date.now()));
  });
  afterEach(() => stage.clear());
  afterAll(async () => {
    await stage?.close();
    for (const one of [dataDir, folder]) rmSync(one, { recursive: true, force: true });
  });

  async function agree({ path, options, publish }: (typeof VISITS)[number]): Promise<Seen> {
    const visitor = await stage.visitor('plain', options);
    if (path !== '/') await visitor.page.goto(stage.hosts.url('plain', path));
    await visitor.open();
    await visitor.chat.locator('#question').waitFor();
    await visitor.frame().evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const size = await visitor.frame().evaluate(() => ({ width: innerWidth, height: innerHeight }));
    // What moves has come to rest.
    await visitor.page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
    await visitor.page
      .locator('parley-chat section.on')
      .evaluate((panel) => Promise.all(panel.getAnimations().map(({ finished }) => finished)));
    const picture = await visitor.page.locator('parley-chat iframe').screenshot();
    await visitor.fillIn('Do you post to Norway?');
    await visitor.chat.getByRole('button', { name: publish?.words?.form.start ?? formWords.start }).click();
    await visitor.composer.waitFor();
    const [row] = await conversations(stage.relay);
    return { id: row?.id ?? '', picture, size };
  }

  it.each(VISITS.map(({ name }) => name))('is rebuilt from the record and the archived build, to the pixel: %s', async (name) => {
    const { id, picture, size } = seen.get(name) as Seen;
    const agent = await stage.agent();
    await agent.page.setViewportSize(size);
    await agent.page.goto(`${stage.relay.origin}/shown/${id}/form`);
    await agent.page.locator('#question').waitFor();
    const rebuilt = await agent.page.screenshot();
    const share = await difference(agent.page, picture, rebuilt);
    process.stdout.write(`form rebuilt, ${name}: ${(share * 100).toFixed(3)} % of pixels differ\n`);
    expect(share).toBeLessThan(DIFFERENT_AT_MOST);
  });

  it('is told apart from one in which another line stood', async () => {
    const { picture, size } = seen.get('a panel, nobody here') as Seen;
    const other = seen.get('a panel, an agent here') as Seen;
    const agent = await stage.agent();
    await agent.page.setViewportSize(size);
    await agent.page.goto(`${stage.relay.origin}/shown/${other.id}/form`);
    await agent.page.locator('#question').waitFor();
    expect(await difference(agent.page, picture, await agent.page.screenshot())).toBeGreaterThan(0.001);
  });

  it('can do nothing: whoever presses Start in it starts no chat, and nothing is kept', async () => {
    const { id } = seen.get('a panel, nobody here') as Seen;
    const before = (await conversations(stage.relay)).length;
    const agent = await stage.agent();
    await agent.page.goto(`${stage.relay.origin}/shown/${id}`);
    await agent.page.getByText(/Agreed on .* UTC/).waitFor();
    const form = agent.page.frameLocator('iframe.shown');
    await form.locator('#question').fill('Can I start from here?');
    await form.locator('#box-answer').check();
    await form.getByRole('button', { name: formWords.start }).click();
    await form.getByText(said.frame('failed')).waitFor();
    expect((await conversations(stage.relay)).length).toBe(before);
  });

  it('is for agents alone', async () => {
    const { id } = seen.get('a panel, nobody here') as Seen;
    for (const path of [`/shown/${id}`, `/shown/${id}/form`]) {
      expect((await fetch(stage.relay.origin + path)).status).toBe(401);
    }
  });

  it('names the words that only sometimes stand there, in the record', async () => {
    expect((await newestEvents(stage.relay)).map(({ ui_variant }) => ui_variant)).toEqual(['here.language', 'here.language']);
  });

  it('[PR-39] is there after the next release as before, by the build that drew it', async () => {
    const { id, picture, size } = seen.get('a panel, nobody here') as Seen;
    await stage.restart(undefined, { assets: nextRelease(folder) });
    const agent = await stage.agent();
    await agent.page.setViewportSize(size);
    const requested: string[] = [];
    agent.page.on('request', (request) => requested.push(request.url()));
    await agent.page.goto(`${stage.relay.origin}/shown/${id}/form`);
    await agent.page.locator('#question').waitFor();
    expect(requested.filter((url) => url.includes('next'))).toEqual([]);
    expect(await difference(agent.page, picture, await agent.page.screenshot())).toBeLessThan(DIFFERENT_AT_MOST);
  });
});
