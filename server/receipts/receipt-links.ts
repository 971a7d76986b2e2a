import type { ReceiptLink, Receipts } from '../../shared/api.ts';
import { inForce } from '../../shared/consent.ts';
import { durationMs } from '../../shared/durations.ts';
import { recordLook } from '../audit/look.ts';
import { consentStates } from '../consent/states.ts';
import type { Context } from '../context.ts';
import { readingOf } from '../conversations/reading.ts';
import { Refusal } from '../errors.ts';
import { newSecret } from '../ids.ts';
import { noticeBegunUnder, restsOnConsent } from '../notices/begun-under.ts';
import { peopleOf } from '../notices/people.ts';
import { shownAt } from '../shown/ticket.ts';
import { siteLook } from '../sites/loader.ts';
import type { ConversationRow } from '../store/rows.ts';
import { type Speaker, tokenHash } from '../visitors/sessions.ts';
import { issueReceipts } from './receipt.ts';

/** Ways to the receipts that one conversation may have: a page asks for one. */
const LINKS_MAX = 20;

/**
 * A token that opens the conversation's receipts for as long as the proof is kept: later, on another device, without an
 * account (PR-40, PR-48). Only its hash is stored.
 */
export async function makeReceiptLink(ctx: Context, holder: Speaker): Promise<ReceiptLink> {
  const now = ctx.clock();
  const { id, visitorId } = holder.conversation;
  const notice = await noticeBegunUnder(ctx.store.read, holder.conversation);
  const expiresAt = now + durationMs(notice.doc.periods.proof);
  const token = newSecret();
  await ctx.store.write(async (tx) => {
    if (!(await tx.lockConversation(id))) throw new Refusal('not_found');
    if ((await tx.countReceiptLinks(id)) >= LINKS_MAX) throw new Refusal('rate_limited');
    await tx.insertReceiptLink({ tokenHash: tokenHash(token), conversationId: id, visitorId, createdAt: now, expiresAt });
  });
  return { token, until: expiresAt, shown: await shownAt(ctx, holder.conversation) };
}

/** The conversation that a receipt's token stands for. @throws Refusal `not_found` for any other, never told apart. */
export async function conversationOfLink(ctx: Context, token: string): Promise<ConversationRow> {
  const link = await ctx.store.read.receiptLink(tokenHash(token));
  const conversation = link && link.expiresAt > ctx.clock() ? await ctx.store.read.conversation(link.conversationId) : null;
  if (!conversation) throw new Refusal('not_found');
  return conversation;
}

/** That somebody came by a receipt's link is written down before it opens anything (PR-81): it needs no account. */
export async function recordOpening(ctx: Context, token: string): Promise<void> {
  await recordLook(ctx, { kind: 'visitor' }, 'receipt.opened', (await conversationOfLink(ctx, token)).id);
}

/** Everything that was decided in the token's conversation, a receipt for each act, the newest first. */
export async function openReceipts(ctx: Context, token: string): Promise<Receipts> {
  const conversation = await conversationOfLink(ctx, token);
  const { read } = ctx.store;
  const site = await read.siteById(conversation.siteId);
  if (!site) throw new Refusal('not_found');
  const consents = await consentStates(read, conversation.id);
  const { doc } = await noticeBegunUnder(read, conversation);
  return {
    site: site.name,
    look: siteLook(site),
    receipts: await issueReceipts(ctx, conversation, token),
    consents,
    mayWithdraw: conversation.withdrawnAt === null && consents.some(({ state }) => inForce(state)),
    endsChat: restsOnConsent(doc),
    reading: await readingOf(read, conversation),
    authority: peopleOf(doc).authority,
    hasForm: doc.fields.name !== 'off' || doc.fields.email !== 'off',
    shown: await shownAt(ctx, conversation),
  };
}
