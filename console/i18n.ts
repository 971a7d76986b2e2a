import { consoleEn } from '../shared/i18n/console.en.ts';

/** Every key of the console's catalog. */
export type Word = keyof typeof consoleEn;
export type Values = Record<string, string | number>;
/** An entry of a catalog: one sentence, or its forms for one and for more. */
type Entry = string | { one: string; other: string };

/** The language of the catalog; dates and numbers are written in it too. */
export const LOCALE = 'en';
const plurals = new Intl.PluralRules(LOCALE);

/** The words for a key, with `{placeholders}` filled in; `count` chooses the plural form. */
export function t(word: Word, values: Values = {}): string {
  return inWords(consoleEn[word], values);
}

/** The words of another catalog, which comes with the page that needs it. */
export function wordsOf<Catalog extends Record<string, Entry>>(catalog: Catalog) {
  return (word: keyof Catalog & string, values: Values = {}): string => inWords(catalog[word] as Entry, values);
}

/** The same for an entry of any catalog. */
export function inWords(entry: Entry, values: Values): string {
  const text = typeof entry === 'string' ? entry : plurals.select(Number(values.count)) === 'one' ? entry.one : entry.other;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}
