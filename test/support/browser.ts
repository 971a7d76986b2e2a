import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { findChromium } from '../../scripts/find-tools.mjs';
import { freePort } from './ports.ts';

/** A host name that is loopback, but not localhost: over plain http it is no secure context. */
export const INSECURE_HOST = 'shop.example';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const RESOLVER_RULES = `MAP ${INSECURE_HOST} 127.0.0.1`;
const LOOPBACK_RULES = 'MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1';

/** 390 × 844, a finger, and a mobile viewport. */
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

export interface BrowserOptions {
  /**
   * Chromium's default outside of private windows is to allow third parties to keep things, partitioned where they
   * ask for it. Blocked, a cross-site frame keeps partitioned cookies, and every other storage throws when touched.
   */
  thirdParties?: 'allowed' | 'blocked';
  /** No name but those of this machine is found: for pages of others that would ask their own hosts. */
  loopbackOnly?: boolean;
  /** The reader's own size of letters. */
  fontSize?: number;
  /** A host that may set no cookie in a frame of the page at this other host: what some readers and add-ons do. */
  noCookies?: { of: string; within: string };
}

export interface TestBrowser {
  /** Chromium's own debugging address, for a record that Playwright has no part in. */
  debugUrl: string;
  /** A context with nothing in it: its own cookies, storage and cache. */
  context(options?: BrowserContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
}

export async function launchBrowser(options: BrowserOptions = {}): Promise<TestBrowser> {
  const { thirdParties = 'allowed', loopbackOnly = false, fontSize = 16, noCookies } = options;
  const executablePath = findChromium();
  if (!executablePath) throw new Error('Chromium is missing. Run: node scripts/ensure-tools.mjs');
  const profile = mkdtempSync(join(tmpdir(), 'parley-chromium-'));
  mkdirSync(join(profile, 'Default'));
  const preferences = {
    profile: {
      cookie_controls_mode: thirdParties === 'blocked' ? 1 : 0,
      ...(noCookies && {
        content_settings: { exceptions: { cookies: { [`${noCookies.of},${noCookies.within}`]: { setting: 2 } } } },
      }),
    },
    webkit: { webprefs: { default_font_size: fontSize } },
  };
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const port = await freePort();
  const rules = loopbackOnly ? `${RESOLVER_RULES}, ${LOOPBACK_RULES}` : RESOLVER_RULES;
  const own = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [...FLAGS, `--host-resolver-rules=${rules}`, `--remote-debugging-port=${port}`],
    // Playwright turns the back-forward cache off; visitors have it on.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const browser = own.browser();
  if (!browser) throw new Error('no browser behind the profile');
  const version = (await (await fetch(`http://127.0.0.1:${port}/json/version`)).json()) as { webSocketDebuggerUrl: string };
  return {
    debugUrl: version.webSocketDebuggerUrl,
    context: (options = {}) => browser.newContext({ locale: 'en-IE', timezoneId: 'Europe/Dublin', ...options }),
    close: async () => {
      await browser.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
