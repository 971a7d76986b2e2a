import { Router } from 'express';
import {
  checkRequest,
  decideRequest,
  endRequest,
  type Online,
  type SessionCheck,
  startRequest,
  withdrawRequest,
} from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import type { Context } from '../context.ts';
import { endByVisitor } from '../conversations/conversations.ts';
import { Refusal } from '../errors.ts';
import { dropChatCookie, readCookie, setChatCookie } from '../middleware/cookies.ts';
import { addressOf, evidenceOf, post, requestIdOf } from '../middleware/guards.ts';
import { findHolder, findSpeaker } from '../visitors/sessions.ts';
import { cookieLost, decidePurpose } from './decide.ts';
import { startConversation } from './start.ts';
import { withdrawAll, withdrawnAs } from './withdraw.ts';

/** The visitor's doors. Accept, Refuse, Change and End are POSTs: only an HTTP answer can set or clear the cookie. */
export function visitorRoutes(ctx: Context): Router {
  const router = Router();
  router.post(
    '/consents',
    async (req, _res, next) => {
      await ctx.limits.consume('startsPerAddress', addressOf(req));
      next();
    },
    post(startRequest, (body, req) => startConversation(ctx, body, evidenceOf(req), readCookie(req, CHAT_COOKIE))),
  );
  router.post(
    '/consents/decide',
    post(decideRequest, async (body, req, res) => {
      const cookie = readCookie(req, CHAT_COOKIE);
      const now = ctx.clock();
      // A repeat after a lost answer may come when its first try has already moved the page to the next session.
      const speaker =
        (await findSpeaker(ctx.store.read, body.session ?? cookie, now)) ??
        (await findSpeaker(ctx.store.read, body.nextSession, now));
      if (!speaker) throw new Refusal('unauthorized');
      const { change, ...decided } = await decidePurpose(ctx, speaker, body, evidenceOf(req));
      const token = body.session ?? cookie;
      if (change.cookie === 'set' && token) setChatCookie(res, token, change.life);
      if (change.cookie === 'clear') dropChatCookie(req, res);
      return decided;
    }),
  );
  router.post(
    '/consents/withdraw',
    post(withdrawRequest, async ({ session, nextSession = null, ...body }, req, res) => {
      const { read } = ctx.store;
      const now = ctx.clock();
      const holder =
        (await findHolder(read, session ?? readCookie(req, CHAT_COOKIE), now)) ??
        // A repeat after a lost answer: its first try left only this.
        (await findHolder(read, nextSession, now));
      if (!holder) throw new Refusal('unauthorized');
      const { conversation } = holder;
      const left = nextSession === null ? null : { session: holder.session, token: nextSession };
      const withdrawn =
        conversation.withdrawnAt === null
          ? await withdrawAll(ctx, conversation.id, body, evidenceOf(req), left)
          : await withdrawnAs(ctx, conversation.id);
      dropChatCookie(req, res);
      return withdrawn;
    }),
  );
  router.post(
    '/conversation/end',
    post(endRequest, async (body, req, res) => {
      const now = ctx.clock();
      const speaker =
        (await findSpeaker(ctx.store.read, body.session ?? readCookie(req, CHAT_COOKIE), now)) ??
        // A repeat after a lost answer: its first try left only this.
        (await findHolder(ctx.store.read, body.nextSession, now));
      if (!speaker) throw new Refusal('unauthorized');
      await endByVisitor(ctx, speaker, body.nextSession, requestIdOf(req));
      dropChatCookie(req, res);
      return { ended: true };
    }),
  );
  router.post(
    '/session/check',
    post(checkRequest, async ({ session }, req): Promise<SessionCheck> => {
      const cookie = readCookie(req, CHAT_COOKIE);
      const speaker = await findSpeaker(ctx.store.read, session ?? cookie, ctx.clock());
      const kept = speaker !== null && cookie === (session ?? cookie);
      if (speaker && !kept) await cookieLost(ctx, speaker);
      return { kept };
    }),
  );
  router.get('/session/check', async (req, res) => {
    const speaker = await findSpeaker(ctx.store.read, readCookie(req, CHAT_COOKIE), ctx.clock());
    // Withdrawn by a receipt's link or in another tab, say: it opens nothing any more, so it goes (PR-22).
    if (!speaker) dropChatCookie(req, res);
    const answer: SessionCheck = { kept: speaker !== null };
    res.json(answer);
  });
  router.get('/online', (_req, res) => {
    const answer: Online = { online: ctx.world.agentsOnline() };
    res.json(answer);
  });
  return router;
}
