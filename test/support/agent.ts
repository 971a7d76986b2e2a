import { hashPassword } from '../../server/agents/passwords.ts';
import type { Me, Role } from '../../shared/api.ts';
import { newId } from '../../shared/ids.ts';
import { cookieHeader, post } from './http.ts';
import { type AgentSocket, agentSocket } from './sockets.ts';
import { OWNER, type TestRelay } from './start-relay.ts';

export interface TestAgent {
  me: Me;
  /** The `Cookie` header of the signed-in session. */
  cookie: string;
  socket: AgentSocket;
}

/** Signs in through the real door and gives the session's cookie. */
export async function signIn(
  relay: Pick<TestRelay, 'origin'>,
  who: { email: string; password: string } = OWNER,
): Promise<{ me: Me; cookie: string }> {
  const reply = await post<Me>(relay, '/api/agent/login', { email: who.email, password: who.password });
  if (reply.status !== 200) throw new Error(`signing in was refused: ${reply.status} ${reply.text}`);
  return { me: reply.body, cookie: cookieHeader(reply) };
}

/** An agent who is signed in and connected. */
export async function connectAgent(
  relay: Pick<TestRelay, 'origin'>,
  who: { email: string; password: string } = OWNER,
): Promise<TestAgent> {
  const { me, cookie } = await signIn(relay, who);
  return { me, cookie, socket: await agentSocket(relay, { cookie }) };
}

/** Another agent in the store; inviting one through a door is a feature to come. */
export async function addAgent(
  relay: Pick<TestRelay, 'ctx'>,
  who: { name: string; email: string; password: string; role?: Role },
): Promise<string> {
  const id = newId();
  const passwordHash = await hashPassword(who.password);
  const { name, email, role = 'agent' } = who;
  await relay.ctx.store.write((tx) =>
    tx.insertAgent({ id, email, name, role, passwordHash, createdAt: Date.now(), disabledAt: null }),
  );
  return id;
}
