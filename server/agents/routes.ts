import { Router } from 'express';
import { z } from 'zod';
import { loginRequest, resetRequest, setupRequest } from '../../shared/api.ts';
import { AGENT_COOKIE } from '../../shared/endpoints.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { clearAgentCookie, readCookie, setAgentCookie } from '../middleware/cookies.ts';
import { addressOf, post } from '../middleware/guards.ts';
import { resetPassword, seenAt, setUpOwner, signIn, signOut } from './login.ts';
import { findAgent, presentMe, touchSession } from './sessions.ts';

export function agentRoutes(ctx: Context): Router {
  const router = Router();
  router.post(
    '/login',
    post(loginRequest, async (body, req, res) => {
      const { agent, token } = await signIn(ctx, body, addressOf(req));
      setAgentCookie(res, token);
      return presentMe(agent);
    }),
  );
  router.post(
    '/setup',
    post(setupRequest, async (body, _req, res) => {
      const { agent, token } = await setUpOwner(ctx, body);
      setAgentCookie(res, token);
      return presentMe(agent);
    }),
  );
  router.post(
    '/reset',
    post(resetRequest, async (body, req, res) => {
      const { agent, token } = await resetPassword(ctx, body);
      seenAt(ctx, agent, addressOf(req));
      setAgentCookie(res, token);
      return presentMe(agent);
    }),
  );
  router.post(
    '/logout',
    post(z.unknown(), async (_body, req, res) => {
      const signedIn = await findAgent(ctx.store.read, readCookie(req, AGENT_COOKIE), ctx.clock());
      clearAgentCookie(res);
      if (signedIn) await signOut(ctx, signedIn);
    }),
  );
  router.get('/me', async (req, res) => {
    const signedIn = await findAgent(ctx.store.read, readCookie(req, AGENT_COOKIE), ctx.clock());
    if (!signedIn) throw new Refusal('unauthorized');
    seenAt(ctx, signedIn.agent, addressOf(req));
    await touchSession(ctx, signedIn.tokenHash);
    res.json(presentMe(signedIn.agent));
  });
  return router;
}
