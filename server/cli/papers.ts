import { readFileSync } from 'node:fs';
import { papersWords } from '../../shared/i18n/papers.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import type { Config } from '../config.ts';
import { lastOrigin } from '../last-origin.ts';
import { PAPER_STYLE } from '../notices/style.ts';
import { paperMarkdown } from '../papers/paper-markdown.ts';
import { paperPage } from '../papers/paper-page.ts';
import { takeAllPapers } from '../papers/take.ts';
import { writeNew } from './new-files.ts';
import { openBeside } from './open.ts';

/** What a page in a file carries along, for it can fetch nothing. */
export const PAPER_INLINE = PAPER_STYLE + readFileSync(new URL('../papers/public/papers.css', import.meta.url), 'utf8');

/** Writes every paper into a folder, as a page and as Markdown. Nothing that is there is overwritten. */
export async function papersCommand(config: Config, folder: string): Promise<number> {
  const store = await openBeside(config);
  try {
    const runner = { store, clock: Date.now, config, origin: lastOrigin(config), widgetBuild: null };
    const papers = await takeAllPapers(runner, runner, { kind: 'operator' });
    for (const { id, paper } of papers) {
      writeNew(folder, `${id}.html`, paperPage(paper, { inline: PAPER_INLINE }));
      writeNew(folder, `${id}.md`, paperMarkdown(paper));
    }
    console.log(fill(papersWords['command.wrote'], { folder, count: papers.length }));
    return 0;
  } finally {
    await store.close();
  }
}
