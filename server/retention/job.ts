import { durationMs } from '../../shared/durations.ts';
import { newId } from '../../shared/ids.ts';
import { DAY, HOUR, MINUTE } from '../../shared/limits.ts';
import type { RetentionCounts, RetentionKind, RetentionPreview } from '../../shared/retention.ts';
import { purgeAudit } from '../audit/purge.ts';
import type { Context } from '../context.ts';
import { every } from '../every.ts';
import { type Eraser, scrub } from '../privacy/erase.ts';
import { purgeRequests } from '../requests/purge.ts';
import type { OwnBefore, OwnCounts } from '../store/retention.ts';
import type { RetentionDueRow, RetentionRunRow } from '../store/rows.ts';
import { type Reads, StoreUnavailable } from '../store/store.ts';
import { clockFor, formClock, standingOf, stoppedUntil } from './due.ts';
import { settle } from './purge.ts';

/** All is looked through once in this; PR-61 asks for once a day. */
const RUN_EVERY = HOUR;
/** How often a relay asks whether it is its turn. */
const LOOK_EVERY = MINUTE;
/** A relay that died over its turn is followed after this. */
const CLAIM = 10 * MINUTE;
const AT_A_TIME = 100;
/** A run in which nothing went is written down once a day; runs are kept as long as what agents did. */
const RUN_SHOWN_EVERY = DAY - HOUR;
const RUNS_KEPT = 365 * DAY;
/** Later than this is too late (PR-61). */
export const LATE = DAY;
/** A dry run looks at so many at most: somebody waits for it. */
const LOOKED_AT = 5000;

export type Runner = Pick<Eraser, 'store' | 'vault' | 'signing' | 'recent' | 'world' | 'clock'> &
  Pick<Context, 'log'> & { config: Pick<Context['config'], 'keep' | 'audit'> };

/** Lets go of what has been kept long enough, for as long as the relay runs (PR-60, PR-61). Several relays take turns. */
export function keepRetention(ctx: Runner): { stop(): Promise<void> } {
  let stopped = false;
  let warnedAt = 0;
  const keeper = every(LOOK_EVERY, async () => {
    try {
      const now = ctx.clock();
      const { nextAt } = await ctx.store.read.retention.state();
      // A turn far ahead was noted by a clock that was wrong.
      const isDue = nextAt <= now || nextAt > now + 2 * RUN_EVERY;
      if (isDue && (await ctx.store.write((tx) => tx.retention.claim(now, now + CLAIM))))
        await runRetention(ctx, true, () => stopped);
      // After its own turn: a relay that was away for days first does what is due.
      if (!stopped && now - warnedAt >= DAY && (await warnOfLateness(ctx))) warnedAt = now;
    } catch (error) {
      ctx.log.error({ err: error }, 'retention not looked through');
    }
  });
  return {
    stop: () => {
      stopped = true;
      return keeper.stop();
    },
  };
}

/**
 * Looks through everything that is due, the longest ago first, each in a transaction of its own: where it is cut off, the
 * next look goes on. One that cannot be settled is logged, counted and left: it keeps nothing from the others.
 */
export async function runRetention(ctx: Runner, byRelay: boolean, isStopped = () => false): Promise<RetentionRunRow> {
  const startedAt = ctx.clock();
  const counts: RetentionCounts = {};
  let failed = 0;
  let isScrubDue = false;
  for await (const page of pages(ctx.store.read, startedAt, isStopped)) {
    for (const row of page) {
      try {
        const settled = await settle(ctx, row, ctx.clock());
        if (!settled || settled.rows === 0) continue;
        counts[settled.kind] = (counts[settled.kind] ?? 0) + settled.rows;
        isScrubDue = true;
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        failed += 1;
        ctx.log.error({ err: error, kind: row.kind }, 'retention: one not settled');
      }
    }
    if (byRelay) await ctx.store.write((tx) => tx.retention.renewClaim(ctx.clock() + CLAIM));
  }
  const own = await purgeOwn(ctx, ownBefore(ctx.config, startedAt));
  addOwn(counts, own);
  if (isScrubDue || own.access + own.audit + own.requests + own.breaches > 0) await scrub(ctx);
  return report(ctx, { byRelay, startedAt, counts, failed }, isStopped());
}

/** From before which moment what is no conversation's goes; of the log of access each line knows its own (PR-60). */
function ownBefore({ audit, keep }: Runner['config'], now: number): OwnBefore {
  return {
    security: now - keep.security,
    access: now,
    requests: now - durationMs(keep.requests),
    breaches: now - durationMs(keep.breaches),
    audit: now - durationMs(audit.keep),
  };
}

/** Gives a count for each kind, also of none. */
async function purgeOwn(ctx: Runner, before: OwnBefore): Promise<OwnCounts> {
  return {
    security: await ctx.store.write((tx) => tx.retention.deleteSecurityLogs(before.security)),
    access: await ctx.store.write((tx) => tx.accessLog.deleteDue(before.access)),
    requests: await purgeRequests(ctx, before.requests),
    breaches: await ctx.store.write((tx) => tx.breaches.deleteBefore(before.breaches)),
    audit: await purgeAudit(ctx, before.audit),
  };
}

function addOwn(counts: RetentionCounts, own: OwnCounts): void {
  for (const [kind, rows] of Object.entries(own) as [keyof OwnCounts, number][]) if (rows > 0) counts[kind] = rows;
}

async function* pages(read: Reads, now: number, isStopped: () => boolean): AsyncGenerator<RetentionDueRow[]> {
  for (let after: RetentionDueRow | null = null; !isStopped(); ) {
    const page: RetentionDueRow[] = await read.retention.due(now, after, AT_A_TIME);
    if (page.length > 0) yield page;
    if (page.length < AT_A_TIME) return;
    after = page.at(-1) ?? null;
  }
}

type Ran = Pick<RetentionRunRow, 'byRelay' | 'startedAt' | 'failed'> & { counts: RetentionCounts };

/** Counts only, in the log as in the table (PR-61). What was stopped half-way does not count as looked through. */
async function report(ctx: Runner, ran: Ran, isCut: boolean): Promise<RetentionRunRow> {
  const now = ctx.clock();
  const oldest = Object.fromEntries(
    (await ctx.store.read.retention.oldest()).map(({ kind, since }) => [kind, Math.max(0, now - since)]),
  );
  const [before] = await ctx.store.read.retention.runs(1);
  const run = { ...ran, id: newId(now), finishedAt: now, oldest };
  const isNews = run.failed > 0 || Object.keys(run.counts).length > 0 || !run.byRelay;
  const isShown = isNews || !before || Math.abs(now - before.finishedAt) >= RUN_SHOWN_EVERY;
  await ctx.store.write(async (tx) => {
    if (isShown) await tx.retention.insertRun(run);
    if (!isCut) await tx.retention.finish(now, now + RUN_EVERY);
    await tx.retention.deleteRunsBefore(now - RUNS_KEPT);
  });
  const { counts, failed } = run;
  if (isShown) ctx.log.info({ counts, failed, ms: now - run.startedAt, oldest }, 'retention looked through');
  return run;
}

/** One line of the log where what should be gone is not, as `parley doctor` says it too (PR-61). True where it said so. */
export async function warnOfLateness(ctx: Pick<Context, 'store' | 'clock' | 'log'>): Promise<boolean> {
  const { ranAt, isLate, overdue } = await lateness(ctx.store.read, ctx.clock());
  // Of a relay that never looked nothing is known yet: it looks in this minute.
  const says = overdue.length > 0 || (isLate && ranAt > 0);
  if (says) ctx.log.warn({ ranAt, overdue }, 'retention is late: what is a day over its time is still kept');
  return says;
}

/** What a run would take now, by kind; nothing is changed. */
export async function previewRetention(
  ctx: Pick<Context, 'vault' | 'clock'> & Pick<Runner, 'config'> & { store: Pick<Context['store'], 'read'> },
): Promise<RetentionPreview> {
  const now = ctx.clock();
  const { read } = ctx.store;
  const preview: RetentionPreview = { counts: {}, conversations: 0, held: 0, more: false };
  const talks = new Set<string>();
  const heldTalks = new Set<string>();
  let looked = 0;
  for await (const page of pages(read, now, () => looked >= LOOKED_AT)) {
    looked += page.length;
    for (const row of page) {
      const rows = await wouldTake(ctx, row, now);
      if (rows === 'held') heldTalks.add(row.conversationId);
      if (typeof rows !== 'number' || rows === 0) continue;
      preview.counts[row.kind] = (preview.counts[row.kind] ?? 0) + rows;
      talks.add(row.conversationId);
    }
  }
  addOwn(preview.counts, await read.retention.countOwn(ownBefore(ctx.config, now)));
  return { ...preview, conversations: talks.size, held: heldTalks.size, more: looked >= LOOKED_AT };
}

async function wouldTake(
  ctx: Pick<Context, 'vault'> & { store: Pick<Context['store'], 'read'> },
  { conversationId, kind }: RetentionDueRow,
  now: number,
): Promise<number | 'held'> {
  const { read } = ctx.store;
  const conversation = await read.conversation(conversationId);
  const standing = conversation && (await standingOf(ctx, read, conversation.visitorId));
  const clock = standing && clockFor(standing, conversationId, kind, now);
  if (!standing || !clock || clock.dueAt > now) return 0;
  if (stoppedUntil(standing, conversationId, kind, now) !== null) return 'held';
  if (kind === 'messages') return read.retention.countMessages(conversationId);
  if (kind === 'evidence') return standing.evidence.filter(({ dueAt }) => dueAt <= now).length;
  if (kind === 'form') return standing.fields.filter((field) => (formClock(standing, field, now)?.dueAt ?? 0) <= now).length;
  return standing.talks.flatMap(({ events }) => events).length;
}

/** Has the job not come to its end, or is something left a day over its time (PR-61)? */
export async function lateness(read: Reads, now: number): Promise<{ ranAt: number; isLate: boolean; overdue: RetentionKind[] }> {
  const { ranAt } = await read.retention.state();
  const overdue = (await read.retention.oldest()).filter(({ dueAt }) => now - dueAt > LATE).map(({ kind }) => kind);
  return { ranAt, isLate: now - ranAt > LATE, overdue };
}
