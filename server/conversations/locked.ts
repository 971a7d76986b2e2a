import type { AgentSync } from '../../shared/events.ts';
import { PAGE_SIZE } from '../../shared/limits.ts';
import { actorOf, type SignedIn } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { visitorKeys } from '../visitors/keys.ts';
import { presentInbox, presentMessages } from './present.ts';
import { readingOf } from './reading.ts';

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
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    // No line may name a conversation that was erased meanwhile.
    const conversation = await tx.lockConversation(conversationId);
    if (!conversation) throw new Refusal('not_found');
    if ((await readingOf(tx, conversation)) !== 'locked') return;
    await recordAct(tx, { actor: actorOf(who), action: 'talk.opened', object: conversationId }, now);
  });
  const { read } = ctx.store;
  const row = await read.inboxRow(conversationId);
  if (!row) throw new Refusal('not_found');
  const keys = await visitorKeys(ctx, read, row.visitorId);
  const rows =
    afterSeq === null
      ? await read.lastMessages(conversationId, PAGE_SIZE)
      : await read.messagesAfter(conversationId, afterSeq, PAGE_SIZE + 1);
  const messages = presentMessages(keys, rows.slice(0, PAGE_SIZE));
  return { conversation: await presentInbox(ctx, row), messages, more: rows.length > PAGE_SIZE };
}
