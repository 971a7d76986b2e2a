import type { Certificate } from '../../shared/erasure.ts';
import { newId } from '../../shared/ids.ts';
import { recordAct } from '../audit/act.ts';
import { Refusal } from '../errors.ts';
import { certificateOf, signedErasure } from '../ledger/certificate.ts';
import { appendTombstone } from '../ledger/ledger.ts';
import { subjectDigest } from '../ledger/subject-digest.ts';
import type { Reads, Tx } from '../store/store.ts';
import type { SubjectCounts } from '../store/subject.ts';
import { type Eraser, type ErasureOrder, eraseVisitor, logged, scrub } from './erase.ts';

/**
 * Forgets one conversation of a visitor who has others: its rows, its records with their salts, and the evidence of its
 * acts. The keys stay, because the rest is sealed under them; what was sealed is deleted. The last conversation takes its
 * visitor with it. @throws Refusal `not_found` when there is none, or not any more.
 */
export async function eraseConversation(ctx: Eraser, conversationId: string, order: ErasureOrder): Promise<Certificate> {
  const now = ctx.clock();
  const certificate = await ctx.store.write((tx) => eraseOnly(ctx, tx, conversationId, order, now));
  if (!certificate) return (await eraseVisitor(ctx, { conversationId }, order)).certificate;
  ctx.recent.forget(conversationId);
  ctx.world.conversationErased(conversationId);
  await logged(ctx);
  await scrub(ctx);
  return certificate;
}

/** What that would take, as counts; nothing is changed. @throws Refusal `not_found`. */
export async function previewConversation(
  reads: Reads,
  conversationId: string,
): Promise<{ counts: SubjectCounts; entries: number }> {
  if (!(await reads.conversation(conversationId))) throw new Refusal('not_found');
  const covers = await reads.consentEventsOf(conversationId);
  return { counts: await reads.subjectCounts({ conversationId }), entries: covers.length };
}

/** Null where it is the only one of its visitor. */
export async function eraseOnly(
  ctx: Pick<Eraser, 'signing'>,
  tx: Tx,
  conversationId: string,
  { actor, reason }: ErasureOrder,
  now: number,
): Promise<Certificate | null> {
  const conversation = await tx.conversation(conversationId);
  if (!conversation) throw new Refusal('not_found');
  const { siteId, visitorId } = conversation;
  const all = await tx.conversationsOf(visitorId);
  for (const { id } of all) await tx.lockConversation(id);
  if (!(await tx.lockVisitor(visitorId)) || !(await tx.conversation(conversationId))) throw new Refusal('not_found');
  if (all.length < 2) return null;
  const covers = (await tx.consentEventsOf(conversationId)).map(({ seq }) => seq);
  const counts = await tx.subjectCounts({ conversationId });
  const id = newId(now);
  await tx.deleteSubject({ conversationId }, id);
  const left = Object.entries(await tx.subjectCounts({ conversationId })).filter(([, count]) => count > 0);
  if (left.length > 0) throw new Error(`an erasure left rows in ${left.map(([table]) => table).join(', ')}`);
  await recordAct(tx, { actor, action: 'conversation.erased', object: id, detail: { reason } }, now);
  const { seq, hash } = await appendTombstone(tx, siteId, { covers, reason: 'erasure' }, now);
  const row = signedErasure(
    ctx.signing,
    { siteId, seq, id, at: now, by: actor.kind, reason, counts, messageId: null, subjectDigest: subjectDigest(conversationId) },
    hash,
    covers,
  );
  await tx.insertErasure(row);
  return certificateOf(row, hash, covers);
}
