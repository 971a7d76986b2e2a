import { chatWords } from '../../shared/i18n/widget.chat.en.ts';
import { speaker } from '../i18n.ts';

/** Speaks the words from Start on. */
export const say = speaker(chatWords);

const { lang } = document.documentElement;
// The notice's language, in the reader's own variety of it.
const locale = navigator.languages.find((one) => one.startsWith(lang)) ?? lang;
const format = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
  const formatter = new Intl.DateTimeFormat(locale || undefined, options);
  return (at) => formatter.format(at);
};
/** The reader's own time. */
export const clock = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const date = format({ day: 'numeric', month: 'short' });
export const dayAndClock = (at: number): string => `${date(at)}, ${clock(at)}`;
const day = format({ weekday: 'long', day: 'numeric', month: 'long' });

/** The day as it heads a part of the talk. */
export function dayName(at: number, now: number): string {
  if (day(at) === day(now)) return say('today');
  return day(at) === day(now - 86_400_000) ? say('yesterday') : day(at);
}
