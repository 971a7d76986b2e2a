import { fill } from '../shared/i18n/translate.ts';
import { widgetWords } from '../shared/i18n/widget.en.ts';

type Values = Record<string, string | number>;

/** Gives the function that speaks a catalog: it puts values into the `{placeholders}` of a text. */
export function speaker<Key extends string>(catalog: Record<Key, string>): (key: Key, values?: Values) => string {
  return (key, values = {}) => fill(catalog[key], values);
}

/** Speaks the words up to Start. */
export const say = speaker(widgetWords);
