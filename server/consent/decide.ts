import type { Decided, DecideRequest } from '../../shared/api.ts';
import { type EventState, inForce } from '../../shared/consent.ts';
import { noticeHead } from '../../shared/notice.ts';
import type { Context } from '../context.ts';
import { presentVisitorConversation } from '../conversations/present.ts';
import { Refusal } from '../errors.ts';
import { appendEvents } from '../ledger/ledger.ts';
import { touchedPurposes } from '../notices/changes.ts';
import { settingsInForce } from '../notices/generated.ts';
import type { ConsentEventRow, ConversationRow, NoticeRow, SessionRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { visitorKeys } from '../visitors/keys.ts';
import { consentFault, MEMORY_SESSION_LIFE, type Speaker, tokenHash } from '../visitors/sessions.ts';
import { openAct } from './act.ts';
import type { RequestEvidence } from './evidence.ts';
import { isSignalledOff } from './gpc.ts';
import { wayOf } from './manager.ts';
import { consentRecord, tellWithdrawn } from './record.ts';
import { consentStates, newestByPurpose } from './states.ts';

/** The purpose of the chat cookie. */
export const PERSISTENCE = 'persistence';

/** Events of one conversation, beyond which only what takes back is taken. */
const EVENTS_MAX = 100;

/** What the edge does with the chat cookie after a decision. */
export interface CookieChange {
  cookie: 'set' | 'clear' | 'keep';
  /** Milliseconds, for `set`. */
  life: number;
}

/**
 * One decision about one purpose inside a conversation: the cookie question, or an optional purpose of the form.
 * Each is an event of its own in the ledger, a refusal too (PR-34). The same act twice changes nothing.
 * @throws Refusal `not_found` for a purpose that is not asked, `notice_unknown`, `consent_withdrawn`, `conversation_closed`.
 */
export async function decidePurpose(
  ctx: Context,
  speaker: Speaker,
  input: DecideRequest,
  from: RequestEvidence,
): Promise<Decided & { change: CookieChange }> {
  const now = ctx.clock();
  const site = await ctx.store.read.siteById(speaker.conversation.siteId);
  if (!site) throw new Refusal('not_found');
  const shown = await ctx.store.read.noticeByHash(input.noticeHash);
  // As long as the words say, whatever the setting has become since they were published.
  const life = shown ? settingsInForce(site.settings, shown.doc).cookieLife : site.settings.cookieLife;
  const ended = await ctx.store.write(async (tx) => {
    const conversation = await currentConversation(tx, speaker.conversation.id, now, input.granted);
    if (conversation.status === 'closed' && input.granted) throw new Refusal('conversation_closed');
    if (isRepeat(await tx.consentEventsOfAct(input.actId), conversation.id, input, from.gpc)) return [];
    const notice = await noticeShown(tx, conversation, input);
    const purpose = notice.doc.purposes.find((one) => one.id === input.purpose && one.legalBasis === 'consent' && !one.required);
    if (!purpose) throw new Refusal('not_found');
    const recorded = await tx.consentEventsOf(conversation.id);
    const before = newestByPurpose(recorded).find((row) => row.purpose === purpose.id) ?? null;
    // Nobody makes up their mind so often; each event is kept, signed and read again for years.
    const takesBack = !input.granted && before !== null && inForce(before.state);
    if (recorded.length >= EVENTS_MAX && !takesBack) throw new Refusal('rate_limited');
    const keys = await visitorKeys(ctx, tx, conversation.visitorId);
    const act = await openAct(ctx, tx, conversation, notice, input, from, now);
    const off = isSignalledOff(purpose, from);
    const decision = {
      purpose,
      state: nextState(input.granted && !off, before),
      ...(off && { by: 'gpc' as const }),
      ...wayOf(input, purpose),
      prevRecordId: before?.recordId ?? null,
    };
    const revoked = purpose.id === PERSISTENCE ? await persist(tx, speaker.session, conversation, input, now, life) : [];
    const event = consentRecord(ctx, act, decision);
    await tellWithdrawn(ctx, tx, [event], now);
    await appendEvents(ctx, tx, keys, [event], now);
    return revoked;
  });
  if (ended.length > 0) ctx.world.endSessions(speaker.conversation.id, 'replaced', ended);
  tell(ctx, speaker.conversation.id, from.requestId);
  const decided = await decidedIn(ctx, speaker.conversation.id);
  const cookie = input.purpose !== PERSISTENCE ? 'keep' : input.granted ? 'set' : 'clear';
  return { ...decided, change: { cookie, life } };
}

/**
 * True when the act is recorded as this very decision.
 * @throws Refusal `conflict` when it stands for another: a cookie must never follow an act without an event of its own.
 */
function isRepeat(rows: ConsentEventRow[], conversationId: string, input: DecideRequest, gpc: boolean): boolean {
  const [row] = rows;
  if (!row) return false;
  // What was granted under the browser's signal was recorded as denied.
  const isAnswered = inForce(row.state) ? input.granted : !input.granted || gpc;
  const same = row.conversationId === conversationId && row.purpose === input.purpose && isAnswered;
  if (rows.length > 1 || !same) throw new Refusal('conflict');
  return true;
}

/**
 * The browser did not keep the cookie that was accepted. What the visitor agreed to stands as it was given; but the
 * chat ends with the page all the same, so nothing says that it lasts, and the agents see when the page goes.
 */
export async function cookieLost(ctx: Context, { session, conversation }: Speaker): Promise<void> {
  if (!session.persistent) return;
  await ctx.store.write(async (tx) => {
    await tx.updateSession(session.tokenHash, { persistent: false, expiresAt: ctx.clock() + MEMORY_SESSION_LIFE });
    await tx.updateConversation(conversation.id, { keptUntil: null });
  });
  ctx.world.conversationChanged(conversation.id);
}

/**
 * The conversation, locked until its events are written, so that nothing is decided on what another relay is changing.
 * What is taken back may be taken back after the chat's own consent has run out; what is granted may not be granted.
 */
export async function currentConversation(tx: Tx, id: string, now: number, isGrant: boolean): Promise<ConversationRow> {
  const conversation = await tx.lockConversation(id);
  if (!conversation) throw new Refusal('not_found');
  const fault = consentFault(conversation, now);
  if (fault && (isGrant || fault === 'consent_withdrawn')) throw new Refusal(fault);
  return conversation;
}

/**
 * The words may be those in force, or those under which this conversation began; but nobody agrees any more to what
 * those in force say otherwise (PR-42).
 */
async function noticeShown(
  tx: Tx,
  conversation: ConversationRow,
  { noticeHash: hash, purpose, granted }: DecideRequest,
): Promise<NoticeRow> {
  const notice = await tx.noticeByHash(hash);
  const known = notice?.siteId === conversation.siteId ? notice : null;
  if (known) {
    const newest = await tx.noticeInForce(conversation.siteId, known.locale);
    const began =
      conversation.noticeHash === hash || (await tx.consentEventsOf(conversation.id)).some((row) => row.noticeHash === hash);
    if (began && granted && newest && newest.hash !== hash && touchedPurposes(known.doc, newest.doc).includes(purpose))
      throw otherWords(newest);
    if (newest?.hash === hash || began) return known;
  }
  const began = conversation.noticeHash ?? (await tx.consentEventsOf(conversation.id))[0]?.noticeHash;
  throw otherWords(began ? await tx.noticeByHash(began) : null);
}

/** The words to be asked with instead. */
function otherWords(notice: NoticeRow | null): Refusal {
  return new Refusal('notice_unknown', notice ? { body: { notice: { hash: notice.hash, doc: noticeHead(notice.doc) } } } : {});
}

function nextState(granted: boolean, before: ConsentEventRow | null): EventState {
  if (granted) return before && inForce(before.state) ? 'RenewedConsentGiven' : 'ConsentGiven';
  return before && inForce(before.state) ? 'ConsentWithdrawn' : 'ConsentRefused';
}

/**
 * Accept makes the speaking session the cookie's. Giving it up moves the page to a fresh token in its memory, and
 * ends the sessions that lived by the cookie, which other tabs may share. Gives the hashes that ended.
 */
async function persist(
  tx: Tx,
  session: SessionRow,
  conversation: ConversationRow,
  input: DecideRequest,
  now: number,
  life: number,
): Promise<string[]> {
  if (input.granted) {
    await tx.updateSession(session.tokenHash, { persistent: true, expiresAt: now + life });
    await tx.updateConversation(conversation.id, { keptUntil: now + life });
    return [];
  }
  await tx.updateConversation(conversation.id, { keptUntil: null });
  if (!session.persistent) return [];
  if (!input.nextSession) throw new Refusal('invalid', { fields: { nextSession: 'required' } });
  const next = tokenHash(input.nextSession);
  await tx.insertSession({
    ...session,
    tokenHash: next,
    persistent: false,
    createdAt: now,
    expiresAt: now + MEMORY_SESSION_LIFE,
    revokedAt: null,
  });
  return tx.revokeSessionsOf(conversation.id, now, next);
}

export function tell(ctx: Context, conversationId: string, requestId?: string): void {
  ctx.world.consentsChanged(conversationId, requestId);
  ctx.world.conversationChanged(conversationId, requestId);
}

export async function decidedIn(ctx: Context, conversationId: string): Promise<Decided> {
  const conversation = await ctx.store.read.conversation(conversationId);
  if (!conversation) throw new Refusal('not_found');
  return {
    consents: await consentStates(ctx.store.read, conversationId),
    conversation: await presentVisitorConversation(ctx, conversation),
  };
}
