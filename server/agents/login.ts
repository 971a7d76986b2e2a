import type { LoginRequest, ResetRequest, SetupRequest } from '../../shared/api.ts';
import { newId } from '../../shared/ids.ts';
import { DAY, HOUR } from '../../shared/limits.ts';
import { recordAct } from '../audit/act.ts';
import { recordAlone } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { newSecret } from '../ids.ts';
import type { AgentRow, LinkRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { tokenHash } from '../visitors/sessions.ts';
import { hashPassword, passwordHolds, requireStrongPassword } from './passwords.ts';
import { actorOf, issueSession, type SignedIn } from './sessions.ts';

export interface SignIn {
  agent: AgentRow;
  token: string;
}

/**
 * Signs an agent in. Unknown account, wrong password and disabled agent answer the same, in the same time.
 * Tries are counted before the password is looked at, or parallel guesses would all pass: per account and address, and
 * per account alone with a much higher bar. A stranger who raises that one locks nobody out who was here today (PR-78).
 * @throws Refusal `sign_in_failed`, `rate_limited`.
 */
export async function signIn(ctx: Context, input: LoginRequest, address: string): Promise<SignIn> {
  const { limits } = ctx;
  const here = place(input.email, address);
  const stranger = !limits.remembers(here);
  await limits.consume('loginsPerAccountAndAddress', here);
  if (stranger) await limits.consume('loginsPerAccount', input.email);
  const agent = await ctx.store.read.agentByEmail(input.email);
  const holds = await passwordHolds(input.password, agent?.passwordHash ?? null);
  if (!agent || !holds || agent.disabledAt !== null) {
    if (agent) recordFailure(ctx, agent.id);
    throw new Refusal('sign_in_failed');
  }
  await limits.clear('loginsPerAccountAndAddress', here);
  if (stranger) await limits.refund('loginsPerAccount', input.email);
  limits.remember(here);
  const token = await ctx.store.write((tx) => issueSession(tx, agent.id, ctx.clock()));
  return { agent, token };
}

/** Nobody waits for it: the answer would tell by its time that there is such an account. */
function recordFailure(ctx: Context, object: string): void {
  recordAlone(ctx, { actor: { kind: 'relay' }, action: 'agent.sign_in_failed', object }).catch((error: unknown) => {
    ctx.log.error({ err: error }, 'failed sign-in not written down');
  });
}

const place = (email: string, address: string): string => `${email} ${address}`;

/** An agent with a live session is at this address: kept in mind for the next sign-in. */
export function seenAt(ctx: Context, agent: AgentRow, address: string): void {
  ctx.limits.remember(place(agent.email, address));
}

export async function signOut(ctx: Context, signedIn: SignedIn): Promise<void> {
  const { agent, tokenHash: hash } = signedIn;
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    await tx.deleteAgentSession(hash);
    await recordAct(tx, { actor: actorOf(signedIn), action: 'agent.signed_out', object: agent.id }, now);
  });
  ctx.world.endAgentSessions(agent.id, hash);
}

/** The first owner, by the one-time link that the start printed. @throws Refusal `link_used`, `weak_password`. */
export async function setUpOwner(ctx: Context, input: SetupRequest): Promise<SignIn> {
  requireStrongPassword(input.password, [input.name, input.email]);
  const now = ctx.clock();
  const passwordHash = await hashPassword(input.password);
  return ctx.store.write(async (tx) => {
    await requireLink(tx, input.token, 'setup', now);
    // Two setup links may be out; only the first one makes the owner.
    if ((await tx.countAgents()) > 0) throw new Refusal('link_used');
    const agent = newAgent(input.email.toLowerCase(), input.name, 'owner', passwordHash, now);
    await tx.insertAgent(agent);
    await recordOwner(tx, agent.id, now);
    return { agent, token: await issueSession(tx, agent.id, now) };
  });
}

/** A new password by a one-time link: every older session ends. @throws Refusal `link_used`, `weak_password`. */
export async function resetPassword(ctx: Context, input: ResetRequest): Promise<SignIn> {
  const now = ctx.clock();
  const link = await ctx.store.read.link(tokenHash(input.token));
  const agent = link?.agentId ? await ctx.store.read.agentById(link.agentId) : null;
  if (!agent) throw new Refusal('link_used');
  requireStrongPassword(input.password, [agent.name, agent.email]);
  const passwordHash = await hashPassword(input.password);
  const token = await ctx.store.write(async (tx) => {
    await requireLink(tx, input.token, 'reset', now);
    await tx.updateAgent(agent.id, { passwordHash });
    await tx.deleteAgentSessionsOf(agent.id);
    await recordAct(
      tx,
      { actor: { kind: 'agent', id: agent.id, session: null }, action: 'password.reset', object: agent.id },
      now,
    );
    return issueSession(tx, agent.id, now);
  });
  ctx.world.endAgentSessions(agent.id);
  return { agent, token };
}

async function requireLink(tx: Tx, token: string, kind: LinkRow['kind'], now: number): Promise<void> {
  const link = await tx.link(tokenHash(token));
  if (link?.kind !== kind || !(await tx.useLink(link.tokenHash, now))) throw new Refusal('link_used');
}

/** A one-time link's token: a day to set up, an hour to reset. */
export async function makeLink(ctx: Context, kind: LinkRow['kind'], agentId: string | null): Promise<string> {
  const token = newSecret();
  const now = ctx.clock();
  const expiresAt = now + (kind === 'setup' ? DAY : HOUR);
  await ctx.store.write(async (tx) => {
    await tx.insertLink({ tokenHash: tokenHash(token), kind, agentId, createdAt: now, expiresAt, usedAt: null });
    await recordAct(tx, { actor: { kind: 'operator' }, action: 'link.made', object: agentId ?? kind, detail: { kind } }, now);
  });
  return token;
}

/** Makes the owner named by the environment, once: an account that is there is left alone. */
export async function ensureOwner(ctx: Context, owner: { email: string; password: string }): Promise<void> {
  if (await ctx.store.read.agentByEmail(owner.email)) return;
  const passwordHash = await hashPassword(owner.password);
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    if (await tx.agentByEmail(owner.email)) return;
    const agent = newAgent(owner.email, nameFrom(owner.email), 'owner', passwordHash, now);
    await tx.insertAgent(agent);
    await recordOwner(tx, agent.id, now);
  });
}

/** By whoever has the environment or the command line: nobody can sign in before. */
async function recordOwner(tx: Tx, object: string, now: number): Promise<void> {
  await recordAct(tx, { actor: { kind: 'operator' }, action: 'role.changed', object, detail: { role: 'owner' } }, now);
}

/** Until they have said what they are called. */
export function nameFrom(email: string): string {
  const name = email.split('@')[0] ?? email;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

export function newAgent(email: string, name: string, role: AgentRow['role'], passwordHash: string, now: number): AgentRow {
  return { id: newId(now), email, name, role, passwordHash, createdAt: now, disabledAt: null };
}
