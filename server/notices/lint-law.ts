import type { NoticeDoc } from '../../shared/notice.ts';
import { type Check, type Found, fullTextOf } from './findings.ts';

/** What a law asks a notice to say beyond the common: where it must stand, and the words by which it is found. */
interface Part extends Pick<Found, 'rule' | 'key'> {
  in: 'clause' | 'full';
  says: RegExp;
}

/** By language, and by the jurisdiction as the record names it (PR-88, PR-89, PR-90). */
const LAWS: Readonly<Record<string, Readonly<Record<string, readonly Part[]>>>> = {
  en: {
    GB: [
      { rule: 'PR-88', key: 'law.ico', in: 'full', says: /\bICO\b/ },
      { rule: 'PR-88', key: 'law.complaint', in: 'full', says: /\backnowledge\b[^.]*\b30 days\b/i },
    ],
    'US-CA': [
      { rule: 'PR-90', key: 'law.recorded', in: 'clause', says: /\brecorded and handled by\b/i },
      { rule: 'PR-90', key: 'law.sale', in: 'clause', says: /\bsell or share\b/i },
      { rule: 'PR-90', key: 'law.collection', in: 'full', says: /\bNotice at collection\b/i },
      { rule: 'PR-90', key: 'law.gpc', in: 'full', says: /\bGlobal Privacy Control\b/ },
    ],
    BR: [
      { rule: 'PR-90', key: 'law.officer', in: 'full', says: /\bencarregado\b/i },
      { rule: 'PR-90', key: 'law.lgpd', in: 'full', says: /\bArticle 18\b/ },
      { rule: 'PR-90', key: 'law.separate', in: 'full', says: /\bclause of its own\b/i },
      { rule: 'PR-90', key: 'law.anpd', in: 'full', says: /\bANPD\b/ },
    ],
    VN: [
      { rule: 'PR-89', key: 'law.duties', in: 'full', says: /\bduties\b/i },
      { rule: 'PR-89', key: 'law.officer', in: 'full', says: /\bdata protection officer\b/i },
      { rule: 'PR-89', key: 'law.border', in: 'full', says: /\b(abroad|across the border)\b/i },
    ],
  },
};

/** The words that the law named in the notice asks for. */
export const lawWords: Check = (doc) => {
  const text = { clause: doc.words.form.clause, full: fullTextOf(doc) };
  return partsOf(doc)
    .filter(({ in: place, says }) => !says.test(text[place]))
    .map(({ rule, key }) => ({ rule, key, where: '' }));
};

function partsOf({ locale, jurisdiction }: NoticeDoc): readonly Part[] {
  return LAWS[locale]?.[jurisdiction] ?? [];
}

/** What only the owner knows, still in its square brackets, wherever it stands. */
export const placeholders: Check = (doc) => {
  const left = textsIn(doc).flatMap((text) => text.match(/\[[^\]]+\]/g) ?? []);
  return [...new Set(left)].map((where) => ({ rule: 'PR-03', key: 'word.unfilled', where }));
};

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}
