import type { Page } from 'playwright-core';
import type { TestBrowser } from '../../support/browser.ts';
import { openCdp } from '../../support/cdp.ts';
import { waitFor } from '../../support/wait-for.ts';

/**
 * The widget's frame in a page that came out of the back-forward cache. Playwright loses the frames of such a page,
 * Chromium does not: it is asked directly, and the hand is the page's mouse and keyboard.
 */
export interface RestoredFrame {
  evaluate(expression: string): Promise<unknown>;
  /** Clicks into the composer, writes, presses Enter, and waits until the relay has it. */
  say(text: string): Promise<void>;
  close(): void;
}

export async function restoredFrame(browser: TestBrowser, page: Page): Promise<RestoredFrame> {
  const cdp = await openCdp(browser.debugUrl);
  const find = async (): Promise<string | undefined> => {
    const { targetInfos } = (await cdp.send('Target.getTargets')) as unknown as {
      targetInfos: { targetId: string; type: string; url: string }[];
    };
    return targetInfos.find(({ type, url }) => type === 'iframe' && url.includes('/frame/'))?.targetId;
  };
  const targetId = await waitFor(find, 'the frame in the page that came back');
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result } = await cdp.send('Runtime.evaluate', { expression, returnByValue: true }, String(sessionId));
    return (result as { value?: unknown }).value;
  };
  return {
    evaluate,
    async say(text) {
      const inside = (await evaluate("document.querySelector('.pen-text').getBoundingClientRect().toJSON()")) as DOMRect;
      const frame = await page.locator('parley-chat iframe').boundingBox();
      if (!frame) throw new Error('the panel is not drawn');
      await page.mouse.click(frame.x + inside.x + inside.width / 2, frame.y + inside.y + inside.height / 2);
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
      const last = "[...document.querySelectorAll('.grp')].at(-1).textContent";
      await waitFor(async () => {
        const shown = String(await evaluate(last));
        return shown.includes(text) && /· (Sent|Delivered|Read)/.test(shown);
      }, `"${text}" to be with the relay`);
    },
    close: () => cdp.close(),
  };
}
