import { createHash } from 'node:crypto';
import type { ErrorCode } from '../../shared/errors.ts';
import { DAY } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { ConversationRow, Reads, SessionRow } from '../store/store.ts';

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

/** The live session behind a token, or null. */
export async function findSpeaker(reads: Reads, token: string | null, now: number): Promise<Speaker | null> {
  if (!token) return null;
  const session = await reads.session(tokenHash(token));
  if (!session || session.revokedAt !== null || session.expiresAt <= now) return null;
  const conversation = await reads.conversation(session.conversationId);
  return conversation && { session, conversation };
}

/** The speaker of a request: the page's token where it sent one, else the cookie. */
export async function requireSpeaker(ctx: Context, token: string | null, cookie: string | null): Promise<Speaker> {
  const speaker = await findSpeaker(ctx.store.read, token ?? cookie, ctx.clock());
  if (!speaker) throw new Refusal('unauthorized');
  return speaker;
}

/** Why a conversation takes no more from its visitor, or null when the consent it rests on is in force. */
export function consentFault(conversation: ConversationRow, now: number): ErrorCode | null {
  if (conversation.withdrawnAt !== null) return 'consent_withdrawn';
  return conversation.consentUntil <= now ? 'consent_expired' : null;
}
