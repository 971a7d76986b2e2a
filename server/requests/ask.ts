import type { Asked, AskRequest } from '../../shared/requests.ts';
import type { Context } from '../context.ts';
import { conversationOfLink } from '../receipts/receipt-links.ts';
import { requireHolder } from '../visitors/sessions.ts';
import { makeRequest } from './requests.ts';

/**
 * A request of a visitor's own that their page cannot carry out at once. Whoever holds the session, the cookie or the link
 * of a receipt is known by that, and nothing more is asked (PR-52).
 * @throws Refusal `unauthorized`, `not_found` for a link that opens nothing, `rate_limited`, `conflict` for another's id
 */
export async function askByRight(ctx: Context, body: AskRequest, cookie: string | null): Promise<Asked> {
  const { conversation, by } = body.token
    ? { conversation: await conversationOfLink(ctx, body.token), by: 'link' as const }
    : { conversation: (await requireHolder(ctx, body.session ?? null, cookie)).conversation, by: 'session' as const };
  const { siteId, visitorId } = conversation;
  // What is tried again is no further request.
  const isKnown = body.id !== undefined && (await ctx.store.read.requests.person(body.id))?.visitorId === visitorId;
  if (!isKnown) await ctx.limits.consume('requestsPerVisitor', visitorId);
  const asked = { id: body.id, siteId, kind: body.kind, via: by === 'link' ? 'receipt' : 'chat', viaOthers: false } as const;
  const words = { contact: body.contact || null, name: null, text: body.text };
  const from = { visitorId, by };
  const row = await makeRequest(ctx, { ...asked, ...words, receivedAt: ctx.clock(), from }, { kind: 'visitor' });
  return { number: row.number, kind: row.kind, due: row.answerDue };
}
