import { addDays, dayOf } from '../../shared/deadlines.ts';
import { MATCHES_ENOUGH, type Match } from '../../shared/request-codes.ts';
import type { FoundPerson } from '../../shared/requests.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { ConversationRow, VisitorRow } from '../store/rows.ts';
import { bodyPlace, visitorKeys } from '../visitors/keys.ts';
import { tokenHash } from '../visitors/sessions.ts';
import { calendarOf } from './calendar.ts';

/** What somebody says of the chat that is theirs. */
export interface Things {
  email?: string | undefined;
  receipt?: string | undefined;
  conversation?: string | undefined;
  link?: string | undefined;
  day?: string | undefined;
  sentence?: string | undefined;
}

/** Shorter ones stand in many chats. */
const SENTENCE_MIN = 12;
const MESSAGES_AT_A_TIME = 500;
/** More than this with one address would be no match for one person. */
const PEOPLE_MAX = 20;

/**
 * Whose chat it is, by what only the chat holds (PR-52): a receipt's link by itself, or two other things that fit. Whoever
 * does not fit everything that was said is not given, and nothing tells whether there is somebody else.
 * @throws Refusal `invalid` where nothing is given that a person could be found by, or a sentence is too short.
 */
export async function findPeople(ctx: Context, siteId: string, by: Things): Promise<FoundPerson[]> {
  if (!(by.email || by.receipt || by.conversation || by.link)) throw new Refusal('invalid', { fields: { by: 'required' } });
  if (by.sentence && comparable(by.sentence).length < SENTENCE_MIN)
    throw new Refusal('invalid', { fields: { sentence: 'too_short' } });
  const candidates = await candidatesOf(ctx, siteId, by);
  const checked = await Promise.all(candidates.map((visitor) => check(ctx, visitor, by)));
  return checked.filter((one) => one !== null);
}

/** By each thing that leads to somebody: those to whom all of them lead. */
async function candidatesOf(ctx: Context, siteId: string, by: Things): Promise<VisitorRow[]> {
  const { read } = ctx.store;
  const ways: Promise<string[]>[] = [];
  if (by.email) ways.push(read.emails.withDigest(ctx.emails.digest(siteId, by.email)).then((rows) => rows.map(({ id }) => id)));
  if (by.receipt) ways.push(read.consentEventsOfAct(by.receipt).then((rows) => rows.map(({ visitorId }) => visitorId)));
  if (by.conversation) ways.push(read.conversation(by.conversation).then((row) => (row ? [row.visitorId] : [])));
  if (by.link) ways.push(visitorOfLink(ctx, by.link));
  const [first = [], ...others] = await Promise.all(ways);
  const ids = [...new Set(first)].filter((id) => others.every((other) => other.includes(id))).slice(0, PEOPLE_MAX);
  const visitors = await Promise.all(ids.map((id) => read.visitor(id)));
  return visitors.filter((visitor) => visitor !== null).filter((visitor) => visitor.siteId === siteId);
}

/** The address of a receipt, or what stands in it after the #. */
async function visitorOfLink({ store: { read }, clock }: Context, link: string): Promise<string[]> {
  const token = link.slice(link.lastIndexOf('#') + 1);
  const row = await read.receiptLink(tokenHash(token));
  return row && row.expiresAt > clock() ? [row.visitorId] : [];
}

async function check(ctx: Context, visitor: VisitorRow, by: Things): Promise<FoundPerson | null> {
  const conversations = await ctx.store.read.conversationsOf(visitor.id);
  const { timeZone } = await calendarOf(ctx.store.read, visitor.siteId);
  if (by.day && !conversations.some((one) => wasOn(one, by.day ?? '', timeZone))) return null;
  if (by.sentence && !(await wasSaid(ctx, visitor.id, conversations, by.sentence))) return null;
  const given = (['email', 'receipt', 'conversation', 'day', 'sentence'] satisfies Match[]).filter((match) => by[match]);
  return {
    visitorId: visitor.id,
    since: visitor.createdAt,
    conversations: presentConversations(conversations),
    matched: [...(by.link ? (['link'] as const) : []), ...given],
    isEnough: by.link !== undefined || given.length >= MATCHES_ENOUGH,
  };
}

export function presentConversations(rows: ConversationRow[]): FoundPerson['conversations'] {
  return rows.map(({ id, createdAt, status, withdrawnAt }) => {
    return { id, began: createdAt, status, isWithdrawn: withdrawnAt !== null };
  });
}

/** People remember a day as theirs: one before and one after it is near enough. */
function wasOn({ createdAt, lastAt }: ConversationRow, day: string, timeZone: string): boolean {
  return dayOf(createdAt, timeZone) <= addDays(day, 1) && dayOf(lastAt, timeZone) >= addDays(day, -1);
}

/** As a sentence is compared: letters and digits, without the difference of capitals, marks and spaces. */
function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

async function wasSaid(ctx: Context, visitorId: string, conversations: ConversationRow[], sentence: string): Promise<boolean> {
  const { read } = ctx.store;
  const keys = await visitorKeys(ctx, read, visitorId);
  const sought = comparable(sentence);
  for (const { id } of conversations) {
    for (let after = 0, more = true; more; ) {
      const rows = await read.messagesAfter(id, after, MESSAGES_AT_A_TIME);
      // What was erased says nothing any more.
      const said = rows.filter(({ erasedAt }) => erasedAt === null);
      const found = said.some((row) => comparable(keys.openText('messages', bodyPlace(row.id), row.bodySealed)).includes(sought));
      if (found) return true;
      after = rows.at(-1)?.seq ?? after;
      more = rows.length === MESSAGES_AT_A_TIME;
    }
  }
  return false;
}
