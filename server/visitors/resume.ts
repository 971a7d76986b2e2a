import { askAgain } from '../consent/ask-again.ts';
import { PERSISTENCE } from '../consent/decide.ts';
import type { Context } from '../context.ts';
import { settingsInForce } from '../notices/generated.ts';
import type { ConversationRow, SessionRow, SiteRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { consentFault, findSpeaker, MEMORY_SESSION_LIFE } from './sessions.ts';

/** What a frame load makes of the browser's cookie. */
export interface Resumed {
  conversationId: string | null;
  cookie: 'renew' | 'clear' | 'keep';
  /** Milliseconds, for `renew`. */
  life: number;
  /** Set where this very contact ended the conversation. */
  ended?: 'notice_changed';
}

/**
 * The open conversation that this browser's cookie keeps, with its life renewed: the relay's expiry is the truth, and
 * a frame load is what counts as use. A cookie that brings nothing back is cleared, and what lived by it goes with it.
 */
export async function resumeByCookie(ctx: Context, site: SiteRow, token: string | null, requestId: string): Promise<Resumed> {
  const now = ctx.clock();
  const found = await findSpeaker(ctx.store.read, token, now);
  if (!found?.session.persistent) return { conversationId: null, cookie: 'clear', life: 0 };
  const { id, siteId } = found.conversation;
  // Two sites of one relay on one host: the other's conversation goes on there.
  if (siteId !== site.id) return { conversationId: null, cookie: 'keep', life: 0 };
  if (await askAgain(ctx, found, requestId)) return { conversationId: null, cookie: 'clear', life: 0, ended: 'notice_changed' };
  const life = await ctx.store.write(async (tx) => {
    const conversation = await tx.conversation(id);
    if (!conversation) return 0;
    if (conversation.status !== 'open' || consentFault(conversation, now)) {
      await giveUp(tx, found.session, conversation, now);
      return 0;
    }
    const renewed = await agreedLife(tx, site, id);
    const expiresAt = now + renewed;
    await tx.updateSession(found.session.tokenHash, { expiresAt });
    await tx.updateConversation(id, { keptUntil: expiresAt });
    return renewed;
  });
  if (life === 0) ctx.world.conversationChanged(id, requestId);
  return life > 0 ? { conversationId: id, cookie: 'renew', life } : { conversationId: null, cookie: 'clear', life };
}

/** The cookie lives as long as the words said under which it was accepted. */
async function agreedLife(tx: Tx, { settings }: SiteRow, conversationId: string): Promise<number> {
  const accepted = (await tx.consentEventsOf(conversationId)).findLast(({ purpose }) => purpose === PERSISTENCE);
  const notice = accepted && (await tx.noticeByHash(accepted.noticeHash));
  return notice ? settingsInForce(settings, notice.doc).cookieLife : settings.cookieLife;
}

/**
 * The cookie was the way back. An agent may not open again what the visitor cannot come back to; a page that still
 * shows the talk may take back what was agreed, and nothing else (PR-17).
 */
async function giveUp(tx: Tx, { tokenHash }: SessionRow, conversation: ConversationRow, now: number): Promise<void> {
  const left = consentFault(conversation, now)
    ? { revokedAt: now }
    : ({ scope: 'rights', persistent: false, expiresAt: now + MEMORY_SESSION_LIFE } as const);
  await tx.updateSession(tokenHash, left);
  await tx.updateConversation(conversation.id, { keptUntil: null });
}
