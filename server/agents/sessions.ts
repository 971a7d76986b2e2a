import type { Me } from '../../shared/api.ts';
import { DAY, HOUR, MINUTE } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { newSecret } from '../ids.ts';
import type { AgentRow } from '../store/rows.ts';
import type { Reads, Tx } from '../store/store.ts';
import { tokenHash } from '../visitors/sessions.ts';

/** PR-80: an hour without use, a day at most. An open console counts as use. */
export const AGENT_IDLE = HOUR;
export const AGENT_LIFE = DAY;
const TOUCH_EVERY = 5 * MINUTE;

export interface SignedIn {
  agent: AgentRow;
  tokenHash: string;
}

export function presentMe(agent: AgentRow): Me {
  return { id: agent.id, name: agent.name, email: agent.email, role: agent.role };
}

/** Makes a session with a fresh token, and gives the token. */
export async function issueSession(tx: Tx, agentId: string, now: number): Promise<string> {
  const token = newSecret();
  await tx.insertAgentSession({ tokenHash: tokenHash(token), agentId, createdAt: now, seenAt: now, expiresAt: now + AGENT_LIFE });
  return token;
}

/** Who a token speaks for, or null: unknown, idle too long, too old, or the agent is disabled. */
export async function findAgent(reads: Reads, token: string | null, now: number): Promise<SignedIn | null> {
  return token ? findAgentByHash(reads, tokenHash(token), now) : null;
}

export async function findAgentByHash(reads: Reads, hash: string, now: number): Promise<SignedIn | null> {
  const session = await reads.agentSession(hash);
  if (!session || session.expiresAt <= now || session.seenAt + AGENT_IDLE <= now) return null;
  const agent = await reads.agentById(session.agentId);
  return agent && agent.disabledAt === null ? { agent, tokenHash: hash } : null;
}

/** @throws Refusal `unauthorized` for nobody. */
export async function requireAgent(ctx: Context, token: string | null): Promise<AgentRow> {
  const signedIn = await findAgent(ctx.store.read, token, ctx.clock());
  if (!signedIn) throw new Refusal('unauthorized');
  return signedIn.agent;
}

/** @throws Refusal `unauthorized` for nobody, `forbidden` for an agent who is no owner. */
export async function requireOwner(ctx: Context, token: string | null): Promise<AgentRow> {
  const agent = await requireAgent(ctx, token);
  if (agent.role !== 'owner') throw new Refusal('forbidden');
  return agent;
}

/** Marks the session as used; at most every five minutes, so that reading costs no write. */
export async function touchSession(ctx: Context, hash: string): Promise<void> {
  const now = ctx.clock();
  const session = await ctx.store.read.agentSession(hash);
  if (session && now - session.seenAt > TOUCH_EVERY) await ctx.store.write((tx) => tx.touchAgentSession(hash, now));
}
