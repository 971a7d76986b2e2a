import { subjectDigest } from '../ledger/subject-digest.ts';
import type { Reads } from '../store/store.ts';
import { BY_RETENTION, type Eraser, type ErasureOrder, eraseVisitor } from './erase.ts';
import { eraseConversation } from './erase-conversation.ts';
import { eraseMessage } from './erase-message.ts';
import type { LoggedErasure } from './judge-log.ts';

export interface Replayed {
  /** Visitors, or single conversations, that the backup had, and has no more. */
  erased: number;
  /** Erasures of which the backup has nothing: from before it, of whoever came after it, or done again already. */
  nothingLeft: number;
}

/**
 * Erases again whom the log says was erased and the restored database still has (PR-57). Each is found by the covered
 * entries, seq and hash: another's entry under the same number is another entry; and by the digest of the id, because who
 * agreed to nothing, or whose proof is gone, is in no entry. May be begun again at any point.
 */
export async function replayErasures(ctx: Eraser, erasures: readonly LoggedErasure[]): Promise<Replayed> {
  const done: Replayed = { erased: 0, nothingLeft: 0 };
  // Once for all of them, at the end: a file is written anew for it.
  const store = { ...ctx.store, scrub: async () => true };
  const named = await idsByDigest(ctx.store.read, erasures);
  for (const erasure of erasures) {
    if (erasure.certificate.message_id !== undefined) {
      if (await eraseAgain({ ...ctx, store }, erasure)) done.erased += 1;
      else done.nothingLeft += 1;
      continue;
    }
    const there = await stillThere(ctx.store.read, erasure);
    const order = orderOf(erasure);
    // Where no visitor went with it, one conversation was erased, and the others are not meant.
    const isWhole = erasure.certificate.counts.visitor !== 0 || order === BY_RETENTION;
    const whose = isWhole ? there.visitors : there.conversations;
    const known = erasure.subject && named.get(erasure.subject);
    if (known && (await (isWhole ? ctx.store.read.visitor(known) : ctx.store.read.conversation(known)))) whose.add(known);
    if (whose.size === 0) done.nothingLeft += 1;
    for (const id of whose) {
      if (isWhole) await eraseVisitor({ ...ctx, store }, { visitorId: id }, order);
      else await eraseConversation({ ...ctx, store }, id, order as ErasureOrder);
      done.erased += 1;
    }
  }
  return done;
}

/** One message, where the backup has its text. */
async function eraseAgain(ctx: Eraser, erasure: LoggedErasure): Promise<boolean> {
  const message = await ctx.store.read.message(erasure.certificate.message_id ?? '');
  if (!message || message.erasedAt !== null) return false;
  await eraseMessage(ctx, message.conversationId, message.id, orderOf(erasure) as ErasureOrder);
  return true;
}

/** On the same ground; by the operator, where it was an agent's act. */
function orderOf({ certificate: { by, reason } }: LoggedErasure): ErasureOrder | typeof BY_RETENTION {
  if (by === 'relay' || reason === 'retention') return BY_RETENTION;
  return { actor: { kind: by === 'visitor' ? 'visitor' : 'operator' }, reason };
}

const AT_A_TIME = 1000;

/** The ids that the database has of those that the log names by a digest alone. */
async function idsByDigest(read: Reads, erasures: readonly LoggedErasure[]): Promise<Map<string, string>> {
  const wanted = new Set(erasures.flatMap(({ subject }) => subject ?? []));
  const found = new Map<string, string>();
  for (const table of wanted.size > 0 ? (['visitor', 'conversation'] as const) : []) {
    for (let ids = await read.recovery.subjects(table, '', AT_A_TIME); ids.length > 0; ) {
      for (const id of ids) if (wanted.has(subjectDigest(id))) found.set(subjectDigest(id), id);
      ids = await read.recovery.subjects(table, ids.at(-1) ?? '', AT_A_TIME);
    }
  }
  return found;
}

async function stillThere(
  read: Reads,
  { certificate, covered }: LoggedErasure,
): Promise<{ visitors: Set<string>; conversations: Set<string> }> {
  const visitors = new Set<string>();
  const conversations = new Set<string>();
  for (const [seq, hash] of covered) {
    const entry = await read.ledgerEntry(certificate.site_id, seq);
    if (entry?.hash !== hash) continue;
    const [event] = await read.consentEventsBySeq(certificate.site_id, seq, seq);
    if (!event) continue;
    visitors.add(event.visitorId);
    conversations.add(event.conversationId);
  }
  return { visitors, conversations };
}
