import type { AuditActor } from '../../shared/audit.ts';
import type { Certificate, ErasureReason } from '../../shared/erasure.ts';
import { newId } from '../../shared/ids.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { certificateOf, signedErasure } from '../ledger/certificate.ts';
import { appendTombstone } from '../ledger/ledger.ts';
import { subjectDigest } from '../ledger/subject-digest.ts';
import { type Reads, StoreUnavailable, type Tx } from '../store/store.ts';
import type { SubjectCounts, SubjectIds } from '../store/subject.ts';
import { tellRecipients } from '../webhooks/tell.ts';
import { type Subject, visitorOf } from './subject.ts';

/** What erasing needs of a relay, or of a command beside it. */
export type Eraser = Pick<Context, 'store' | 'vault' | 'signing' | 'recent' | 'world' | 'clock' | 'erasureLog'>;

export interface ErasureOrder {
  actor: Exclude<AuditActor, { kind: 'relay' }>;
  reason: ErasureReason;
  /** What is looked at and locked before anything else of the same transaction, and what is written in it. */
  also?: { lock(tx: Tx): Promise<void>; write(tx: Tx, erasureId: string): Promise<void> };
}

/** Nobody asks: everything of a visitor has been kept long enough. */
export const BY_RETENTION = { actor: { kind: 'relay' }, reason: 'retention' } as const;

export interface Erased {
  certificate: Certificate;
  /** Names of the recipients who are told to do the same (GDPR Art. 19). */
  told: string[];
  /** False where the bytes could not be taken out of the files at once: a running relay tries again. */
  scrubbed: boolean;
  /** False where it could not be written into the erasure log at once: a running relay, or the next start, does. */
  logged: boolean;
}

/**
 * Forgets a visitor: every row of theirs, their keys, the salts that open the ledger's commitments (PR-54, PR-56). The
 * ledger's entries stay, with one more that names those of them that cover nothing now (PR-44); so does the certificate,
 * which names nobody (PR-58). Nothing holds it up: neither an open chat nor one who writes meanwhile.
 * @throws Refusal `not_found` when there is no such visitor, or not any more.
 */
export async function eraseVisitor(ctx: Eraser, subject: Subject, order: ErasureOrder | typeof BY_RETENTION): Promise<Erased> {
  const { certificate, told } = await eraseOne(ctx, subject, order);
  return { certificate, told, logged: await logged(ctx), scrubbed: await scrub(ctx) };
}

/** The same for several, one after the other; the files are gone through once. Who is gone already is passed over. */
export async function eraseVisitors(ctx: Eraser, visitorIds: readonly string[], order: ErasureOrder): Promise<Certificate[]> {
  const certificates: Certificate[] = [];
  try {
    for (const visitorId of visitorIds) {
      const erased = await eraseOne(ctx, { visitorId }, order).catch((error: unknown) => {
        if (error instanceof Refusal && error.code === 'not_found') return null;
        throw error;
      });
      if (!erased) continue;
      certificates.push(erased.certificate);
      await logged(ctx);
    }
  } finally {
    if (certificates.length > 0) await scrub(ctx);
  }
  return certificates;
}

async function eraseOne(
  ctx: Eraser,
  subject: Subject,
  order: ErasureOrder | typeof BY_RETENTION,
): Promise<Pick<Erased, 'certificate' | 'told'>> {
  const now = ctx.clock();
  const { certificate, ids, told } = await ctx.store.write((tx) => erase(ctx, tx, subject, order, now));
  tellErased(ctx, ids);
  return { certificate, told };
}

/** After the commit: nothing of the visitor stays in this relay's memory or on a screen. */
export function tellErased(ctx: Pick<Eraser, 'vault' | 'recent' | 'world'>, ids: SubjectIds): void {
  ctx.vault.forget(ids.visitorId);
  for (const id of ids.conversationIds) {
    ctx.recent.forget(id);
    ctx.world.conversationErased(id);
  }
}

/** What an erasure would take, as counts; nothing is changed. @throws Refusal `not_found` as `eraseVisitor`. */
export async function previewErasure(
  reads: Reads,
  subject: Subject,
): Promise<{ counts: SubjectCounts; entries: number; conversations: number }> {
  const ids = await subjectIds(reads, subject);
  if (!(await reads.visitor(ids.visitorId))) throw new Refusal('not_found');
  const covers = await reads.consentEventsOfVisitor(ids.visitorId);
  return { counts: await reads.subjectCounts(ids), entries: covers.length, conversations: ids.conversationIds.length };
}

async function subjectIds(reads: Reads, subject: Subject): Promise<SubjectIds> {
  const visitorId = await visitorOf(reads, subject);
  return { visitorId, conversationIds: (await reads.conversationsOf(visitorId)).map(({ id }) => id) };
}

/** The same inside the caller's transaction, who tells after the commit. @throws Refusal `not_found` as `eraseVisitor`. */
export async function erase(
  ctx: Pick<Eraser, 'signing' | 'vault'>,
  tx: Tx,
  subject: Subject,
  { actor, reason, also }: ErasureOrder | (typeof BY_RETENTION & { also?: undefined }),
  now: number,
): Promise<{ certificate: Certificate; ids: SubjectIds; told: string[] }> {
  await also?.lock(tx);
  const ids = await subjectIds(tx, subject);
  // Whoever writes in a conversation locks it first: they are before this, or find it gone.
  for (const id of ids.conversationIds) await tx.lockConversation(id);
  const visitor = await tx.lockVisitor(ids.visitorId);
  if (!visitor) throw new Refusal('not_found');
  const { siteId } = visitor;
  const covers = (await tx.consentEventsOfVisitor(ids.visitorId)).map(({ seq }) => seq);
  const counts = await tx.subjectCounts(ids);
  const id = newId(now);
  await tx.deleteSubject(ids, id);
  const left = Object.entries(await tx.subjectCounts(ids)).filter(([, count]) => count > 0);
  if (left.length > 0) throw new Error(`an erasure left rows in ${left.map(([table]) => table).join(', ')}`);
  // Nothing that they were told before is kept of them; this one is, sealed, until they say that it is done (Art. 19).
  const told = await tellRecipients(ctx, tx, { event: 'visitor.erased', siteId, ...ids, erasureId: id }, now);
  await recordAct(tx, { actor, action: 'visitor.erased', object: id, detail: { reason, recipients: told.length } }, now);
  await also?.write(tx, id);
  // Last, so that the site's head is locked for the shortest time.
  const { seq, hash } = await appendTombstone(tx, siteId, { covers, reason: reason === 'retention' ? reason : 'erasure' }, now);
  const row = signedErasure(
    ctx.signing,
    { siteId, seq, id, at: now, by: actor.kind, reason, counts, messageId: null, subjectDigest: subjectDigest(ids.visitorId) },
    hash,
    covers,
  );
  await tx.insertErasure(row);
  return { certificate: certificateOf(row, hash, covers), ids, told };
}

/** It is erased in any case, and has to be answered so. */
export async function logged(ctx: Eraser): Promise<boolean> {
  try {
    await ctx.erasureLog.complete(ctx);
    return true;
  } catch {
    return false;
  }
}

/** The same. */
export async function scrub({ store }: Pick<Eraser, 'store'>): Promise<boolean> {
  try {
    return await store.scrub();
  } catch (error) {
    if (error instanceof StoreUnavailable) return false;
    throw error;
  }
}
