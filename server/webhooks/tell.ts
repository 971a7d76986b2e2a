import { newId } from '../../shared/ids.ts';
import type { WebhookEvent, WebhookPayload } from '../../shared/webhooks.ts';
import type { Context } from '../context.ts';
import type { Reads, Tx } from '../store/store.ts';
import type { WebhookRow } from '../store/webhooks.ts';
import { openSecret, sealPayload } from './secret.ts';

/** What was done to somebody's data, for those who got some of it. */
export interface News {
  event: WebhookEvent;
  siteId: string;
  visitorId: string;
  conversationIds: readonly string[];
  /** What it is about, where it is not everything: only who gets data for one of these is told, and only of those. */
  purposes?: readonly string[];
  fields?: readonly string[];
  state?: string;
  /** Its visitor is erased already: then nothing in the row names them. */
  erasureId?: string;
}

/**
 * Writes down what each recipient has to be told, in the transaction that does it, so that neither can be without the
 * other (PR-46, PR-53, PR-54; GDPR Art. 19). It is sent after the commit, by whichever relay comes first. Lock the visitor's
 * conversations before. Gives the names of those who will be told.
 */
export async function tellRecipients(ctx: Pick<Context, 'vault'>, tx: Tx, news: News, now: number): Promise<string[]> {
  const webhooks = (await tx.webhooks.ofSite(news.siteId)).filter(({ events }) => events.includes(news.event));
  if (webhooks.length === 0) return [];
  const site = await tx.siteById(news.siteId);
  // One after the other for each visitor: that is the order in which it is told.
  if (news.erasureId === undefined) await tx.lockVisitor(news.visitorId);
  const told: string[] = [];
  for (const webhook of webhooks) {
    const purposes = news.purposes && (await purposesOf(tx, webhook, news.purposes));
    if (purposes?.length === 0) continue;
    const { event, fields, state, erasureId } = news;
    const payload: WebhookPayload = {
      type: event,
      timestamp: new Date(now).toISOString(),
      data: {
        site: site?.key ?? '',
        subject: news.visitorId,
        conversations: [...news.conversationIds],
        ...(purposes && { purposes }),
        ...(fields && { fields: [...fields] }),
        ...(state !== undefined && { state }),
        ...(erasureId !== undefined && { erasure: erasureId }),
      },
    };
    const visitorId = erasureId === undefined ? news.visitorId : null;
    await addDelivery(ctx, tx, webhook, payload, { visitorId, erasureId: erasureId ?? null }, now);
    told.push(webhook.recipient);
  }
  return told;
}

export async function addDelivery(
  ctx: Pick<Context, 'vault'>,
  tx: Tx,
  webhook: WebhookRow,
  payload: WebhookPayload,
  about: { visitorId: string | null; erasureId: string | null },
  now: number,
): Promise<string> {
  const id = newId(now);
  await tx.webhooks.insertDelivery({
    ...about,
    id,
    webhookId: webhook.id,
    event: payload.type,
    payloadSealed: sealPayload(openSecret(ctx.vault, webhook), id, JSON.stringify(payload)),
    createdAt: now,
    nextAt: now,
    claimedUntil: 0,
    attempts: 0,
    lastAt: null,
    lastOutcome: null,
    acceptedAt: null,
    confirmedAt: null,
  });
  return id;
}

/**
 * Of these purposes those for which the recipient gets data, by the notices in force. Who is named for none of the site's
 * purposes, as whoever hosts it, is concerned by all.
 */
async function purposesOf(reads: Reads, { siteId, recipient }: WebhookRow, purposes: readonly string[]): Promise<string[]> {
  const all = (await reads.noticesInForce(siteId)).flatMap(({ doc }) => doc.purposes);
  const theirs = all.filter(({ recipients }) => recipients.includes(recipient)).map(({ id }) => id);
  return purposes.filter((id) => theirs.length === 0 || theirs.includes(id));
}
