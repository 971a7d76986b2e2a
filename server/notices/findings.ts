import type { lintWords } from '../../shared/i18n/lint.en.ts';
import type { NoticeDoc, NoticeFacts } from '../../shared/notice.ts';
import type { SiteSettings } from '../store/rows.ts';

/** What is wrong with a notice: by which rule, in which words, and where. An `error` stops its publication. */
export interface Finding {
  rule: string;
  level: 'error' | 'warning';
  key: keyof typeof lintWords;
  where: string;
}

export type Found = Omit<Finding, 'level'> & { level?: Finding['level'] };
export type Check = (doc: NoticeDoc, settings: SiteSettings, facts: NoticeFacts) => Found[];

/** Everything that the full notice says, as one text. */
export function fullTextOf({ full }: NoticeDoc): string {
  return [
    ...full.table.map(({ term, text }) => `${term} ${text}`),
    ...full.sections.flatMap(({ heading, paragraphs }) => [heading, ...paragraphs]),
  ].join('\n');
}
