import { type Me, ROLES, type Role } from '../../shared/api.ts';
import type { AuditActor } from '../../shared/audit.ts';
import { DAY, HOUR, MINUTE } from '../../shared/limits.ts';
import { recordAct } from '../audit/act.ts';
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
  const hash = tokenHash(token);
  await tx.insertAgentSession({ tokenHash: hash, agentId, createdAt: now, seenAt: now, expiresAt: now + AGENT_LIFE });
  await recordAct(tx, { actor: agentActor(agentId, hash), action: 'agent.signed_in', object: agentId }, now);
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

export type AgentActor = Extract<AuditActor, { kind: 'agent' }>;

/** Enough of the hash to tell a session from another, and nothing that opens it. */
const agentActor = (id: string, hash: string): AgentActor => ({ kind: 'agent', id, session: hash.slice(0, 16) });
export const actorOf = ({ agent, tokenHash }: SignedIn): AgentActor => agentActor(agent.id, tokenHash);

/** @throws Refusal `unauthorized` for nobody, `forbidden` for an agent in none of these roles. */
async function requireRole(ctx: Context, token: string | null, roles: readonly Role[]): Promise<AgentActor> {
  const signedIn = await findAgent(ctx.store.read, token, ctx.clock());
  if (!signedIn) throw new Refusal('unauthorized');
  if (!roles.includes(signedIn.agent.role)) throw new Refusal('forbidden');
  return actorOf(signedIn);
}

/** Anybody at the desk. @throws Refusal `unauthorized` */
export const requireAgent = (ctx: Context, token: string | null): Promise<AgentActor> => requireRole(ctx, token, ROLES);
/** @throws Refusal `unauthorized`, `forbidden` */
export const requireOwner = (ctx: Context, token: string | null): Promise<AgentActor> => requireRole(ctx, token, ['owner']);
/** Who may see and do what the privacy desk is for. @throws Refusal `unauthorized`, `forbidden` */
export const requirePrivacy = (ctx: Context, token: string | null): Promise<AgentActor> =>
  requireRole(ctx, token, ['owner', 'privacy']);

/** Marks the session as used; at most every five minutes, so that reading costs no write. */
export async function touchSession(ctx: Context, hash: string): Promise<void> {
  const now = ctx.clock();
  const session = await ctx.store.read.agentSession(hash);
  if (session && now - session.seenAt > TOUCH_EVERY) await ctx.store.write((tx) => tx.touchAgentSession(hash, now));
}
