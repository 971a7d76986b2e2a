import { rmSync } from 'node:fs';
import type { BrowserContext, BrowserContextOptions, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { pinLoader } from '../../server/sites/pinned.ts';
import type { InboxRow } from '../../server/store/rows.ts';
import { consoleEn } from '../../shared/i18n/console.en.ts';
import { noticesEn } from '../../shared/i18n/notices.en.ts';
import { receiptWords } from '../../shared/i18n/receipt.en.ts';
import { relayWords } from '../../shared/i18n/relay.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { chatWords } from '../../shared/i18n/widget.chat.en.ts';
import { widgetWords } from '../../shared/i18n/widget.en.ts';
import { privacyWords } from '../../shared/i18n/widget.privacy.en.ts';
import { askFirstWords } from '../../shared/i18n/widget.redaction.en.ts';
import { rightsWords } from '../../shared/i18n/widget.rights.en.ts';
import { wishesWords } from '../../shared/i18n/widget.wishes.en.ts';
import { type BrowserOptions, launchBrowser, type TestBrowser } from './browser.ts';
import { type HostKind, type HostPages, startHostPages } from './host-pages.ts';
import { newDataDir, OWNER, type RelayOptions, startTestRelay, type TestRelay } from './start-relay.ts';
import { waitFor } from './wait-for.ts';

/** A test waits this long for what a person would wait for. */
const PATIENCE = 15_000;

const inPanel = { ...rightsWords, ...privacyWords };
const onReceipt = { ...rightsWords, ...receiptWords };

/** What the product says, filled in: tests ask for words as a person reads them. */
export const said = {
  chat: (key: keyof typeof chatWords, values: Record<string, string | number> = {}): string => fill(chatWords[key], values),
  askFirst: (key: keyof typeof askFirstWords, values: Record<string, string | number> = {}): string =>
    fill(askFirstWords[key], values),
  /** Both with the words that they have in common. */
  privacy: (key: keyof typeof inPanel, values: Record<string, string | number> = {}): string => fill(inPanel[key], values),
  receipt: (key: keyof typeof onReceipt, values: Record<string, string | number> = {}): string => fill(onReceipt[key], values),
  wishes: (key: keyof typeof wishesWords, values: Record<string, string | number> = {}): string => fill(wishesWords[key], values),
  frame: (key: keyof typeof widgetWords, values: Record<string, string | number> = {}): string => fill(widgetWords[key], values),
  loader: (key: keyof typeof relayWords, values: Record<string, string | number> = {}): string =>
    fill(relayWords[key], { site: 'Northwind Books', ...values }),
  console: (key: keyof typeof consoleEn, values: Record<string, string | number> = {}): string => inForms(consoleEn[key], values),
  notices: (key: keyof typeof noticesEn, values: Record<string, string | number> = {}): string => inForms(noticesEn[key], values),
};

function inForms(words: string | { one: string; other: string }, values: Record<string, string | number>): string {
  return fill(typeof words === 'string' ? words : values.count === 1 ? words.one : words.other, values);
}

/** The words of the notice that the demo asks with. */
export const { form: formWords, cookie: cookieWords, purposes: purposeWords } = DEMO_NOTICE.words;

/** A host page of another site with the widget on it. */
export interface VisitorPage {
  page: Page;
  context: BrowserContext;
  launcher: Locator;
  /** What is in the frame. */
  chat: FrameLocator;
  bubbles: Locator;
  composer: Locator;
  /** The frame itself, to be asked by script. */
  frame(): Frame;
  open(): Promise<void>;
  /** Types the question and ticks the box that is needed. */
  fillIn(question: string, about?: { name?: string; email?: string }): Promise<void>;
  pressStart(): Promise<void>;
  /** From the closed launcher to the chat. */
  begin(question: string, about?: { name?: string; email?: string }): Promise<void>;
  say(text: string): Promise<void>;
  answerCookie(answer: 'accept' | 'refuse'): Promise<void>;
}

export interface AgentPage {
  page: Page;
  context: BrowserContext;
  bubbles: Locator;
  composer: Locator;
  card: Locator;
  item(name: string): Locator;
  openTalk(name: string): Promise<void>;
  say(text: string): Promise<void>;
}

export interface Stage {
  browser: TestBrowser;
  hosts: HostPages;
  relay: TestRelay;
  visitor(kind?: HostKind, options?: BrowserContextOptions): Promise<VisitorPage>;
  /** Another tab of the same browser. */
  tab(context: BrowserContext, kind?: HostKind, path?: string): Promise<VisitorPage>;
  agent(who?: { email: string; password: string }, options?: BrowserContextOptions): Promise<AgentPage>;
  /** Stops the relay and starts it on the same port and data, with `between` done while it is down. */
  restart(between?: () => Promise<void>, overrides?: RelayOptions['overrides']): Promise<void>;
  /** Closes every context that was opened. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** One browser, host pages on sites of their own, and the real relay. */
export async function openStage(options: RelayOptions = {}, browserOptions: BrowserOptions = {}): Promise<Stage> {
  const browser = await launchBrowser(browserOptions);
  const hosts = await startHostPages();
  const dataDir = options.dataDir ?? newDataDir();
  const start = (env: Record<string, string> = {}, overrides = options.overrides): Promise<TestRelay> =>
    startTestRelay({
      ...options,
      ...(overrides && { overrides }),
      dataDir,
      hostOrigins: hosts.origins,
      env: { ...options.env, ...env },
    });
  const open = new Set<BrowserContext>();
  const context = async (contextOptions: BrowserContextOptions = {}): Promise<BrowserContext> => {
    const made = await browser.context(contextOptions);
    made.setDefaultTimeout(PATIENCE);
    open.add(made);
    return made;
  };
  const stage: Stage = {
    browser,
    hosts,
    relay: await start(),
    async visitor(kind = 'plain', contextOptions = {}) {
      return stage.tab(await context(contextOptions), kind);
    },
    async tab(within, kind = 'plain', path = '/') {
      const page = await within.newPage();
      await page.goto(hosts.url(kind, path));
      return visitorOn(page);
    },
    async agent(who = OWNER, contextOptions = {}) {
      const page = await (await context(contextOptions)).newPage();
      await page.goto(`${stage.relay.origin}/console/`);
      await signInOn(page, who);
      return agentOn(page);
    },
    async restart(between, overrides) {
      const { port } = stage.relay;
      await stage.relay.close();
      await between?.();
      stage.relay = await start({ PORT: `${port}` }, overrides);
    },
    async clear() {
      await Promise.all([...open].map((one) => one.close()));
      open.clear();
    },
    async close() {
      await stage.clear();
      await stage.relay.close();
      await browser.close();
      await hosts.close();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
  const { relay } = stage;
  const site = await relay.ctx.store.read.siteByKey('demo');
  hosts.embed(relay.origin, site ? await pinLoader(relay.ctx, site) : undefined);
  return stage;
}

export function visitorOn(page: Page): VisitorPage {
  const chat = page.frameLocator('parley-chat iframe');
  const launcher = page.locator('parley-chat button.l');
  const composer = chat.locator('.pen-text');
  const visitor: VisitorPage = {
    page,
    context: page.context(),
    launcher,
    chat,
    bubbles: chat.locator('.bub'),
    composer,
    frame() {
      const frame = page.frames().find((one) => one.url().includes('/frame/'));
      if (!frame) throw new Error('there is no frame on the page');
      return frame;
    },
    async open() {
      await launcher.click();
      await chat.getByRole('heading', { level: 1 }).waitFor();
    },
    async fillIn(question, { name, email } = {}) {
      await chat.locator('#question').fill(question);
      if (name !== undefined) await chat.locator('#name').fill(name);
      if (email !== undefined) await chat.locator('#email').fill(email);
      await chat.locator('#box-answer').check();
    },
    async pressStart() {
      await chat.getByRole('button', { name: formWords.start }).click();
    },
    async begin(question, about) {
      await visitor.open();
      await visitor.fillIn(question, about);
      await visitor.pressStart();
      await composer.waitFor();
    },
    async say(text) {
      await composer.fill(text);
      await composer.press('Enter');
    },
    async answerCookie(answer) {
      await chat.getByRole('button', { name: cookieWords[answer], exact: true }).click();
      await chat.locator('.cookie').waitFor({ state: 'detached' });
    },
  };
  return visitor;
}

export async function signInOn(page: Page, who: { email: string; password: string }): Promise<void> {
  await page.getByLabel(said.console('signIn.email')).fill(who.email);
  await page.getByLabel(said.console('signIn.password'), { exact: true }).fill(who.password);
  await page.getByRole('button', { name: said.console('signIn.submit') }).click();
  await page.locator('.list').waitFor();
}

export function agentOn(page: Page): AgentPage {
  const composer = page.locator('.compose-text');
  const item = (name: string): Locator => page.locator('.item', { hasText: name });
  return {
    page,
    context: page.context(),
    bubbles: page.locator('.talk .bub'),
    composer,
    card: page.locator('.consent'),
    item,
    async openTalk(name) {
      await item(name).click();
      await page.locator('#talk-name', { hasText: name }).waitFor();
    },
    async say(text) {
      await composer.fill(text);
      await composer.press('Enter');
    },
  };
}

/** Waits until exactly this many bubbles have exactly this text. */
export async function bubblesWith(bubbles: Locator, text: string, count = 1): Promise<number> {
  const those = bubbles.filter({ hasText: text });
  await those.first().waitFor();
  await waitFor(async () => (await those.count()) === count, `${count} bubbles with "${text}"`, { timeoutMs: PATIENCE });
  return those.count();
}

/** The site's conversations in the store, newest first. */
export async function conversations(relay: Pick<TestRelay, 'ctx'>): Promise<InboxRow[]> {
  const agent = await relay.ctx.store.read.agentByEmail(OWNER.email);
  return relay.ctx.store.read.inbox('all', agent?.id ?? '', null, 1000);
}
