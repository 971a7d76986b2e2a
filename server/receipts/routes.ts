import { Router } from 'express';
import { type ReceiptLink, receiptLinkRequest, receiptsRequest, receiptWithdrawRequest } from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { withdrawAll } from '../consent/withdraw.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { sendCompressed } from '../middleware/compressed.ts';
import { readCookie } from '../middleware/cookies.ts';
import { evidenceOf, post } from '../middleware/guards.ts';
import { OWN_PAGE_POLICY } from '../middleware/headers.ts';
import { requireHolder } from '../visitors/sessions.ts';
import { KANTARA, openKantara } from './kantara.ts';
import { conversationOfLink, makeReceiptLink, openReceipts, recordOpening } from './receipt-links.ts';

/** The link to a visitor's receipts, and what it opens: no session, no account. */
export function receiptRoutes(ctx: Context): Router {
  const router = Router();
  router.post(
    '/receipts',
    post(receiptLinkRequest, async ({ session }, req): Promise<ReceiptLink> => {
      return makeReceiptLink(ctx, await requireHolder(ctx, session, readCookie(req, CHAT_COOKIE)));
    }),
  );
  router.post(
    '/receipts/open',
    post(receiptsRequest, async ({ token }, { query: { format } }) => {
      if (format !== undefined && format !== KANTARA) throw new Refusal('invalid', { fields: { format: 'unknown' } });
      await recordOpening(ctx, token);
      return format === KANTARA ? openKantara(ctx, token) : openReceipts(ctx, token);
    }),
  );
  router.post(
    '/receipts/withdraw',
    post(receiptWithdrawRequest, async ({ token, ...body }, req) => {
      const conversation = await conversationOfLink(ctx, token);
      await withdrawAll(ctx, conversation.id, body, evidenceOf(req));
      return openReceipts(ctx, token);
    }),
  );
  return router;
}

/**
 * The page of the receipts, the same for everybody, and every public key that anything was ever signed with: what
 * receipts and tree heads are checked against offline.
 */
export function receiptPages(ctx: Context): Router {
  const router = Router();
  router.get('/receipt', async (req, res) => {
    res.set({ ...OWN_PAGE_POLICY, 'Cache-Control': 'no-store' });
    await sendCompressed(req, res, 'html', ctx.assets.receipt);
  });
  router.get('/.well-known/parley-keys.json', async (_req, res) => {
    const keys = (await ctx.store.read.signingKeys()).map(({ kid, publicKey, createdAt }) => {
      return { kid, alg: 'Ed25519', publicKey, createdAt: new Date(createdAt).toISOString() };
    });
    res.set('Cache-Control', 'public, max-age=300').json({ keys });
  });
  return router;
}
