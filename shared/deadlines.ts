import { DAY } from './limits.ts';

/**
 * When a request has to be answered (PR-51): pure arithmetic over calendar days, by one table of laws. A time is turned into
 * a day by the calendar of the site, UTC where it has none of its own; a due day is over when that day is over there.
 */

/** A calendar day, `YYYY-MM-DD`; days compare as text. */
export type Day = string;

export const REQUEST_KINDS = ['access', 'rectify', 'erase', 'restrict', 'object', 'withdraw', 'complaint', 'other'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

export const DEADLINE_PROFILES = ['eu', 'uk', 'vn', 'ccpa', 'lgpd'] as const;
export type DeadlineProfile = (typeof DEADLINE_PROFILES)[number];

interface Period {
  count: number;
  /** Calendar days, days from Monday to Friday that are no holiday, or calendar months. */
  unit: 'day' | 'working_day' | 'month';
}

/** What one law gives for one kind of request. */
interface Terms {
  /** By when its receipt must be confirmed; null where the law does not ask that. */
  acknowledge: Period | null;
  answer: Period;
  /** The same where processors or others have to act too. */
  viaOthers?: Period;
  /** Added once, from the same beginning, in the unit of the answer; null where there is none. */
  extension: number | null;
  source: string;
}

interface Law {
  terms: Record<RequestKind, Terms>;
  /** A period that would end on a Saturday, Sunday or holiday ends on the next working day. */
  rolls: boolean;
  /** No time passes while the person is asked who they are. */
  stands: boolean;
}

const days = (count: number): Period => ({ count, unit: 'day' });
const workingDays = (count: number): Period => ({ count, unit: 'working_day' });
const MONTH: Period = { count: 1, unit: 'month' };

function each(terms: Terms, others: Partial<Record<RequestKind, Terms>> = {}): Record<RequestKind, Terms> {
  return { ...(Object.fromEntries(REQUEST_KINDS.map((kind) => [kind, terms])) as Record<RequestKind, Terms>), ...others };
}

/** GDPR and UK GDPR: a month, two more where it is told within the first. Art. 7(3) has no period: at once, this at most. */
const monthly = (source: string): Terms => ({ acknowledge: null, answer: MONTH, extension: 2, source });

const vietnam = (own: number, others: number, extension: number, source: string): Terms => {
  return { acknowledge: workingDays(2), answer: days(own), viaOthers: days(others), extension, source };
};
const VN_STOP = vietnam(15, 20, 15, 'Decree 356/2025, Art. 5(2)');
const VN_COPY = vietnam(10, 15, 10, 'Decree 356/2025, Art. 5(3)');

const CA_KNOW: Terms = {
  acknowledge: workingDays(10),
  answer: days(45),
  extension: 45,
  source: 'Cal. Civ. Code §1798.130(a)(2); CCPA Regs §7021',
};
const CA_OPT_OUT: Terms = { acknowledge: null, answer: workingDays(15), extension: null, source: 'CCPA Regs §§7026(f), 7027(g)' };

/**
 * The table. Where a law has no period for a kind (a complaint, a question), that of its other requests is taken, as a
 * measure of our own. Only where a law is known to move the end of a period to a working day is it moved: elsewhere the
 * day stays, which is never too late.
 */
export const LAWS: Record<DeadlineProfile, Law> = {
  // The end is moved by Regulation (EEC, Euratom) 1182/71, Art. 3(4).
  eu: { terms: each(monthly('GDPR Art. 12(3)')), rolls: true, stands: false },
  // As the ICO reads it; a complaint is confirmed within 30 days from the day after (DPA 2018 s.164A).
  uk: {
    terms: each(monthly('UK GDPR Art. 12(3), 12A'), {
      complaint: { acknowledge: days(30), answer: MONTH, extension: 2, source: 'DPA 2018 s.164A' },
    }),
    rolls: true,
    stands: true,
  },
  vn: {
    terms: each(VN_COPY, {
      withdraw: VN_STOP,
      restrict: VN_STOP,
      object: VN_STOP,
      erase: vietnam(20, 30, 20, 'Decree 356/2025, Art. 5(4)'),
    }),
    rolls: false,
    stands: false,
  },
  ccpa: {
    terms: each(CA_KNOW, { withdraw: CA_OPT_OUT, restrict: CA_OPT_OUT, object: CA_OPT_OUT }),
    rolls: false,
    stands: false,
  },
  // Simplified and at once (I), as a full statement within 15 days (II).
  lgpd: {
    terms: each({ acknowledge: days(0), answer: days(15), extension: null, source: 'LGPD Art. 18 §4, Art. 19' }),
    rolls: false,
    stands: false,
  },
};

/** What the due days of one request hang on. */
export interface DueInput {
  profile: DeadlineProfile;
  kind: RequestKind;
  received: Day;
  viaOthers: boolean;
  isExtended: boolean;
  /** When the person was asked who they are, and when they said; only some laws care. */
  identity: { asked: Day; given: Day | null } | null;
  holidays: readonly Day[];
}

export interface Due {
  acknowledge: Day | null;
  /** Null while the clock stands. */
  answer: Day | null;
  /** The last day on which an extension may be told, and until when it would go; null where there is none (any more). */
  extendBy: Day | null;
  extended: Day | null;
}

/** Every due day of a request. An extension never shortens, and nothing is due before it was received. */
export function dueDays(input: DueInput): Due {
  const law = LAWS[input.profile];
  const terms = law.terms[input.kind];
  const { received, holidays, isExtended } = input;
  const end = (period: Period, from: Day): Day => {
    const last = after(from, period, holidays);
    return law.rolls ? workingDay(last, holidays) : last;
  };
  const answer = (input.viaOthers && terms.viaOthers) || terms.answer;
  const longer = terms.extension === null ? null : { ...answer, count: answer.count + terms.extension };
  const due = (period: Period): Day | null => {
    if (!law.stands || !input.identity) return end(period, received);
    const { asked, given } = input.identity;
    if (given === null) return null;
    // Two readings of the stopped clock: the days that it stood are added, or it begins anew. The earlier one holds.
    const stood = Math.max(0, daysBetween(asked, given));
    const resumed = addDays(after(received, period, holidays), stood);
    const first = earlier(resumed, after(given, period, holidays));
    return law.rolls ? workingDay(first, holidays) : first;
  };
  const plain = due(answer);
  const extended = longer && due(longer);
  const acknowledge = terms.acknowledge && end(terms.acknowledge, received);
  return {
    // What is answered needs no confirmation any more: thirty days may be longer than February.
    acknowledge: acknowledge && plain ? earlier(acknowledge, plain) : acknowledge,
    answer: isExtended && extended ? extended : plain,
    extendBy: isExtended || longer === null ? null : plain,
    extended: isExtended ? null : extended,
  };
}

/** Which table row a notice's jurisdiction leads to, such as `EU-IE`; where none is known, the European one. */
export function profileOf(jurisdiction: string): DeadlineProfile {
  const name = jurisdiction.toUpperCase();
  if (/^(GB|UK)\b/.test(name)) return 'uk';
  if (/^VN\b/.test(name)) return 'vn';
  if (/^US\b/.test(name)) return 'ccpa';
  if (/^BR\b/.test(name)) return 'lgpd';
  return 'eu';
}

/** Of several laws that apply, the one whose answer is due first; then the one that asks for a confirmation sooner. */
export function strictest(
  profiles: readonly DeadlineProfile[],
  input: Pick<DueInput, 'kind' | 'received' | 'viaOthers' | 'holidays'>,
): DeadlineProfile {
  const rank = (profile: DeadlineProfile): string => {
    const { answer, acknowledge } = dueDays({ ...input, profile, isExtended: false, identity: null });
    return `${answer} ${acknowledge ?? '9999'} ${DEADLINE_PROFILES.indexOf(profile)}`;
  };
  return [...profiles].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))[0] ?? 'eu';
}

export type Urgency = 'overdue' | 'soon' | 'later';
/** Somebody looks at least so many days before. */
export const SOON_DAYS = 3;

/** How a due day stands today; one that is due today is not over yet. */
export function urgencyOf(due: Day | null, today: Day): Urgency {
  if (due === null) return 'later';
  if (due < today) return 'overdue';
  return daysBetween(today, due) <= SOON_DAYS ? 'soon' : 'later';
}

/** The calendar day of a time, in the zone that is asked (IANA name). @throws RangeError for a zone that is none. */
export function dayOf(at: number, timeZone = 'UTC'): Day {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;

/** True for a day that the calendar has. */
export function isDay(text: string): boolean {
  return DAY_FORM.test(text) && !Number.isNaN(Date.parse(text)) && dayAt(Date.parse(text)) === text;
}

const dayAt = (at: number): Day => new Date(at).toISOString().slice(0, 10);
const earlier = (a: Day, b: Day): Day => (a < b ? a : b);

export function addDays(day: Day, count: number): Day {
  return dayAt(Date.parse(day) + count * DAY);
}

export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

/** The same date so many months on; where that month has no such day, its last. */
function addMonths(day: Day, count: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const lastDate = new Date(Date.UTC(year, month - 1 + count + 1, 0)).getUTCDate();
  return dayAt(Date.UTC(year, month - 1 + count, Math.min(date, lastDate)));
}

function isWorkingDay(day: Day, holidays: readonly Day[]): boolean {
  const weekday = new Date(Date.parse(day)).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidays.includes(day);
}

/** This day, or the next that is worked on. */
function workingDay(day: Day, holidays: readonly Day[]): Day {
  let next = day;
  while (!isWorkingDay(next, holidays)) next = addDays(next, 1);
  return next;
}

/** The day on which a period is over that began with something on `from`: that day itself is not counted. */
function after(from: Day, { count, unit }: Period, holidays: readonly Day[]): Day {
  if (unit === 'month') return addMonths(from, count);
  if (unit === 'day') return addDays(from, count);
  let day = from;
  for (let left = count; left > 0; left -= 1) day = workingDay(addDays(day, 1), holidays);
  return day;
}
