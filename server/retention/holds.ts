import { newId } from '../../shared/ids.ts';
import { HOLD_MOST, HOLD_REASON_MAX } from '../../shared/limits.ts';
import type { Hold, HoldRequest } from '../../shared/retention.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { HoldRow } from '../store/rows.ts';
import type { Reads, Tx } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';
import { keysToSeal, visitorKeys } from '../visitors/keys.ts';

export const reasonPlace = (id: string) => ({ table: 'legal_hold', column: 'reason', row: id });
export const openReason = (keys: VisitorKeys, { id, reasonSealed }: HoldRow): string =>
  keys.openText('consent', reasonPlace(id), reasonSealed);

/**
 * Stops the clocks of a conversation until a day on which somebody looks again (PR-61). It stops clocks and nothing else:
 * what its visitor asks for is done all the same. A second one takes the place of the first.
 * @throws Refusal `not_found`, `invalid` for no reason, or for an end that is past or too far away.
 */
export async function setHold(
  ctx: Context,
  actor: AgentActor,
  { conversationId, reason: given, until }: HoldRequest,
): Promise<void> {
  const now = ctx.clock();
  const reason = given.normalize('NFC').trim();
  const fields: Record<string, string> = {};
  if (reason === '' || [...reason].length > HOLD_REASON_MAX || !reason.isWellFormed()) fields.reason = 'invalid';
  if (until <= now || until > now + HOLD_MOST) fields.until = 'invalid';
  if (Object.keys(fields).length > 0) throw new Refusal('invalid', { fields });
  await ctx.store.write(async (tx) => {
    const conversation = await tx.lockConversation(conversationId);
    if (!conversation) throw new Refusal('not_found');
    const keys = await keysToSeal(ctx, tx, conversation.visitorId);
    const id = newId(now);
    const reasonSealed = keys.seal('consent', reasonPlace(id), reason);
    await tx.retention.upsertHold({ conversationId, id, reasonSealed, agentId: actor.id, setAt: now, until });
    await lookAtAll(tx, conversation.visitorId, now);
    await recordAct(tx, { actor, action: 'hold.set', object: conversationId }, now);
  });
}

/** @throws Refusal `not_found` when none stands. */
export async function liftHold(ctx: Context, actor: AgentActor, conversationId: string): Promise<void> {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    const conversation = await tx.lockConversation(conversationId);
    if (!conversation || !(await tx.retention.deleteHold(conversationId))) throw new Refusal('not_found');
    await lookAtAll(tx, conversation.visitorId, now);
    await recordAct(tx, { actor, action: 'hold.lifted', object: conversationId }, now);
  });
}

/** What is the visitor's is held with any of their conversations. */
async function lookAtAll(tx: Tx, visitorId: string, now: number): Promise<void> {
  for (const { id } of await tx.conversationsOf(visitorId)) await tx.retention.lookAgain(id, now);
}

/** As it is shown; the reason only to who may read it. Null once it has ended. */
export async function presentHold(
  ctx: Pick<Context, 'vault' | 'clock'>,
  reads: Reads,
  hold: HoldRow | null,
  mayRead: boolean,
): Promise<Hold | null> {
  if (!hold || hold.until <= ctx.clock()) return null;
  const { conversationId, agentId, setAt, until } = hold;
  const conversation = await reads.conversation(conversationId);
  if (!conversation) return null;
  const by = (await reads.agentById(agentId))?.name ?? agentId;
  const reason = mayRead ? openReason(await visitorKeys(ctx, reads, conversation.visitorId), hold) : null;
  return { conversationId, by, setAt, until, reason };
}
