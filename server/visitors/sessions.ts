import { createHash } from 'node:crypto';
import type { ErrorCode } from '../../shared/errors.ts';
import { DAY } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { ConversationRow, SessionRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';

/** Life of a session that only a page's memory holds: the page ends it long before. */
export const MEMORY_SESSION_LIFE = DAY;

/** Sessions are found by hash: the token itself is never stored (PR-21). */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export interface Speaker {
  session: SessionRow;
  conversation: ConversationRow;
}

export function isAlive(session: SessionRow, now: number): boolean {
  return session.revokedAt === null && session.expiresAt > now;
}

/** The live session behind a token, whatever it may do, or null: the one to ask for what is a right (PR-17). */
export async function findHolder(reads: Reads, token: string | null, now: number): Promise<Speaker | null> {
  if (!token) return null;
  const session = await reads.session(tokenHash(token));
  if (!session || !isAlive(session, now)) return null;
  const conversation = await reads.conversation(session.conversationId);
  return conversation && { session, conversation };
}

/** The live session behind a token that may speak in its conversation, or null. */
export async function findSpeaker(reads: Reads, token: string | null, now: number): Promise<Speaker | null> {
  const holder = await findHolder(reads, token, now);
  return holder?.session.scope === 'chat' ? holder : null;
}

/**
 * What a page still holds, under a token that it minted, when its chat is over: it can ask for what is a right, and for
 * nothing else (PR-17, PR-47).
 */
export function rightsSession(session: SessionRow, token: string, now: number): SessionRow {
  const left = { scope: 'rights', persistent: false, createdAt: now, expiresAt: now + MEMORY_SESSION_LIFE } as const;
  return { ...session, ...left, tokenHash: tokenHash(token), revokedAt: null };
}

/** Who asks for a right: by the page's token where it sent one, else by the cookie. */
export async function requireHolder(ctx: Context, token: string | null, cookie: string | null): Promise<Speaker> {
  const holder = await findHolder(ctx.store.read, token ?? cookie, ctx.clock());
  if (!holder) throw new Refusal('unauthorized');
  return holder;
}

/** Why a conversation takes no more from its visitor, or null when the consent it rests on is in force. */
export function consentFault(conversation: ConversationRow, now: number): ErrorCode | null {
  if (conversation.withdrawnAt !== null) return 'consent_withdrawn';
  return conversation.consentUntil <= now ? 'consent_expired' : null;
}
