import { expect } from 'vitest';
import type { Decided } from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { post, type Reply, setCookies } from './http.ts';
import type { TestRelay } from './start-relay.ts';
import { decisionOf, startVisitor, type TestVisitor } from './visitor.ts';

/** Does an answer take the chat's cookie away? */
export const isCleared = (reply: Reply<unknown>): boolean =>
  setCookies(reply).some((one) => one.startsWith(`${CHAT_COOKIE}=;`) && /Max-Age=0/i.test(one));

/** A visitor who accepted the cookie, and what a browser sends of it from then on. */
export async function keptVisitor(relay: TestRelay): Promise<{ visitor: TestVisitor; cookie: string }> {
  const visitor = await startVisitor(relay);
  expect((await post<Decided>(relay, '/api/consents/decide', decisionOf(visitor))).status).toBe(200);
  return { visitor, cookie: `${CHAT_COOKIE}=${visitor.session}` };
}
