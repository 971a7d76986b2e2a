import { durationMs } from '../../shared/durations.ts';
import type { Survivor } from '../../shared/survivors.ts';
import { newestBackup, USUAL_LIVES } from '../backup/lives.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { noticeBegunUnder } from '../notices/begun-under.ts';
import { accessKeptUntil } from '../retention/access-log.ts';
import type { ConversationRow, ErasureRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { stateOf } from '../webhooks/told.ts';
import { type Subject, visitorOf } from './subject.ts';

/** What says how long things are kept here. */
type Keeper = Pick<Context, 'clock'> & { config: Pick<Context['config'], 'audit' | 'keep'> };

/** What decides of each survivor whether there is one. */
interface Left {
  at: number;
  /** Were there events in the ledger? */
  hasEntries: boolean;
  /** Did they ask for something by right? */
  hasRequest: boolean;
  /** Until when the last line of the log of access is kept; null where there is none. */
  accessUntil: number | null;
  recipients: readonly string[];
}

/**
 * Everything that erasing a visitor leaves, each with why and until when (PR-58), by what is set up here: so much that the
 * person can be told before they decide. It names nobody. @throws Refusal `not_found` for one who is not there.
 */
export async function survivorsOf(ctx: Keeper, reads: Reads, subject: Subject): Promise<Survivor[]> {
  const visitorId = await visitorOf(reads, subject);
  const visitor = await reads.visitor(visitorId);
  if (!visitor) throw new Refusal('not_found');
  const [events, requests, webhooks, conversations] = await Promise.all([
    reads.consentEventsOfVisitor(visitorId),
    reads.requests.ofVisitor(visitorId),
    reads.webhooks.ofSite(visitor.siteId),
    reads.conversationsOf(visitorId),
  ]);
  const at = ctx.clock();
  return survivors(ctx, reads, {
    at,
    hasEntries: events.length > 0,
    hasRequest: requests.length > 0,
    accessUntil: await accessUntil(reads, conversations, at),
    recipients: webhooks.filter((one) => one.events.includes('visitor.erased')).map(({ recipient }) => recipient),
  });
}

/** The same for one conversation of several: its visitor stays, with their requests, and recipients hear nothing of it. */
export async function survivorsOfConversation(ctx: Keeper, reads: Reads, conversationId: string): Promise<Survivor[]> {
  const conversation = await reads.conversation(conversationId);
  if (!conversation) throw new Refusal('not_found');
  const at = ctx.clock();
  const hasEntries = (await reads.consentEventsOf(conversationId)).length > 0;
  return survivors(ctx, reads, {
    at,
    hasEntries,
    hasRequest: false,
    accessUntil: await accessUntil(reads, [conversation], at),
    recipients: [],
  });
}

/**
 * The same once it was done for a request, of what the erasure left written: nobody can be looked up any more. `accessLog` is
 * the period of the log of access, where lines were left in it.
 */
export async function survivorsAfter(
  ctx: Keeper,
  reads: Reads,
  { id, at, counts }: Pick<ErasureRow, 'id' | 'at' | 'counts'>,
  accessLog: string | null,
): Promise<Survivor[]> {
  const told = await reads.webhooks.toldOfErasure(id);
  return survivors(ctx, reads, {
    at,
    hasEntries: (counts.consent_event ?? 0) > 0,
    hasRequest: true,
    accessUntil: accessLog === null ? null : accessKeptUntil(accessLog, at),
    // Whoever was removed meanwhile is told nothing any more.
    recipients: told.filter((one) => ['waiting', 'accepted'].includes(stateOf(one))).map(({ recipient }) => recipient),
  });
}

/** The longest period of the log of access under which a line of a visitor's is kept now; null where none is. */
export async function accessPeriodOf(ctx: Pick<Context, 'clock'>, reads: Reads, visitorId: string): Promise<string | null> {
  const kept = await accessLines(reads, await reads.conversationsOf(visitorId), ctx.clock());
  return kept.toSorted((a, b) => durationMs(b.period) - durationMs(a.period))[0]?.period ?? null;
}

async function accessUntil(reads: Reads, conversations: readonly ConversationRow[], now: number): Promise<number | null> {
  const kept = await accessLines(reads, conversations, now);
  return kept.length > 0 ? Math.max(...kept.map(({ until }) => until)) : null;
}

/** The log names nobody: what stands in it of a conversation is known by the words that it began under (PR-62). */
async function accessLines(reads: Reads, conversations: readonly ConversationRow[], now: number) {
  const lines = await Promise.all(
    conversations.map(async (conversation) => {
      const period = (await noticeBegunUnder(reads, conversation)).doc.facts?.accessLog;
      return period === undefined ? [] : [{ period, until: accessKeptUntil(period, conversation.createdAt) }];
    }),
  );
  return lines.flat().filter(({ until }) => until > now);
}

async function survivors(
  { config: { audit, keep } }: Keeper,
  reads: Reads,
  { at, hasEntries, hasRequest, accessUntil, recipients }: Left,
): Promise<Survivor[]> {
  // As the last backup was made to live; the ready-made notices say the usual.
  const lives = (await newestBackup(reads))?.lives ?? USUAL_LIVES;
  const hasCopy = audit.file !== null || audit.url !== null;
  const names = [...new Set(recipients)];
  const after = (period: string): number => at + durationMs(period);
  const all: (Survivor | false)[] = [
    accessUntil !== null && { what: 'access_log', ground: 'access_law', end: 'day', until: accessUntil },
    names.length > 0 && { what: 'recipients', ground: 'told', end: 'confirmed', until: null, names },
    { what: 'backup_keys', ground: 'security', end: 'day', until: after(lives.keys) },
    { what: 'backup_data', ground: 'security', end: 'day', until: after(lives.data) },
    { what: 'audit', ground: 'accountability', end: 'day', until: after(audit.keep) },
    hasCopy && { what: 'audit_copy', ground: 'accountability', end: 'keeper', until: null },
    hasRequest && { what: 'request', ground: 'accountability', end: 'answered', until: after(keep.requests) },
    { what: 'certificate', ground: 'accountability', end: 'good', until: null },
    hasEntries && { what: 'ledger', ground: 'nobody', end: 'good', until: null },
  ];
  return all.filter((one) => one !== false);
}
