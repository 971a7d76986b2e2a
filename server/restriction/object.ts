import type { AuditActor } from '../../shared/audit.ts';
import { newId } from '../../shared/ids.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import type { ObjectionFact } from '../../shared/restriction.ts';
import type { DecideObjectionRequest } from '../../shared/rights-requests.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { noticeBegunUnder } from '../notices/begun-under.ts';
import type { ObjectionRow } from '../store/restrictions.ts';
import type { NoticeRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';
import { visitorKeys } from '../visitors/keys.ts';
import { tellRecipients } from '../webhooks/tell.ts';
import { hideConversation } from './keep-restricted.ts';
import { lockSubject, type Restrictor, restrictIn } from './restrict.ts';

/**
 * Objection (PR-53, GDPR Art. 21). It is no withdrawal: nothing was agreed to, so nothing of it stands among the consents.
 * From the moment it is made the purpose stands still; it goes on only once somebody has looked at it and said why.
 */

const answerPlace = (id: string) => ({ table: 'objection', column: 'answer', row: id });

/** The words that a conversation began under. @throws Refusal `not_found` */
export async function noticeOf(reads: Reads, conversationId: string): Promise<NoticeRow> {
  const conversation = await reads.conversation(conversationId);
  if (!conversation) throw new Refusal('not_found');
  return noticeBegunUnder(reads, conversation);
}

export function isGate({ purposes }: Pick<NoticeDoc, 'purposes'>, purpose: string): boolean {
  return (purposes.find(({ required }) => required) ?? purposes[0])?.id === purpose;
}

/** What can be objected to: purposes that rest on a legitimate interest. */
export function objectablePurposes({ purposes }: Pick<NoticeDoc, 'purposes'>): string[] {
  return purposes.filter(({ legalBasis }) => legalBasis === 'legitimate_interest').map(({ id }) => id);
}

/**
 * A visitor objects to a purpose. Where the chat itself rests on it, their data is restricted until it is decided (Art.
 * 18(1)(d)). Made twice it is as made once.
 * @throws Refusal `not_found` for a purpose that rests on anything else than a legitimate interest.
 */
export async function objectTo(
  ctx: Restrictor,
  conversationId: string,
  purpose: string,
  actor: Exclude<AuditActor, { kind: 'relay' }>,
  requestId?: string,
): Promise<ObjectionRow> {
  const now = ctx.clock();
  const { row, hidden } = await ctx.store.write(async (tx) => {
    const locked = await lockSubject(tx, { conversationId });
    const { visitor, conversationIds } = locked;
    const { doc, hash } = await noticeOf(tx, conversationId);
    if (!objectablePurposes(doc).includes(purpose)) throw new Refusal('not_found');
    const known = (await tx.restrictions.objectionsOf(visitor.id)).find((one) => one.purpose === purpose && isInForce(one));
    if (known) return { row: known, hidden: [] };
    const { id: visitorId, siteId } = visitor;
    const undecided = { state: 'pending', reason: null, answerSealed: null, decidedAt: null } as const;
    const row: ObjectionRow = {
      id: newId(now),
      siteId,
      visitorId,
      conversationId,
      purpose,
      noticeHash: hash,
      at: now,
      ...undecided,
    };
    await tx.restrictions.insertObjection(row);
    const news = { siteId, visitorId, conversationIds, purposes: [purpose], state: 'pending' };
    await tellRecipients(ctx, tx, { event: 'processing.objected', ...news }, now);
    await recordAct(tx, { actor, action: 'processing.objected', object: visitorId }, now);
    if (!isGate(doc, purpose)) return { row, hidden: [] };
    await restrictIn(ctx, tx, locked, { actor, ground: 'objection' }, now);
    return { row, hidden: conversationIds };
  });
  for (const id of hidden) hideConversation(ctx, id, requestId);
  return row;
}

/**
 * Whoever looks after privacy has weighed it. The answer is the person's to read; recipients learn how it ended. A
 * restriction that came with it stays until the person knows and it is lifted, by a step of its own.
 * @throws Refusal `not_found`; `conflict` where it is decided already.
 */
export async function decideObjection(
  ctx: Restrictor,
  actor: Extract<AuditActor, { kind: 'agent' }>,
  input: DecideObjectionRequest,
): Promise<void> {
  const now = ctx.clock();
  const ids = await ctx.store.write(async (tx) => {
    const objection = await tx.restrictions.objection(input.id);
    if (!objection) throw new Refusal('not_found');
    const { id, siteId, visitorId, purpose } = objection;
    const { conversationIds } = await lockSubject(tx, { visitorId });
    const { state } = (await tx.restrictions.objection(id)) ?? objection;
    if (state !== 'pending') throw new Refusal('conflict');
    const keys = await visitorKeys(ctx, tx, visitorId);
    await tx.restrictions.decideObjection({
      id,
      state: input.state,
      reason: input.state === 'overruled' ? input.reason : null,
      answerSealed: keys.seal('consent', answerPlace(id), input.answer),
      decidedAt: now,
    });
    const news = { siteId, visitorId, conversationIds, purposes: [purpose], state: input.state };
    await tellRecipients(ctx, tx, { event: 'processing.objected', ...news }, now);
    await recordAct(tx, { actor, action: 'objection.decided', object: visitorId }, now);
    return conversationIds;
  });
  for (const id of ids) ctx.world.conversationChanged(id);
}

const isInForce = ({ state }: Pick<ObjectionRow, 'state'>): boolean => state !== 'overruled';

/**
 * True while a visitor's objection holds a purpose: while it is looked at, and for good once it was upheld. For whatever is
 * about to act on a legitimate interest.
 */
export async function isObjectedTo(reads: Reads, visitorId: string, purpose: string): Promise<boolean> {
  return (await reads.restrictions.objectionsOf(visitorId)).some((one) => one.purpose === purpose && isInForce(one));
}

/** An objection with its answer opened. */
export function presentObjection(keys: VisitorKeys, row: ObjectionRow): ObjectionFact {
  const { id, purpose, at, state, decidedAt, reason, answerSealed } = row;
  const answer = answerSealed && keys.openText('consent', answerPlace(id), answerSealed);
  return { id, purpose, at, state, decidedAt, reason, answer };
}

/** Those of a visitor, as they are told. */
export async function objectionsOf(ctx: Pick<Context, 'vault'>, reads: Reads, visitorId: string): Promise<ObjectionFact[]> {
  const rows = await reads.restrictions.objectionsOf(visitorId);
  if (rows.length === 0) return [];
  const keys = await visitorKeys(ctx, reads, visitorId);
  return rows.map((row) => presentObjection(keys, row));
}
