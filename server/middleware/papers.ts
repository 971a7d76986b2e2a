import type { Response } from 'express';
import type { Paper } from '../papers/paper.ts';
import { paperMarkdown } from '../papers/paper-markdown.ts';
import { PAPER_LINKS, paperPage } from '../papers/paper-page.ts';
import { PAGE_POLICY } from './headers.ts';

/** A paper as a page to read and print, or as a file of Markdown. */
export function sendPaper(res: Response, paper: Paper, form: 'html' | 'md', name: string): void {
  if (form === 'html') {
    res
      .set(PAGE_POLICY)
      .type('html')
      .send(paperPage(paper, { links: PAPER_LINKS }));
    return;
  }
  res.attachment(`${name}.md`).type('text/markdown; charset=utf-8').send(paperMarkdown(paper));
}
