import type { Certificate } from '../../shared/erasure.ts';
import { newId } from '../../shared/ids.ts';
import { recordAct } from '../audit/act.ts';
import { presentErased } from '../conversations/present.ts';
import { Refusal } from '../errors.ts';
import { certificateOf, signedErasure } from '../ledger/certificate.ts';
import { appendTombstone } from '../ledger/ledger.ts';
import type { Tx } from '../store/store.ts';
import { type Eraser, type ErasureOrder, logged, scrub } from './erase.ts';

/**
 * Forgets the text of one message. That somebody wrote at that time stays, because the numbers of a conversation have no
 * gaps; the key stays, because the rest is sealed under it. The entry covers no event, and is what a restore finds it by.
 * @throws Refusal `not_found` where there is no such message, or no text of it any more.
 */
export async function eraseMessage(
  ctx: Eraser,
  conversationId: string,
  messageId: string,
  order: ErasureOrder,
): Promise<Certificate> {
  const now = ctx.clock();
  const certificate = await ctx.store.write((tx) => eraseText(ctx, tx, conversationId, messageId, order, now));
  ctx.recent.forget(conversationId);
  // It is done, whether or not it can be told just now: the next look for erasures tells it again.
  await tellMessageErased(ctx, messageId).catch(() => undefined);
  await logged(ctx);
  await scrub(ctx);
  return certificate;
}

/** After the commit, here or on another relay: no screen goes on showing what it said. */
export async function tellMessageErased({ store, world }: Pick<Eraser, 'store' | 'world'>, messageId: string): Promise<void> {
  const row = await store.read.message(messageId);
  if (row) world.messageErased(row.conversationId, presentErased(row));
}

async function eraseText(
  ctx: Pick<Eraser, 'signing'>,
  tx: Tx,
  conversationId: string,
  messageId: string,
  { actor, reason }: ErasureOrder,
  now: number,
): Promise<Certificate> {
  const conversation = await tx.lockConversation(conversationId);
  if (!conversation || (await tx.retention.redactMessage(conversationId, messageId, now)) === 0) throw new Refusal('not_found');
  const { siteId } = conversation;
  const id = newId(now);
  await recordAct(tx, { actor, action: 'message.erased', object: conversationId, detail: { reason } }, now);
  const { seq, hash } = await appendTombstone(tx, siteId, { covers: [], reason: 'erasure' }, now);
  const counts = { message: 1 };
  const row = signedErasure(
    ctx.signing,
    { siteId, seq, id, at: now, by: actor.kind, reason, counts, messageId, subjectDigest: null },
    hash,
    [],
  );
  await tx.insertErasure(row);
  return certificateOf(row, hash, []);
}
