import type { Started, StartRequest } from '../../shared/api.ts';
import { durationMs } from '../../shared/durations.ts';
import type { Message } from '../../shared/events.ts';
import { formPurposes, type NoticePurpose } from '../../shared/notice.ts';
import { redacted } from '../../shared/redaction/redaction.ts';
import type { Context } from '../context.ts';
import { sealedMessage, storeMessage } from '../conversations/messages.ts';
import { presentMessages, presentVisitorConversation } from '../conversations/present.ts';
import { Refusal } from '../errors.ts';
import { newSubjectId } from '../ids.ts';
import { appendEvents } from '../ledger/ledger.ts';
import { settingsInForce } from '../notices/generated.ts';
import { type Cleared, cleared } from '../redaction/cleared.ts';
import { rulesOf } from '../redaction/rules.ts';
import { buildOf } from '../releases/build-of.ts';
import { indexEmail } from '../requests/email-index.ts';
import { keepAccess } from '../retention/access-log.ts';
import { FIRST_LOOK } from '../retention/periods.ts';
import { hasEnded } from '../sites/ended.ts';
import type { ConversationRow, NoticeRow, SiteRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { UniqueViolation } from '../store/store.ts';
import { requireAsked } from '../visitors/asked-fields.ts';
import { formPlace, visitorKeys } from '../visitors/keys.ts';
import { consentFault, findSpeaker, MEMORY_SESSION_LIFE, tokenHash } from '../visitors/sessions.ts';
import { askAgain } from './ask-again.ts';
import { type RequestEvidence, sealEvidence } from './evidence.ts';
import { isSignalledOff } from './gpc.ts';
import { noticeForAsking } from './notice-in-force.ts';
import { type Act, consentRecord } from './record.ts';
import { consentStates } from './states.ts';

/** What the form was filled with, as it may be stored. */
type Given = Omit<StartRequest, 'message'> & { message: Cleared };

interface Outcome {
  conversation: ConversationRow;
  /** The message that this call stored; null when it was a repeat. */
  message: Message | null;
  joined: boolean;
}

/**
 * The data gate: records one consent event per purpose that was asked, opens the conversation and stores its first
 * message, in one transaction. A repeat with the same id and token gives the same answer and no second row; under a
 * cookie with an open conversation the message goes there instead.
 * @throws Refusal `not_found`, `notice_unknown`, `consent_required`, `invalid`, `conflict`.
 */
export async function startConversation(
  ctx: Context,
  input: StartRequest,
  from: RequestEvidence,
  cookie: string | null,
): Promise<Started> {
  const site = await ctx.store.read.siteByKey(input.site);
  if (!site || hasEnded(site)) throw new Refusal('not_found');
  const now = ctx.clock();
  // Agreed to now, in the form: it must not go to a chat that rests on words which hold no more.
  const returning = await findSpeaker(ctx.store.read, cookie, now);
  if (returning?.conversation.siteId === site.id) await askAgain(ctx, returning, from.requestId);
  const rules = rulesOf(site.settings);
  const { message, name } = input;
  const given: Given = {
    ...input,
    message: cleared(message, rules),
    name: name && redacted(name, rules, message.asIs === true),
  };
  const attempt = (): Promise<Outcome> => ctx.store.write((tx) => start(ctx, tx, site, given, from, cookie, now));
  // Another process may have taken the id between our look and our insert: then the second look finds it.
  const outcome = await attempt()
    .catch((error: unknown) => {
      if (error instanceof UniqueViolation) return attempt();
      throw error;
    })
    .catch((error: unknown) => {
      throw error instanceof UniqueViolation ? new Refusal('conflict') : error;
    })
    .catch(async (error: unknown) => {
      // Its words went while this start was under way.
      const there = await ctx.store.read.siteById(site.id);
      throw there && hasEnded(there) ? new Refusal('not_found') : error;
    });
  return answer(ctx, outcome, from.requestId);
}

async function start(
  ctx: Context,
  tx: Tx,
  site: SiteRow,
  input: Given,
  from: RequestEvidence,
  cookie: string | null,
  now: number,
): Promise<Outcome> {
  const existing = await tx.conversation(input.conversationId);
  if (existing) {
    const session = await tx.session(tokenHash(input.session));
    if (session?.conversationId !== existing.id || session.revokedAt !== null) throw new Refusal('conflict');
    // A repeat stores nothing. Text that was altered between two tries has an id of its own: it is not in the answer,
    // and the page sends it after this one. The same id with another text is a conflict.
    if (await tx.message(input.message.id)) {
      const keys = await visitorKeys(ctx, tx, existing.visitorId);
      await storeMessage(tx, keys, existing.id, { kind: 'visitor' }, input.message, now);
    }
    return { conversation: existing, message: null, joined: false };
  }
  const running = await findSpeaker(tx, cookie, now);
  if (
    running?.conversation.status === 'open' &&
    // A paused chat takes nothing: what is agreed to here is another one.
    running.conversation.restrictedAt === null &&
    running.conversation.siteId === site.id &&
    !consentFault(running.conversation, now)
  ) {
    const keys = await visitorKeys(ctx, tx, running.conversation.visitorId);
    const stored = await storeMessage(tx, keys, running.conversation.id, { kind: 'visitor' }, input.message, now);
    return { conversation: running.conversation, message: stored.repeated ? null : stored.message, joined: true };
  }
  return openConversation(ctx, tx, site, input, from, now);
}

async function openConversation(
  ctx: Context,
  tx: Tx,
  site: SiteRow,
  input: Given,
  from: RequestEvidence,
  now: number,
): Promise<Outcome> {
  const notice = await noticeForAsking(tx, site.id, input.noticeHash);
  const decisions = requireDecisions(notice, input);
  requireAsked(notice.doc.fields, input);

  const visitorId = newSubjectId();
  const { rows: keyRows, keys } = ctx.vault.mint(visitorId, now);
  const form = { name: input.name || null, email: input.email || null };
  const conversation = newConversation(site, visitorId, input, notice, now);
  const { id, body } = input.message;
  const message: Message = { id, body, seq: 1, author: 'visitor', agentId: null, name: null, at: now };
  const evidence = sealEvidence(keys, input.actId, visitorId, from, settingsInForce(site.settings, notice.doc).ipMode, now);
  // In their order, and asked at once: on a server they cost one round trip together.
  await Promise.all([
    ...keyRows.map((row) => tx.insertDataKey(row)),
    tx.insertVisitor({
      id: visitorId,
      siteId: site.id,
      formSealed: form.name || form.email ? keys.seal('form', formPlace(visitorId), JSON.stringify(form)) : null,
      createdAt: now,
    }),
    ...(form.name || form.email ? [indexEmail(ctx, tx, { id: visitorId, siteId: site.id }, form.email)] : []),
    tx.insertConversation(conversation),
    tx.insertSession({
      tokenHash: tokenHash(input.session),
      visitorId,
      conversationId: conversation.id,
      scope: 'chat',
      persistent: false,
      createdAt: now,
      expiresAt: now + MEMORY_SESSION_LIFE,
      revokedAt: null,
    }),
    ...evidence.rows.map((row) => tx.insertEvidence(row)),
    tx.retention.watch(conversation.id, ['messages', 'form', 'evidence', 'consent'], now, now + FIRST_LOOK),
    tx.insertMessage(sealedMessage(keys, conversation.id, message)),
  ]);
  const act: Act = {
    actId: input.actId,
    siteId: site.id,
    subjectId: visitorId,
    conversationId: conversation.id,
    notice,
    from,
    commitments: evidence.commitments,
    clientTime: input.clientTime,
    page: input.page,
    viewport: input.viewport,
    build: await buildOf(ctx, tx, input.build),
    variant: input.variant,
    now,
  };
  const events = decisions.map(({ purpose, granted, control, action }) => {
    const off = isSignalledOff(purpose, from);
    const state = granted && !off ? 'ConsentGiven' : 'ConsentRefused';
    return consentRecord(ctx, act, { purpose, state, control, action, ...(off && { by: 'gpc' }), prevRecordId: null });
  });
  await keepAccess(ctx, tx, { siteId: site.id, doc: notice.doc, ip: from.ip }, now);
  // Last, so that the site's head is locked for the shortest time.
  await appendEvents(ctx, tx, keys, events, now);
  return { conversation, message, joined: false };
}

interface AskedDecision {
  purpose: NoticePurpose;
  granted: boolean;
  control: string;
  action: string;
}

/** Exactly one decision for each purpose that the form asks, and a grant where the start rests on it. */
function requireDecisions(notice: NoticeRow, input: Given): AskedDecision[] {
  const asked = formPurposes(notice.doc);
  if (input.decisions.length !== asked.length) throw new Refusal('consent_required');
  return asked.map((purpose) => {
    const decision = input.decisions.find((one) => one.purpose === purpose.id);
    if (!decision || (purpose.required && !decision.granted)) throw new Refusal('consent_required');
    return { purpose, granted: decision.granted, control: decision.control, action: decision.action };
  });
}

/** The chat rests on its required purpose; without one, on the longest-lived of another basis. */
function consentUntil(notice: NoticeRow, now: number): number {
  const gate = notice.doc.purposes.find((purpose) => purpose.required) ?? notice.doc.purposes[0];
  return now + durationMs(gate?.validity ?? 'P1Y');
}

function newConversation(site: SiteRow, visitorId: string, input: Given, notice: NoticeRow, now: number): ConversationRow {
  return {
    id: input.conversationId,
    siteId: site.id,
    visitorId,
    status: 'open',
    closedBy: null,
    closedAt: null,
    withdrawnAt: null,
    leftAt: null,
    keptUntil: null,
    consentUntil: consentUntil(notice, now),
    noticeHash: notice.hash,
    assigneeId: null,
    createdAt: now,
    // Its first message comes with it.
    lastSeq: 1,
    lastAt: now,
    waitingSince: now,
    visitorDeliveredSeq: 0,
    visitorReadSeq: 0,
    agentDeliveredSeq: 0,
    agentReadSeq: 0,
    restrictedAt: null,
  };
}

async function answer(ctx: Context, outcome: Outcome, requestId?: string): Promise<Started> {
  const { conversation, message, joined } = outcome;
  const keys = await visitorKeys(ctx, ctx.store.read, conversation.visitorId);
  ctx.log.debug({ requestId, seq: message?.seq }, message ? 'message stored' : 'start repeated');
  if (message) {
    ctx.world.messageCreated(conversation.id, message, { requestId });
    ctx.world.conversationChanged(conversation.id, requestId);
  }
  const rows = await ctx.store.read.messagesAfter(conversation.id, 0, 100);
  return {
    conversation: await presentVisitorConversation(ctx, conversation),
    messages: presentMessages(keys, rows),
    consents: await consentStates(ctx.store.read, conversation.id),
    joined,
  };
}
