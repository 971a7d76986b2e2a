import { relayWords } from '../../shared/i18n/relay.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { DEFAULT_LOCALE } from '../consent/notice-in-force.ts';
import type { NoticeRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';

/** The name of a language, in words of its own. */
export function languageName(locale: string): string {
  return new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
}

/** What a form says of its language, where the page has another. */
export function languageLine(locale: string): string {
  return fill(relayWords['frame.language'], { language: languageName(locale) });
}

const languageOf = (locale: string): string => locale.toLowerCase().split('-')[0] ?? '';

/**
 * The notice for a page in the language `lang` (BCP 47, as the page says it, or anything): in that language where there
 * is one, else in the site's own; then `language` says so in words, because nobody may be asked silently in another
 * language than the page's (PR-09, EDPB 03/2022 "language discontinuity").
 */
export async function noticeForPage(
  reads: Reads,
  siteId: string,
  lang: string,
): Promise<{ notice: NoticeRow; language?: string } | null> {
  const asked = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(lang) ? lang : '';
  for (const locale of asked ? [asked, languageOf(asked)] : []) {
    const notice = await reads.noticeInForce(siteId, locale);
    if (notice) return { notice };
  }
  const notice = await reads.noticeInForce(siteId, DEFAULT_LOCALE);
  if (!notice) return null;
  if (!asked || languageOf(asked) === languageOf(notice.locale)) return { notice };
  return { notice, language: languageLine(notice.locale) };
}
