import type { BrowserContextOptions, Page } from 'playwright-core';
import { PHONE } from './browser.ts';

/** A phone whose pictures have one pixel to a CSS pixel, so that they can be compared with a frame's. */
export const PHONE_IN_CSS_PIXELS: BrowserContextOptions = { ...PHONE, deviceScaleFactor: 1 };

/** How much of the picture may differ: the panel's round corners show the page behind it. */
export const DIFFERENT_AT_MOST = 0.005;

/** The share of pixels that are not alike, a shade of smoothing aside. */
export function difference(page: Page, one: Buffer, other: Buffer): Promise<number> {
  return page
    .context()
    .newPage()
    .then(async (blank) => {
      const share = await blank.evaluate(
        async (pictures) => {
          const [first, second] = await Promise.all(
            pictures.map(async (base64) => {
              const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
              const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
              const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext(
                '2d',
              ) as OffscreenCanvasRenderingContext2D;
              canvas.drawImage(bitmap, 0, 0);
              return canvas.getImageData(0, 0, bitmap.width, bitmap.height);
            }),
          );
          if (!first || !second || first.width !== second.width || first.height !== second.height) return 1;
          let different = 0;
          for (let at = 0; at < first.data.length; at += 4) {
            const far = [0, 1, 2].some((part) => Math.abs((first.data[at + part] ?? 0) - (second.data[at + part] ?? 0)) > 16);
            if (far) different += 1;
          }
          return different / (first.width * first.height);
        },
        [one.toString('base64'), other.toString('base64')],
      );
      await blank.close();
      return share;
    });
}
