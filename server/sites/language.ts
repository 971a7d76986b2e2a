import type { FormNote, FrameBoot } from '../../shared/api.ts';
import { relayWords } from '../../shared/i18n/relay.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { DEFAULT_LOCALE } from '../consent/notice-in-force.ts';
import type { NoticeRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';

/** The name of a language, in words of its own. */
export function languageName(locale: string): string {
  return new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
}

/** What stands above the question, where something does. */
export function formNote(why: FormNote, { locale, publishedAt }: NoticeRow): Pick<FrameBoot, 'note' | 'noteIs'> {
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(publishedAt);
  return { noteIs: why, note: fill(relayWords[`frame.${why}`], { language: languageName(locale), date }) };
}

const languageOf = (locale: string): string => locale.toLowerCase().split('-')[0] ?? '';

/**
 * The notice for a page in the language `lang` (BCP 47, as the page says it, or anything): in that language where there
 * is one, else in the site's own; then it must say so, because nobody may be asked silently in another language than the
 * page's (PR-09, EDPB 03/2022 "language discontinuity").
 */
export async function noticeForPage(
  reads: Reads,
  siteId: string,
  lang: string,
): Promise<{ notice: NoticeRow; isForeign: boolean } | null> {
  const asked = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(lang) ? lang : '';
  for (const locale of asked ? [asked, languageOf(asked)] : []) {
    const notice = await reads.noticeInForce(siteId, locale);
    if (notice) return { notice, isForeign: false };
  }
  const notice = await reads.noticeInForce(siteId, DEFAULT_LOCALE);
  if (!notice) return null;
  return { notice, isForeign: asked !== '' && languageOf(asked) !== languageOf(notice.locale) };
}
