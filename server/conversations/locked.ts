import type { AgentSync } from '../../shared/events.ts';
import { PAGE_SIZE } from '../../shared/limits.ts';
import { actorOf, type SignedIn } from '../agents/sessions.ts';
import { recordFirstLook, recordLook } from '../audit/look.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { visitorKeys } from '../visitors/keys.ts';
import { presentInbox, presentMessages } from './present.ts';

/**
 * One look into a talk that its withdrawal has locked, for who answers for the site and not for who only answers in it: its
 * newest messages, or those after a cursor. Each look is in the trail before it is given (PR-81).
 * @throws Refusal `forbidden` for an agent, `not_found`.
 */
export async function openLocked(
  ctx: Context,
  who: SignedIn,
  conversationId: string,
  afterSeq: number | null,
): Promise<AgentSync> {
  if (who.agent.role === 'agent') throw new Refusal('forbidden');
  const { read } = ctx.store;
  const rows =
    afterSeq === null
      ? await read.lastMessages(conversationId, PAGE_SIZE)
      : await read.messagesAfter(conversationId, afterSeq, PAGE_SIZE + 1);
  // Read after them: a withdrawal that came meanwhile makes this a look as well.
  const row = await read.inboxRow(conversationId);
  if (!row) throw new Refusal('not_found');
  const conversation = await presentInbox(ctx, row);
  const actor = actorOf(who);
  if (conversation.reading === 'locked') await recordLook(ctx, actor, 'talk.opened', conversationId);
  else await recordFirstLook(ctx, actor, 'conversation.opened', conversationId);
  const keys = await visitorKeys(ctx, read, row.visitorId);
  return { conversation, messages: presentMessages(keys, rows.slice(0, PAGE_SIZE)), more: rows.length > PAGE_SIZE };
}
