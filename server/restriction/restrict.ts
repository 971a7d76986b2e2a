import type { AuditActor } from '../../shared/audit.ts';
import { newId } from '../../shared/ids.ts';
import type { RestrictionGround, ToldBy } from '../../shared/restriction.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { type Subject, visitorOf } from '../privacy/subject.ts';
import type { RestrictionRow } from '../store/restrictions.ts';
import type { VisitorRow } from '../store/rows.ts';
import type { Reads, Tx } from '../store/store.ts';
import { tellRecipients } from '../webhooks/tell.ts';
import { hideConversation, showConversation } from './keep-restricted.ts';

/** What restricting needs of a relay, or of a command beside it. */
export type Restrictor = Pick<Context, 'store' | 'vault' | 'restricted' | 'world' | 'clock'>;
type Actor = Exclude<AuditActor, { kind: 'relay' }>;

/** A visitor with their conversations, all locked: before whoever writes next, or behind them. */
export interface LockedSubject {
  visitor: VisitorRow;
  conversationIds: string[];
}

/** @throws Refusal `not_found` when there is no such visitor, or not any more. */
export async function lockSubject(tx: Tx, subject: Subject): Promise<LockedSubject> {
  const visitorId = await visitorOf(tx, subject);
  const conversationIds = (await tx.conversationsOf(visitorId)).map(({ id }) => id);
  for (const id of conversationIds) await tx.lockConversation(id);
  const visitor = await tx.lockVisitor(visitorId);
  if (!visitor) throw new Refusal('not_found');
  return { visitor, conversationIds };
}

/**
 * Restricts what is done with a visitor's data (PR-53, GDPR Art. 18): it is kept, and nothing else. Agents neither see the
 * person nor write to them, the chat is paused and says so, recipients are told. Claims, the person's own rights and
 * whoever looks after privacy go on. Done twice it is as done once.
 * @throws Refusal `not_found`
 */
export async function restrictVisitor(
  ctx: Restrictor,
  subject: Subject,
  { actor, ground, requestId }: { actor: Actor; ground: RestrictionGround; requestId?: string },
): Promise<RestrictionRow> {
  const now = ctx.clock();
  const { row, conversationIds } = await ctx.store.write(async (tx) => {
    const locked = await lockSubject(tx, subject);
    const row = await restrictIn(ctx, tx, locked, { actor, ground }, now);
    return { row, conversationIds: locked.conversationIds };
  });
  for (const id of conversationIds) hideConversation(ctx, id, requestId);
  return row;
}

/** The same inside a transaction that has locked them; hide the conversations after the commit. */
export async function restrictIn(
  ctx: Pick<Context, 'vault'>,
  tx: Tx,
  { visitor, conversationIds }: LockedSubject,
  { actor, ground }: { actor: Actor; ground: RestrictionGround },
  now: number,
): Promise<RestrictionRow> {
  const { id: visitorId, siteId } = visitor;
  const known = await tx.restrictions.inForce(visitorId);
  if (known) return known;
  const since = { at: now, toldAt: null, toldBy: null, liftedAt: null };
  const row: RestrictionRow = { id: newId(now), siteId, visitorId, ground, askedBy: actor.kind, ...since };
  await tx.restrictions.insert(row);
  await tx.restrictions.hide(visitorId, now);
  await tellRecipients(ctx, tx, { event: 'visitor.restricted', siteId, visitorId, conversationIds }, now);
  await recordAct(tx, { actor, action: 'visitor.restricted', object: visitorId }, now);
  return row;
}

/**
 * The person knows now that the restriction will be lifted (GDPR Art. 18(3)): by the chat, which says it from here on, or
 * by what whoever looks after privacy has written to them.
 * @throws Refusal `not_found` where nothing is restricted.
 */
export async function tellOfLift(ctx: Restrictor, visitorId: string, by: ToldBy, actor: Actor): Promise<void> {
  const now = ctx.clock();
  const ids = await ctx.store.write(async (tx) => {
    const { conversationIds } = await lockSubject(tx, { visitorId });
    if (!(await tx.restrictions.inForce(visitorId))) throw new Refusal('not_found');
    await tx.restrictions.setTold(visitorId, now, by);
    await recordAct(tx, { actor, action: 'restriction.told', object: visitorId }, now);
    return conversationIds;
  });
  for (const id of ids) ctx.world.conversationChanged(id);
}

/**
 * Lifts a restriction: agents see the person again, the chat goes on, recipients are told.
 * @throws Refusal `not_found` where nothing is restricted; `conflict` where the person does not know of it yet. Visitors end
 * what they asked for themselves, and nothing else.
 */
export async function liftRestriction(ctx: Restrictor, visitorId: string, actor: Actor, requestId?: string): Promise<void> {
  const now = ctx.clock();
  const ids = await ctx.store.write(async (tx) => {
    const { visitor, conversationIds } = await lockSubject(tx, { visitorId });
    const restriction = await tx.restrictions.inForce(visitorId);
    if (!restriction) throw new Refusal('not_found');
    const isTheirs = actor.kind === 'visitor' && isOwnRestriction(restriction);
    if (actor.kind === 'visitor' && !isTheirs) throw new Refusal('forbidden');
    if (!isTheirs && restriction.toldAt === null) throw new Refusal('conflict', { fields: { told: 'required' } });
    await tx.restrictions.setLifted(visitorId, now);
    await tx.restrictions.hide(visitorId, null);
    const { siteId } = visitor;
    await tellRecipients(ctx, tx, { event: 'visitor.unrestricted', siteId, visitorId, conversationIds }, now);
    await recordAct(tx, { actor, action: 'visitor.unrestricted', object: visitorId }, now);
    return conversationIds;
  });
  for (const id of ids) showConversation(ctx, id, requestId);
}

/** What a visitor asked for themselves they end themselves; what came with an objection ends once that is decided. */
export const isOwnRestriction = ({ askedBy, ground }: RestrictionRow): boolean => askedBy === 'visitor' && ground !== 'objection';

/** True while nothing may be done with a visitor's data but keep it (GDPR Art. 18(2)): for whatever is about to. */
export async function isRestricted(reads: Reads, visitorId: string): Promise<boolean> {
  return (await reads.restrictions.inForce(visitorId)) !== null;
}
