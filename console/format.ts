import { LOCALE, t } from './i18n.ts';

const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const shortDay = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const longDay = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const yearDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const utcDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const utcClock = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});
const languages = new Intl.DisplayNames([LOCALE], { type: 'language' });

/** The day a moment falls on for this reader, as a key: two moments of one day have the same. */
export function dayKey(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** "14:32", in the reader's own time. */
export function clockTime(at: number): string {
  return clock.format(at);
}

/** "14:32" today, "23 Nov, 14:32" on another day: for a moment inside a sentence. */
export function moment(at: number, now: number): string {
  return dayKey(at) === dayKey(now) ? clockTime(at) : `${dayInList(at, now)}, ${clockTime(at)}`;
}

function dayInList(at: number, now: number): string {
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? dayMonth(at) : yearDay.format(at);
}

function dayMonth(at: number): string {
  const parts = shortDay.formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('day')} ${part('month')}`;
}

/** What stands beside a conversation in the list: the time today, the day before that. */
export function listTime(at: number, now: number): string {
  return dayKey(at) === dayKey(now) ? clockTime(at) : dayInList(at, now);
}

/** The line between two days of talk. */
export function dayName(at: number, now: number): string {
  if (dayKey(at) === dayKey(now)) return t('talk.today');
  const before = new Date(now);
  before.setDate(before.getDate() - 1);
  if (dayKey(at) === dayKey(before.getTime())) return t('talk.yesterday');
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? longDay.format(at) : yearDay.format(at);
}

/** "23 Nov 2026, 14:32:07 UTC": how the record says a time. */
export function recordTime(at: number): string {
  return `${utcDay.format(at)}, ${utcClock.format(at)} UTC`;
}

/** "21 Feb 2027", in the reader's own time: for a day in the record. */
export function recordDay(at: number): string {
  return yearDay.format(at);
}

/** The time of day in UTC, for a second moment beside a `recordTime`. */
export function recordClock(at: number): string {
  return `${utcClock.format(at).slice(0, 5)} UTC`;
}

/** 10482 as "10 482". */
export function recordNumber(value: number): string {
  return value.toLocaleString('en-GB').replaceAll(',', '\u202f');
}

/** A BCP 47 tag as the name of a language; the tag itself where it names none. */
export function languageName(tag: string): string {
  try {
    return languages.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** "9c41…e07b" */
export function shortHash(hash: string): string {
  return hash.length > 12 ? `${hash.slice(0, 4)}…${hash.slice(-4)}` : hash;
}

/** How long somebody has been waiting, in words. Clocks differ, so it is never less than nothing. */
export function waiting(since: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - since) / 60_000));
  if (minutes < 1) return t('inbox.waitsNow');
  if (minutes < 60) return t('inbox.waits', { count: minutes });
  if (minutes < 24 * 60) return t('inbox.waitsHours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  return t('inbox.waitsDays', { count: Math.floor(minutes / (24 * 60)) });
}

/** When a refused attempt may be repeated, in words. */
export function retryIn(seconds: number | undefined): string {
  if (seconds === undefined || seconds <= 0) return t('wait.soon');
  if (seconds < 90) return t('wait.seconds', { count: Math.ceil(seconds) });
  return t('wait.minutes', { count: Math.ceil(seconds / 60) });
}

/** Marks that turn the direction of writing. The relay takes none any more; names of before may hold some. */
const TURNING = /\p{Bidi_Control}/gu;
const UNSEEN = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Samaritan}\p{Script=Mandaic}]/u;

/** A name as it was given, without what would turn the words around it; empty when nothing of it can be seen. */
export function plainName(name: string): string {
  return UNSEEN.test(name) ? '' : name.replace(TURNING, '').trim();
}

/** A name inside a sentence: one that runs from right to left keeps its direction to itself. */
export function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

/** The name to call somebody by inside a sentence: the first word, unless it is an initial or a title. */
export function shortName(name: string): string {
  const whole = plainName(name);
  const first = whole.split(/\s+/)[0] ?? '';
  return isolated(first.length < 3 || first.endsWith('.') ? whole : first);
}

/** Two letters for a face; a dash where there is no name. */
export function initials(name: string | null): string {
  const words = (name ?? '').match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}’'-]*/gu) ?? [];
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toUpperCase() || '–';
}
