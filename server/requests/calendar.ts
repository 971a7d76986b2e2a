import { type DeadlineProfile, dayOf, dueDays, profileOf, type RequestKind, strictest } from '../../shared/deadlines.ts';
import { DAY, HOUR } from '../../shared/limits.ts';
import type { RequestCalendarRow, RequestRow } from '../store/requests.ts';
import type { NoticeRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';

/** How the relay counts the days of a site: UTC and weekends alone, until an owner says otherwise. */
export async function calendarOf(reads: Reads, siteId: string): Promise<RequestCalendarRow> {
  return (await reads.requests.calendar(siteId)) ?? { siteId, timeZone: 'UTC', holidays: [] };
}

export function isTimeZone(name: string): boolean {
  try {
    dayOf(0, name);
    return true;
  } catch {
    return false;
  }
}

/** A time on that day there: its middle, so that no zone takes it to another. */
export function timeOn(day: string, timeZone: string): number {
  const noon = Date.parse(day) + DAY / 2;
  const there = dayOf(noon, timeZone);
  if (there === day) return noon;
  return there > day ? noon - 12 * HOUR : noon + 12 * HOUR;
}

type Counted = Pick<
  RequestRow,
  'profile' | 'kind' | 'viaOthers' | 'receivedAt' | 'extendedAt' | 'identityAskedAt' | 'identityGivenAt'
>;

/** Every due day of a request, by the calendar of its site. */
export function dueOf(row: Counted, { timeZone, holidays }: RequestCalendarRow) {
  const day = (at: number): string => dayOf(at, timeZone);
  return dueDays({
    profile: row.profile,
    kind: row.kind,
    received: day(row.receivedAt),
    viaOthers: row.viaOthers,
    isExtended: row.extendedAt !== null,
    identity:
      row.identityAskedAt === null
        ? null
        : { asked: day(row.identityAskedAt), given: row.identityGivenAt === null ? null : day(row.identityGivenAt) },
    holidays,
  });
}

/** The same as the columns that the list and the daily look go by. */
export function dueColumns(
  row: Counted,
  calendar: RequestCalendarRow,
): Pick<RequestRow, 'acknowledgeDue' | 'answerDue' | 'extendBy'> {
  const { acknowledge, answer, extendBy } = dueOf(row, calendar);
  return { acknowledgeDue: acknowledge, answerDue: answer, extendBy };
}

/** The notices that somebody agreed to, or read as a chat began, the newest first; of nobody in particular, those that are in force on the site. */
export async function noticesFor(reads: Reads, siteId: string, visitorId: string | null): Promise<NoticeRow[]> {
  const events = visitorId === null ? [] : await reads.consentEventsOfVisitor(visitorId);
  // Where nobody was asked, what was read as the chat began counts.
  const begun = visitorId === null ? [] : await reads.conversationsOf(visitorId);
  const hashes = [...new Set([...events, ...begun].toReversed().flatMap(({ noticeHash }) => noticeHash ?? []))];
  const agreed = (await Promise.all(hashes.map((hash) => reads.noticeByHash(hash)))).filter((one) => one !== null);
  return agreed.length > 0 ? agreed : reads.noticesInForce(siteId);
}

/** Which laws apply, by those notices, and the strictest of them for such a request. */
export function profilesFor(
  notices: NoticeRow[],
  asked: { kind: RequestKind; receivedAt: number; viaOthers: boolean },
  { timeZone, holidays }: RequestCalendarRow,
): { profile: DeadlineProfile; profiles: DeadlineProfile[] } {
  const profiles = [...new Set(notices.map(({ doc }) => profileOf(doc.jurisdiction)))];
  const { kind, receivedAt, viaOthers } = asked;
  return { profiles, profile: strictest(profiles, { kind, viaOthers, received: dayOf(receivedAt, timeZone), holidays }) };
}
