import { addDays, type Day, dayOf, daysBetween, LAWS, SOON_DAYS, urgencyOf } from '../../shared/deadlines.ts';
import type { RequestCounts, RequestDetail, RequestInList, RequestList } from '../../shared/requests.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { RequestCalendarRow, RequestRow } from '../store/requests.ts';
import type { SiteRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { openForm, visitorKeys } from '../visitors/keys.ts';
import { calendarOf, dueOf, noticesFor, profilesFor } from './calendar.ts';
import { presentConversations } from './people.ts';
import { canCarryOut } from './perform.ts';
import { readWords } from './words.ts';

const LISTED = 200;
const ANSWERED_LISTED = 50;

/** What is open, the most urgent first, and what was answered last. */
export async function listRequests(ctx: Context): Promise<RequestList> {
  const { read } = ctx.store;
  const sites = await read.sites();
  const calendars = new Map(await Promise.all(sites.map(async ({ id }) => [id, await calendarOf(read, id)] as const)));
  const [open, answered] = await Promise.all([
    read.requests.list('open', LISTED),
    read.requests.list('answered', ANSWERED_LISTED),
  ]);
  const now = ctx.clock();
  const present = (row: RequestRow): RequestInList =>
    inList(
      row,
      sites.find(({ id }) => id === row.siteId),
      calendars.get(row.siteId) ?? UTC,
      now,
    );
  const byDue = (a: RequestInList, b: RequestInList): number => (a.next?.due ?? LAST).localeCompare(b.next?.due ?? LAST);
  return {
    today: dayOf(now),
    counts: await countRequests(ctx),
    open: open.map(present).sort(byDue),
    answered: answered.map(present),
    sites: sites.map(({ id, key, name }) => {
      const { timeZone, holidays } = calendars.get(id) ?? UTC;
      return { key, name, timeZone, holidays };
    }),
  };
}

const LAST = '9999-12-31';
const UTC: RequestCalendarRow = { siteId: '', timeZone: 'UTC', holidays: [] };

/** How many are open, and of them late, and due within three days. */
export function countRequests({ store, clock }: Pick<Context, 'store' | 'clock'>): Promise<RequestCounts> {
  const today = dayOf(clock());
  return store.read.requests.countDue(today, addDays(today, SOON_DAYS));
}

function inList(row: RequestRow, site: SiteRow | undefined, { timeZone }: RequestCalendarRow, now: number): RequestInList {
  const { id, number, kind, receivedAt, via, person, status, outcome, answeredAt } = row;
  const isOpen = status === 'open';
  return {
    id,
    number,
    site: site?.name ?? '',
    kind,
    receivedAt,
    via,
    person,
    status,
    outcome,
    answeredAt,
    next: isOpen ? nextOf(row, dayOf(now, timeZone)) : null,
    isStanding: isOpen && row.answerDue === null,
  };
}

/** What is due first: that it came has to be confirmed before it is answered. */
function nextOf({ acknowledgedAt, acknowledgeDue, answerDue }: RequestRow, today: Day): RequestInList['next'] {
  const next = (what: 'acknowledge' | 'answer', due: Day) => {
    return { what, due, urgency: urgencyOf(due, today), days: daysBetween(today, due) };
  };
  if (acknowledgedAt === null && acknowledgeDue !== null) return next('acknowledge', acknowledgeDue);
  return answerDue === null ? null : next('answer', answerDue);
}

/** All of one request. @throws Refusal `not_found` */
export async function requestDetail(ctx: Context, id: string): Promise<RequestDetail> {
  const { read } = ctx.store;
  const row = await read.requests.byId(id);
  const site = row && (await read.siteById(row.siteId));
  if (!row || !site) throw new Refusal('not_found');
  const [person, steps, calendar] = await Promise.all([
    read.requests.person(id),
    read.requests.steps(id),
    calendarOf(read, row.siteId),
  ]);
  const notices = await noticesFor(read, row.siteId, person?.visitorId ?? null);
  const subject = person?.visitorId ? await subjectIn(ctx, read, person.visitorId) : null;
  return {
    ...inList(row, site, calendar, ctx.clock()),
    profile: row.profile,
    profiles: profilesFor(notices, row, calendar).profiles,
    source: LAWS[row.profile].terms[row.kind].source,
    viaOthers: row.viaOthers,
    due: dueOf(row, calendar),
    acknowledgedAt: row.acknowledgedAt,
    identityAskedAt: row.identityAskedAt,
    identityGivenAt: row.identityGivenAt,
    extension: row.extendedAt === null ? null : { at: row.extendedAt, reason: row.extensionReason ?? 'complex' },
    identifiedBy: row.identifiedBy,
    actedAt: row.actedAt,
    ground: row.ground,
    sentBy: row.sentBy,
    words: person && (await readWords(ctx, read, person)),
    subject,
    canDo: row.status === 'open' && subject !== null && canCarryOut(row.kind),
    history: steps.map(({ at, agentName, step, detail }) => ({ at, by: agentName, step, detail })),
  };
}

async function subjectIn(ctx: Context, reads: Reads, visitorId: string): Promise<RequestDetail['subject']> {
  const visitor = await reads.visitor(visitorId);
  if (!visitor) return null;
  const conversations = presentConversations(await reads.conversationsOf(visitorId));
  const form = openForm(await visitorKeys(ctx, reads, visitorId), visitorId, visitor.formSealed);
  return { visitorId, since: visitor.createdAt, conversations, form };
}
