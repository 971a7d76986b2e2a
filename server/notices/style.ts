import { readFileSync } from 'node:fs';

/** What pages on paper look like, for those that carry it along: a page in an archive can fetch nothing. */
export const PAPER_STYLE = readFileSync(new URL('./public/notice.css', import.meta.url), 'utf8');
