import { durationMs } from '../../shared/durations.ts';
import type {
  ConversationRetention,
  KindDue,
  ModeRequest,
  RetentionCounts,
  RetentionDesk,
  RetentionKind,
} from '../../shared/retention.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { Reads } from '../store/store.ts';
import { clockFor, type Standing, standingOf } from './due.ts';
import { presentHold } from './holds.ts';
import { lateness } from './job.ts';
import { evidencePeriod, periodsIn, proofPeriod, purposesFor, retentionOf } from './periods.ts';

const RUNS_SHOWN = 10;
const HOLDS_SHOWN = 100;
const KINDS: readonly RetentionKind[] = ['messages', 'form', 'evidence', 'consent'];

/** What goes when of one conversation, for the panel beside it. @throws Refusal `not_found` */
export async function conversationRetention(
  ctx: Pick<Context, 'store' | 'vault' | 'clock'>,
  conversationId: string,
  mayDecide: boolean,
): Promise<ConversationRetention> {
  const { read } = ctx.store;
  const now = ctx.clock();
  const conversation = await read.conversation(conversationId);
  const standing = conversation && (await standingOf(ctx, read, conversation.visitorId));
  // Of a restricted visitor agents are told nothing (PR-53).
  const isHidden = conversation?.restrictedAt !== null && !mayDecide;
  if (!conversation || !standing || isHidden) throw new Refusal('not_found');
  const rows = await read.retention.dueOf(conversationId);
  const kinds = KINDS.flatMap((kind): KindDue[] => {
    const goneAt = rows.find((row) => row.kind === kind)?.doneAt ?? null;
    const clock = clockFor(standing, conversationId, kind, now);
    if (goneAt !== null) return [{ kind, dueAt: null, since: goneAt, period: clock?.period ?? '', goneAt }];
    if (!clock) return [];
    const address = kind === 'evidence' && { address: standing.evidence.some((row) => row.kind === 'ip') };
    return [{ kind, dueAt: clock.dueAt, since: clock.since, period: clock.period, goneAt: null, ...address }];
  });
  const hold = await presentHold(ctx, read, holdOf(standing, conversationId), mayDecide);
  return { kinds, open: conversation.status === 'open', hold, mayDecide };
}

const holdOf = ({ talks }: Standing, id: string) => talks.find(({ conversation }) => conversation.id === id)?.hold ?? null;

/** Everything that the page of the desk shows (PR-60, PR-61). */
export async function retentionDesk(ctx: Context): Promise<RetentionDesk> {
  const { read } = ctx.store;
  const now = ctx.clock();
  const sites = await Promise.all(
    (await read.sites()).map(async ({ id, key, name, settings }) => ({
      key,
      name,
      whenDue: settings.whenDue ?? ('erase' as const),
      notices: (await read.noticesInForce(id)).map(({ locale, version, hash, doc }) => {
        return { locale, version, hash, periods: periodsIn(doc) };
      }),
    })),
  );
  const runs = await read.retention.runs(RUNS_SHOWN);
  const holds = await Promise.all((await read.retention.holds(now, HOLDS_SHOWN)).map((one) => presentHold(ctx, read, one, true)));
  return {
    sites,
    own: [
      { what: 'audit', period: durationMs(ctx.config.audit.keep) },
      { what: 'security', period: ctx.config.keep.security },
      { what: 'requests', period: durationMs(ctx.config.keep.requests) },
      { what: 'breaches', period: durationMs(ctx.config.keep.breaches) },
    ],
    oldest: await oldestOf(read, now),
    ...(await lateness(read, now)),
    runs: runs.map(({ id, startedAt, finishedAt, byRelay, counts, failed }) => {
      return { id, at: finishedAt, took: finishedAt - startedAt, byRelay, counts: counts as RetentionCounts, failed };
    }),
    holds: holds.filter((one) => one !== null),
  };
}

/** Ages beside the longest period that a notice in force gives the kind: nothing may be a day older than that. */
async function oldestOf(read: Reads, now: number): Promise<RetentionDesk['oldest']> {
  const docs = (await Promise.all((await read.sites()).map(({ id }) => read.noticesInForce(id)))).flat().map(({ doc }) => doc);
  const longest = (periods: string[]): number => Math.max(0, ...periods.map(durationMs));
  const periods: Record<RetentionKind, () => number> = {
    messages: () => longest(docs.flatMap((doc) => purposesFor(doc, 'message').map(retentionOf))),
    form: () => longest(docs.flatMap((doc) => [...purposesFor(doc, 'name'), ...purposesFor(doc, 'email')].map(retentionOf))),
    evidence: () => longest(docs.map(evidencePeriod)),
    consent: () => longest(docs.map(proofPeriod)),
  };
  return (await read.retention.oldest()).map(({ kind, since }) => {
    return { kind, age: Math.max(0, now - since), period: periods[kind]() };
  });
}

/** Whether what is due goes whole, or leaves its rows for statistics. @throws Refusal `not_found` */
export async function setMode(ctx: Context, actor: AgentActor, { site: key, whenDue }: ModeRequest): Promise<void> {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    const site = await tx.lockSite(key);
    if (!site) throw new Refusal('not_found');
    if ((site.settings.whenDue ?? 'erase') === whenDue) return;
    await tx.upsertSite({ ...site, settings: { ...site.settings, whenDue } });
    await recordAct(tx, { actor, action: 'retention.changed', object: site.id, detail: { mode: whenDue } }, now);
  });
}
