import { BY_RETENTION, type Eraser, erase, tellErased } from '../privacy/erase.ts';
import type { ConversationRow, DataClass, RetentionDueRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import type { SubjectIds } from '../store/subject.ts';
import { formPlace, openForm } from '../visitors/keys.ts';
import { clockFor, formClock, type Standing, standingOf, stoppedUntil } from './due.ts';

/** What one look at one kind of one conversation came to. */
export interface Settled {
  kind: DataClass;
  /** Rows that went, or texts; 0 where only the clock was set again. */
  rows: number;
  /** Its visitor is gone whole. */
  gone: SubjectIds | null;
  /** A key went: whoever has it in memory must forget it. */
  shredded: string | null;
  /** Its messages have no text any more. */
  silenced: string | null;
}

type Purger = Pick<Eraser, 'store' | 'vault' | 'signing' | 'recent' | 'world'>;

/**
 * Looks at one kind of one conversation, in a transaction of its own: what is due goes, with the key when nothing is sealed
 * under it any more; for what is not, the time of the next look is noted. Null when another relay was before, or the person
 * is gone. Whoever writes in a conversation locks it first: they are before this, and it is not due, or find it ended.
 */
export async function settle(ctx: Purger, due: RetentionDueRow, now: number): Promise<Settled | null> {
  const settled = await ctx.store.write((tx) => settleIn(ctx, tx, due, now));
  if (!settled) return null;
  if (settled.shredded) ctx.vault.forget(settled.shredded);
  if (settled.silenced) {
    ctx.recent.forget(settled.silenced);
    ctx.world.messagesErased(settled.silenced);
  }
  if (settled.gone) tellErased(ctx, settled.gone);
  return settled;
}

async function settleIn(ctx: Purger, tx: Tx, { conversationId, kind }: RetentionDueRow, now: number): Promise<Settled | null> {
  const conversation = await tx.conversation(conversationId);
  if (!conversation) return null;
  const { visitorId } = conversation;
  for (const { id } of await tx.conversationsOf(visitorId)) await tx.lockConversation(id);
  if (!(await tx.lockVisitor(visitorId))) return null;
  const row = (await tx.retention.dueOf(conversationId)).find((one) => one.kind === kind);
  const standing = await standingOf(ctx, tx, visitorId);
  const noted = row?.dueAt ?? null;
  if (!standing || noted === null || noted > now) return null;
  const stopped = stoppedUntil(standing, conversationId, kind, now);
  const clock = clockFor(standing, conversationId, kind, now);
  const left = { kind, rows: 0, gone: null, shredded: null, silenced: null };
  for (const { hold: one } of standing.talks) if (one && one.until <= now) await tx.retention.deleteHold(one.conversationId);
  if (clock && (stopped !== null || clock.dueAt > now)) {
    const dueAt = Math.max(clock.dueAt, stopped ?? 0);
    await tx.retention.postpone({ conversationId, kind, since: clock.since, dueAt, held: stopped === null ? 0 : 1 });
    return left;
  }
  if (!clock) {
    // Nothing of it was ever there, or not any more: what comes anew is noted anew.
    await tx.retention.forget(conversationId, kind);
    return left;
  }
  if (kind === 'messages') return { ...left, ...(await purgeMessages(tx, standing, conversationId, now)) };
  if (kind === 'form') return { ...left, ...(await purgeForm(ctx, tx, standing, conversationId, now)) };
  if (kind === 'evidence') return { ...left, ...(await purgeEvidence(ctx, tx, standing, conversationId, now)) };
  const { certificate, ids } = await erase(ctx, tx, { visitorId }, BY_RETENTION, now);
  return { ...left, rows: certificate.ledger.covers.length, gone: ids };
}

type Purged = Pick<Settled, 'rows'> & Partial<Pick<Settled, 'shredded' | 'silenced'>>;

/** A chat that nobody ended ends here: nothing may be written under a key that is gone. */
async function purgeMessages(tx: Tx, { talks, visitor }: Standing, id: string, now: number): Promise<Purged> {
  const talk = talks.find(({ conversation }) => conversation.id === id)?.conversation as ConversationRow;
  await tx.revokeSessionsOf(id, now);
  await tx.updateConversation(id, {
    waitingSince: null,
    keptUntil: null,
    agentDeliveredSeq: talk.lastSeq,
    agentReadSeq: talk.lastSeq,
    ...(talk.status === 'open' ? { status: 'closed', closedBy: 'retention', closedAt: now } : {}),
  });
  const site = await tx.siteById(talk.siteId);
  const isRedacted = site?.settings.whenDue === 'redact';
  const rows = isRedacted ? await tx.retention.redactMessages(id, now) : await tx.retention.deleteMessages(id);
  await tx.retention.done(id, 'messages', now);
  const left = await tx.retention.countBodies(talks.map(({ conversation }) => conversation.id));
  const shredded = left === 0 && (await tx.retention.shred(visitor.id, 'messages', null));
  return { rows, silenced: id, shredded: shredded ? visitor.id : null };
}

/** What is kept for another purpose stays; a key of its own takes the place of what was shredded, as much may be put right. */
async function purgeForm(ctx: Purger, tx: Tx, standing: Standing, id: string, now: number): Promise<Purged> {
  const { visitor, fields, talks } = standing;
  const stays = fields.filter((field) => (formClock(standing, field, now)?.dueAt ?? 0) > now);
  const rows = fields.length - stays.length;
  if (stays.length > 0) {
    const keys = ctx.vault.keysOf(visitor.id, await tx.dataKeysOf(visitor.id));
    const form = openForm(keys, visitor.id, visitor.formSealed);
    const left = { name: null, email: null, ...Object.fromEntries(stays.map((field) => [field, form[field]])) };
    await tx.updateVisitorForm(visitor.id, keys.seal('form', formPlace(visitor.id), JSON.stringify(left)));
    if (!stays.includes('email')) await tx.emails.put(visitor.id, null);
    const dueAt = Math.min(...stays.map((field) => formClock(standing, field, now)?.dueAt ?? now));
    await tx.retention.postpone({ conversationId: id, kind: 'form', since: dueAt, dueAt, held: 0 });
    return { rows };
  }
  await tx.updateVisitorForm(visitor.id, null);
  // The way to find them by their address goes with the address.
  await tx.emails.put(visitor.id, null);
  const shredded = await renewKey(ctx, tx, visitor.id, 'form', now);
  for (const { conversation } of talks) await tx.retention.done(conversation.id, 'form', now);
  return { rows, shredded };
}

/** One by one, each when its own time is up; the key with the last of them. */
async function purgeEvidence(ctx: Purger, tx: Tx, standing: Standing, id: string, now: number): Promise<Purged> {
  const { visitor, evidence, talks } = standing;
  const rows = await tx.retention.deleteEvidence(evidence.filter(({ dueAt }) => dueAt <= now));
  const [next] = evidence.filter(({ dueAt }) => dueAt > now).toSorted((a, b) => a.dueAt - b.dueAt);
  if (next) {
    await tx.retention.postpone({ conversationId: id, kind: 'evidence', since: next.createdAt, dueAt: next.dueAt, held: 0 });
    return { rows };
  }
  const shredded = await renewKey(ctx, tx, visitor.id, 'evidence', now);
  for (const { conversation } of talks) await tx.retention.done(conversation.id, 'evidence', now);
  return { rows, shredded };
}

/** The old key is destroyed; under the new one nothing is sealed until the visitor withdraws, or puts something right. */
async function renewKey(
  ctx: Pick<Purger, 'vault'>,
  tx: Tx,
  visitorId: string,
  kind: 'form' | 'evidence',
  now: number,
): Promise<string | null> {
  const next = ctx.vault.mint(visitorId, now).rows.find((row) => row.class === kind) ?? null;
  return (await tx.retention.shred(visitorId, kind, next)) ? visitorId : null;
}
