import type { Withdrawn, WithdrawRequest } from '../../shared/api.ts';
import { inForce } from '../../shared/consent.ts';
import type { NoticePurpose } from '../../shared/notice.ts';
import type { Context } from '../context.ts';
import { readingOf } from '../conversations/reading.ts';
import { Refusal } from '../errors.ts';
import { appendEvents } from '../ledger/ledger.ts';
import { noticeBegunUnder, restsOnConsent } from '../notices/begun-under.ts';
import { survivorsOf } from '../privacy/survivors.ts';
import type { ConsentEventRow, ConversationRow, NoticeRow, SessionRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { visitorKeys } from '../visitors/keys.ts';
import { rightsSession, tokenHash } from '../visitors/sessions.ts';
import { openAct } from './act.ts';
import { letGoOfCookie } from './ask-again.ts';
import { currentConversation, decidedIn, tell } from './decide.ts';
import type { RequestEvidence } from './evidence.ts';
import { consentRecord, type Decision, tellWithdrawn } from './record.ts';
import { newestByPurpose } from './states.ts';

/** Whoever withdraws: the page by its session, a receipt by its link, the desk for whoever asked it to. */
type WithdrawalInput = Omit<WithdrawRequest, 'session' | 'nextSession' | 'action'> & { action: string };

/**
 * Takes back everything that is in force, at once: events in the ledger, and, where the chat rests on consent, sessions
 * void, sockets closed, the conversation locked (PR-45, PR-46, PR-47). What was done before stays lawful and provable. `left`: the page that does it,
 * with the token under which it can ask for what is a right afterwards.
 */
export async function withdrawAll(
  ctx: Context,
  conversationId: string,
  input: WithdrawalInput,
  from: RequestEvidence,
  left: { session: SessionRow; token: string } | null = null,
): Promise<Withdrawn> {
  const now = ctx.clock();
  const isOver = await ctx.store.write(async (tx) => {
    const conversation = await currentConversation(tx, conversationId, now, false);
    const rows = newestByPurpose(await tx.consentEventsOf(conversation.id)).filter((row) => inForce(row.state));
    const ends = restsOnConsent((await noticeBegunUnder(tx, conversation)).doc);
    const keys = await visitorKeys(ctx, tx, conversation.visitorId);
    const decisions = await Promise.all(rows.map((row) => withdrawal(tx, row, input)));
    const newest = decisions[0]?.notice;
    if (newest) {
      const act = await openAct(ctx, tx, conversation, newest, input, from, now);
      const events = decisions.map(({ notice, ...decision }) => consentRecord(ctx, { ...act, notice }, decision));
      await tellWithdrawn(ctx, tx, events, now);
      await appendEvents(ctx, tx, keys, events, now);
    }
    if (!ends) return goOn(tx, conversation, left, now);
    // Where the page has ended the chat under this very token, it keeps what it holds.
    const own = left && tokenHash(left.token);
    const revoked = await tx.revokeSessionsOf(conversation.id, now, own === left?.session.tokenHash ? own : undefined);
    if (left && revoked.includes(left.session.tokenHash)) await tx.insertSession(rightsSession(left.session, left.token, now));
    await tx.updateConversation(conversation.id, {
      withdrawnAt: now,
      keptUntil: null,
      waitingSince: null,
      ...(conversation.status === 'open' ? { status: 'closed', closedBy: 'withdrawal', closedAt: now } : {}),
    });
    return true;
  });
  if (isOver) ctx.world.endSessions(conversationId, 'withdrawn');
  tell(ctx, conversationId, from.requestId);
  return withdrawnAs(ctx, conversationId);
}

/**
 * The chat rests on another ground and goes on; what lived by the cookie ends with this page (PR-48, GDPR Rec. 42: no
 * detriment). A page whose chat was over already asks on under the token that it sent.
 */
async function goOn(
  tx: Tx,
  { id }: ConversationRow,
  left: { session: SessionRow; token: string } | null,
  now: number,
): Promise<boolean> {
  await letGoOfCookie(tx, id, now);
  await tx.updateConversation(id, { keptUntil: null });
  const isNew = left !== null && left.session.scope === 'rights' && tokenHash(left.token) !== left.session.tokenHash;
  // A try whose answer was lost has done so already.
  if (isNew && !(await tx.session(tokenHash(left.token)))) await tx.insertSession(rightsSession(left.session, left.token, now));
  return false;
}

/** How a conversation stands after its withdrawal: also for a page whose first try was answered into the void. */
export async function withdrawnAs(ctx: Context, conversationId: string): Promise<Withdrawn> {
  const conversation = await ctx.store.read.conversation(conversationId);
  if (!conversation) throw new Refusal('not_found');
  const { read } = ctx.store;
  return {
    ...(await decidedIn(ctx, conversationId)),
    reading: await readingOf(read, conversation),
    survivors: await survivorsOf(ctx, read, { conversationId }),
  };
}

async function withdrawal(tx: Tx, row: ConsentEventRow, input: WithdrawalInput): Promise<Decision & { notice: NoticeRow }> {
  const notice = await tx.noticeByHash(row.noticeHash);
  const purpose: NoticePurpose | undefined = notice?.doc.purposes.find((one) => one.id === row.purpose);
  if (!notice || !purpose) throw new Error('a consent event without its notice');
  return { notice, purpose, state: 'ConsentWithdrawn', control: input.control, action: input.action, prevRecordId: row.recordId };
}
