import { durationMs } from '../../shared/durations.ts';
import { CHAT_COOKIE, OUTBOX_KEY, RESUME_MARK } from '../../shared/endpoints.ts';
import { noticeWords } from '../../shared/i18n/notice.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { type IpMode, stricterIp } from '../../shared/ip.ts';
import { DAY } from '../../shared/limits.ts';
import type { NoticeDoc, NoticePurpose, StoredItem } from '../../shared/notice.ts';
import { changesBetween } from '../../shared/notice-changes.ts';
import type { AfterWithdrawal } from '../../shared/reading.ts';
import type { SiteSettings } from '../store/rows.ts';
import { LAYERS } from './layers.ts';

/** What the words of a notice are made of, and what the relay does by them. */
export type SaidSettings = Pick<SiteSettings, 'ipMode' | 'cookieLife' | 'afterWithdrawal'>;

/** What the widget sets after Accept, and nothing else (PR-19). */
export const STORED: readonly string[] = [CHAT_COOKIE, RESUME_MARK, OUTBOX_KEY];

/** The list of it, each for as long as the cookie. */
export function storedItems(life: string): StoredItem[] {
  return STORED.map((name) => ({ name, life, thirdParties: false }));
}

type Words = Record<keyof typeof noticeWords, string>;
/** In a language without these words nothing is made: the linter has no approved text for it either. */
const WORDS: Readonly<Record<string, Words>> = { en: noticeWords };

/**
 * The notice with everything in it that the settings decide: whether the address is kept and in which form, what is
 * stored in the browser and how long (PR-06, PR-07). It stands in places that are found again: the sentence of proof in
 * the short words, the rows of the table by their names, the cookie question, the facts and the periods.
 */
export function withGenerated(doc: NoticeDoc, { ipMode, cookieLife, afterWithdrawal = 'locked' }: SaidSettings): NoticeDoc {
  const words = WORDS[doc.locale];
  const proof = LAYERS[doc.locale]?.proof;
  if (!words || !proof || !doc.facts) return doc;
  const asked = asksForCookie(doc);
  const life = asked ? cookiePeriod(cookieLife) : doc.periods.cookie;
  const values = {
    ip: periodWords(words, doc.periods.ip),
    proof: periodWords(words, doc.periods.proof),
    life: periodWords(words, life),
  };
  const say = (key: keyof Words): string => fill(words[key], values);
  const { form, cookie } = doc.words;
  const { afterWithdrawal: _was, ...facts } = doc.facts;
  const ground = afterWithdrawal === 'locked' ? null : afterWithdrawal;
  const table = [
    [say('row.ip'), say(`row.ip.${ipMode}`)],
    [say('row.device'), say(asked ? 'row.device.asked' : 'row.device.none')],
    // Locked is what a withdrawal means: only what is otherwise is told.
    [say('row.after'), ground && say(`row.after.${ground}`)],
  ].reduce((rows, [term, text]) => setRow(rows, term ?? '', text ?? null), doc.full.table);
  return {
    ...doc,
    facts: {
      ...facts,
      ip: ipMode,
      storage: asked ? storedItems(life) : [],
      ...(ground && { afterWithdrawal: ground }),
    },
    purposes: doc.purposes.map((purpose) => purposeUnder(purpose, doc, ipMode, life)),
    periods: { ...doc.periods, cookie: life },
    words: {
      ...doc.words,
      form: { ...form, clause: form.clause.replace(proof, () => say(`proof.${ipMode}`)) },
      cookie: asked ? { ...cookie, body: say('cookie.body') } : cookie,
    },
    full: { ...doc.full, table },
  };
}

function asksForCookie({ purposes }: NoticeDoc): boolean {
  return purposes.some(({ asked, legalBasis }) => asked === 'chat' && legalBasis === 'consent');
}

/** The address is among the data of what the chat rests on, or of nothing; the cookie is kept as long as it lives. */
function purposeUnder(purpose: NoticePurpose, doc: NoticeDoc, ipMode: SaidSettings['ipMode'], life: string): NoticePurpose {
  const isRest = purpose === (doc.purposes.find(({ required }) => required) ?? doc.purposes[0]);
  const isNamed = doc.purposes.some(({ dataTypes }) => dataTypes.includes('ip'));
  const others = purpose.dataTypes.filter((type) => type !== 'ip');
  const dataTypes = ipMode === 'none' ? others : isRest && !isNamed ? [...others, 'ip'] : purpose.dataTypes;
  return { ...purpose, dataTypes, ...(purpose.asked === 'chat' && { retention: life }) };
}

function setRow(table: NoticeDoc['full']['table'], term: string, text: string | null): NoticeDoc['full']['table'] {
  if (text === null) return table.filter((row) => row.term !== term);
  const isThere = table.some((row) => row.term === term);
  return isThere ? table.map((row) => (row.term === term ? { term, text } : row)) : [...table, { term, text }];
}

/** Whole days, as they are promised: never less than the cookie lives. */
function cookiePeriod(life: number): string {
  return `P${Math.max(1, Math.ceil(life / DAY))}D`;
}

/** A period as people say it; what is none stays as it stands, for the linter to find. */
export function periodWords(words: Words, period: string): string {
  const [, count = '', unit = ''] = /^P(\d+)([YMWD])$/.exec(period) ?? [];
  if (!unit) return period;
  const key = `period.${unit as 'Y' | 'M' | 'W' | 'D'}` as const;
  return count === '1' ? words[`${key}.one`] : fill(words[key], { count });
}

/** In which form a notice says that the address is kept; one from before the words were made of settings leaves it to them. */
export function saidIp({ facts }: NoticeDoc, settings: Pick<SiteSettings, 'ipMode'>): IpMode {
  return facts?.ip ?? settings.ipMode;
}

/**
 * What the relay does under a published notice: as the notice says, whatever the settings have become meanwhile. Less of
 * the address than it says is kept as soon as it is set, never more (PR-63).
 */
export function settingsInForce(settings: SiteSettings, doc: NoticeDoc): Required<SaidSettings> {
  const { facts, periods } = doc;
  const isSaid = periods.cookie === cookiePeriod(settings.cookieLife);
  return {
    ipMode: stricterIp(saidIp(doc, settings), settings.ipMode),
    cookieLife: isSaid ? settings.cookieLife : durationMs(periods.cookie),
    afterWithdrawal: bothSay(settings.afterWithdrawal, facts?.afterWithdrawal),
  };
}

/** What takes from the visitor holds only where they were told it and the owner still wants it; what gives holds at once. */
function bothSay(setting: AfterWithdrawal = 'locked', said: AfterWithdrawal = 'locked'): AfterWithdrawal {
  return setting === said ? setting : 'locked';
}

/** Where a notice says something else than the present settings. */
export function unlikeSettings(doc: NoticeDoc, settings: SaidSettings): string[] {
  return changesBetween(doc, withGenerated(doc, settings)).map(({ path }) => path);
}

/** What an owner is told while the settings and the notice in force part. */
export function settingsNotes(doc: NoticeDoc, settings: SiteSettings): string[] {
  if (unlikeSettings(doc, settings).length === 0) return [];
  const words = WORDS[doc.locale] ?? noticeWords;
  const now = settingsInForce(settings, doc);
  const notes: string[] = [];
  const said = saidIp(doc, settings);
  if (said !== settings.ipMode) {
    const values = { setting: words[`setting.ip.${settings.ipMode}`], published: words[`setting.ip.${said}`] };
    notes.push(fill(words[now.ipMode === said ? 'note.ip' : 'note.ip.less'], values));
  }
  if (now.cookieLife !== settings.cookieLife) {
    const setting = periodWords(words, cookiePeriod(settings.cookieLife));
    notes.push(fill(words['note.cookie'], { setting, published: periodWords(words, doc.periods.cookie) }));
  }
  const { afterWithdrawal: setting = 'locked' } = settings;
  const { afterWithdrawal: published = 'locked' } = doc.facts ?? {};
  if (setting !== published) {
    const values = { setting: words[`setting.after.${setting}`], published: words[`setting.after.${published}`] };
    notes.push(fill(words['note.after'], values));
  }
  return notes.length > 0 ? notes : [words['note.words']];
}
