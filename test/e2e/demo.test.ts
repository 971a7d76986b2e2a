import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/stage.ts';

describe('the demo shop', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage?.close());

  it('has covers whose words stay on them, in a wide font too', async () => {
    const { page } = await stage.visitor('bare');
    const covers = readdirSync(new URL('../../server/demo/public/covers/', import.meta.url));
    expect(covers.length).toBeGreaterThan(0);
    const over: string[] = [];
    for (const cover of covers) {
      await page.goto(`${stage.relay.origin.replace('localhost', '127.0.0.1')}/demo/covers/${cover}`);
      const words = await page.locator('text').evaluateAll((all) =>
        all.map((one) => {
          const { x, width } = (one as unknown as SVGTextElement).getBBox();
          return { text: one.textContent, end: x + width };
        }),
      );
      over.push(...words.filter(({ end }) => end > 160).map(({ text }) => `${cover}: ${text}`));
    }
    expect(over).toEqual([]);
  });
});
