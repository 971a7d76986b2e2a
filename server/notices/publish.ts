import { lintWords } from '../../shared/i18n/lint.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { type NoticeDoc, noticeHash, plainDoc } from '../../shared/notice.ts';
import type { NoticeRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import type { Finding } from './findings.ts';
import { lintNotice } from './lint.ts';

/** The linter found what the law does not let pass; each line says what, and how to mend it. */
export class NoticeRefused extends Error {
  override readonly name = 'NoticeRefused';
  readonly findings: Finding[];

  constructor(findings: Finding[]) {
    super(findings.map(inWords).join('\n'));
    this.findings = findings;
  }
}

/** A finding as a person reads it, with the rule behind it. */
export function inWords({ rule, key, where }: Finding): string {
  return `${fill(lintWords[key], { where })} (${rule})`;
}

/**
 * Publishes a notice under the hash of its words. The same words again change nothing.
 * @throws NoticeRefused when the linter finds an error in it.
 */
export async function publishNotice(tx: Tx, siteId: string, draft: NoticeDoc, now: number): Promise<NoticeRow> {
  const doc = plainDoc(draft);
  const hash = noticeHash(doc);
  const known = await tx.noticeByHash(hash);
  if (known) return known;
  const site = await tx.siteById(siteId);
  if (!site) throw new Error('a notice of no site');
  const errors = lintNotice(doc, site.settings).filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new NoticeRefused(errors);
  const row = { hash, siteId, version: doc.version, locale: doc.locale, doc, publishedAt: now };
  await tx.insertNotice(row);
  return row;
}
