import { inForce } from '../../shared/consent.ts';
import type { Context } from '../context.ts';
import { appendEvents, openEvent } from '../ledger/ledger.ts';
import { touchedPurposes } from '../notices/changes.ts';
import type { ConsentEventRow, ConversationRow, NoticeRow } from '../store/rows.ts';
import type { Reads, Tx } from '../store/store.ts';
import { visitorKeys } from '../visitors/keys.ts';
import { MEMORY_SESSION_LIFE, type Speaker } from '../visitors/sessions.ts';
import { PERSISTENCE } from './decide.ts';
import { endedRecord } from './record.ts';
import { newestByPurpose } from './states.ts';

/**
 * A visitor comes back, and meanwhile the notice changed in what they had decided on: what they agreed to does not hold
 * any more (PR-42). Where that is what the chat rests on, or the cookie that brought them, the chat is over, and the form
 * asks with the new words; the conversation keeps those under which it began. True when it is over.
 */
export async function askAgain(ctx: Context, { session, conversation }: Speaker, requestId?: string): Promise<boolean> {
  const { id, siteId, createdAt } = conversation;
  // Most come back to the words that they left.
  if (!(await ctx.store.read.noticesInForce(siteId)).some(({ publishedAt }) => publishedAt >= createdAt)) return false;
  const now = ctx.clock();
  const ended = await ctx.store.write(async (tx) => {
    const current = await tx.lockConversation(id);
    const stale = current ? await staleConsents(tx, current) : [];
    if (!current || stale.length === 0) return null;
    const keys = await visitorKeys(ctx, tx, current.visitorId);
    const how = { state: 'ConsentInvalidated', control: 'notice', action: 'publication' } as const;
    const events = stale.map(({ row }) => endedRecord(openEvent(keys, row).event, now, how));
    await appendEvents(ctx, tx, keys, events, now);
    const isOver = stale.some(({ row, isGate }) => isGate || (row.purpose === PERSISTENCE && session.persistent));
    if (isOver) await endFor(tx, current, now);
    else if (stale.some(({ row }) => row.purpose === PERSISTENCE)) await letGoOfCookie(tx, id, now);
    return isOver ? 'chat' : 'purpose';
  });
  if (ended === null) return false;
  if (ended === 'chat') ctx.world.endSessions(id, 'expired');
  ctx.world.consentsChanged(id, requestId);
  ctx.world.conversationChanged(id, requestId);
  return ended === 'chat';
}

interface Stale {
  row: ConsentEventRow;
  /** The chat rests on it. */
  isGate: boolean;
}

/** The consents in force that were given under words which are materially others than those in force in their language. */
async function staleConsents(reads: Reads, { id, siteId }: ConversationRow): Promise<Stale[]> {
  const rows = newestByPurpose(await reads.consentEventsOf(id)).filter(({ state }) => inForce(state));
  const stale = await Promise.all(
    rows.map(async (row) => {
      const agreed = await reads.noticeByHash(row.noticeHash);
      const newest = agreed && (await reads.noticeInForce(siteId, agreed.locale));
      return agreed && newest && isTouched(agreed, newest, row.purpose) ? [{ row, isGate: isGate(agreed, row.purpose) }] : [];
    }),
  );
  return stale.flat();
}

function isTouched(agreed: NoticeRow, newest: NoticeRow, purpose: string): boolean {
  return agreed.hash !== newest.hash && touchedPurposes(agreed.doc, newest.doc).includes(purpose);
}

function isGate({ doc }: NoticeRow, purpose: string): boolean {
  return doc.purposes.some(({ id, required }) => required && id === purpose);
}

/** As an end, and for good: nobody may open again what rests on nothing. */
async function endFor(tx: Tx, { id, status }: ConversationRow, now: number): Promise<void> {
  await tx.revokeSessionsOf(id, now);
  await tx.updateConversation(id, {
    consentUntil: now,
    keptUntil: null,
    waitingSince: null,
    ...(status === 'open' ? { status: 'closed', closedBy: 'notice', closedAt: now } : {}),
  });
}

/** The browser still sends it: the next frame load clears it, because no session lives by it. */
export async function letGoOfCookie(tx: Tx, conversationId: string, now: number): Promise<void> {
  for (const { tokenHash, persistent, expiresAt } of await tx.sessionsOf(conversationId)) {
    const left = Math.min(expiresAt, now + MEMORY_SESSION_LIFE);
    if (persistent) await tx.updateSession(tokenHash, { persistent: false, expiresAt: left });
  }
  await tx.updateConversation(conversationId, { keptUntil: null });
}
