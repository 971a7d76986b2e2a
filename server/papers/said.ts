import { noticeWords } from '../../shared/i18n/notice.en.ts';
import { papersWords } from '../../shared/i18n/papers.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { HOUR } from '../../shared/limits.ts';
import type { LegalBasis } from '../../shared/notice.ts';
import { periodWords } from '../notices/generated.ts';
import type { Kind } from '../store/held.ts';
import { lawOf } from './law.ts';
import { type Cell, code, type Section, text } from './paper.ts';
import type { NamedPurpose, Running, RunningSite, Said } from './running.ts';

/** Pieces that papers have in common. */

export const periodText = (period: string): string => periodWords(noticeWords, period);
export const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
export const timeOf = (at: number): string => fill(papersWords['made.time'], { time: minute(at) });
/** A time of whole hours. */
export const hoursText = (ms: number): string =>
  ms === HOUR ? papersWords['hours.one'] : fill(papersWords.hours, { count: Math.round(ms / HOUR) });
const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

/** A word that may have none in the catalog stands as it is. */
export function known<Words extends Record<string, string>>(words: Words, key: string, otherwise: string): string {
  return Object.hasOwn(words, key) ? (words[key] as string) : otherwise;
}

/** With the languages that say so, where not all do. */
export function inLanguages(textOf: string, { locales }: Said<unknown>, { notices }: RunningSite): string {
  if (locales.length === notices.length) return textOf;
  return fill(papersWords['in.languages'], { text: textOf, languages: locales.join(', ') });
}

export function dataText(type: string, isSpecial = false): string {
  const named = known(papersWords, `data.${type}`, type);
  return isSpecial ? fill(papersWords['data.special'], { data: named }) : named;
}

/** Where each basis stands in the laws that number them. */
const LETTERS: Record<'EU' | 'UK' | 'BR', Record<LegalBasis, string>> = {
  EU: { consent: 'a', contract: 'b', legal_obligation: 'c', legitimate_interest: 'f' },
  UK: { consent: 'a', contract: 'b', legal_obligation: 'c', legitimate_interest: 'f' },
  BR: { consent: 'I', contract: 'V', legal_obligation: 'II', legitimate_interest: 'IX' },
};

/** A legal basis with its place in the law that the notice names, where this program knows it. */
export function basisText({ legalBasis, jurisdiction }: Pick<NamedPurpose, 'legalBasis' | 'jurisdiction'>): string {
  const basis = papersWords[`basis.${legalBasis}`];
  const law = lawOf(jurisdiction);
  if (law === 'EU' || law === 'UK' || law === 'BR')
    return fill(papersWords['basis.law'], { basis, law: fill(papersWords[`law.${law}`], { letter: LETTERS[law][legalBasis] }) });
  return law === 'VN' && legalBasis === 'consent' ? fill(papersWords['basis.law'], { basis, law: papersWords['law.VN'] }) : basis;
}

export const kindText = (kind: Kind): string => papersWords[`kind.${kind}`];

export const orNone = (cells: readonly Cell[], none: Cell = papersWords.none): readonly Cell[] =>
  cells.length > 0 ? cells : [none];

/** A section for each site, or the line that says why there is nothing to tell of it. */
export function perSite(running: Running, sectionOf: (one: RunningSite) => Omit<Section, 'heading'>): Section[] {
  return running.sites.map((one) => {
    const { site, notices } = one;
    const heading = fill(papersWords['site.heading'], { name: site.name, key: site.key });
    if (site.settings.endedAt !== undefined)
      return { heading, blocks: [text(fill(papersWords['site.ended'], { date: dateOf(site.settings.endedAt) }))] };
    if (notices.length === 0) return { heading, blocks: [text(papersWords['site.unpublished'])] };
    return { heading, ...sectionOf(one) };
  });
}

/** When, by which version, and from which notices: at the end of each paper (PR-73). */
export function madeFrom({ at, version, widgetBuild, sites }: Running, blanks: number): (readonly [string, readonly Cell[]])[] {
  const notices = sites.flatMap(({ site, notices: inForce, drafts }) =>
    inForce.map(({ locale, version: number, publishedAt, hash }): readonly [string, readonly Cell[]] => [
      fill(papersWords['made.notice'], { site: site.key, language: locale }),
      [
        fill(papersWords['made.notice.version'], { version: number, date: dateOf(publishedAt) }),
        code(hash),
        ...(drafts.includes(locale) ? [papersWords['made.draft']] : []),
      ],
    ]),
  );
  const build = fill(papersWords['made.build'], { version });
  return [
    [papersWords['made.at'], [timeOf(at)]],
    [papersWords['made.product'], widgetBuild === null ? [fill(papersWords.version, { version })] : [build, code(widgetBuild)]],
    ...notices,
    [papersWords['made.blanks'], [String(blanks)]],
    [papersWords['made.how'], [papersWords['made.how.text']]],
  ];
}
