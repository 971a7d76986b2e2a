import type { AgentSync } from '../../shared/events.ts';
import { newId } from '../../shared/ids.ts';
import { PAGE_SIZE } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { AgentRow } from '../store/rows.ts';
import { visitorKeys } from '../visitors/keys.ts';
import { presentInbox, presentMessages } from './present.ts';

/** Who answers for the site may look into what is locked; who only answers in it may not. */
function requireOpener({ role }: Pick<AgentRow, 'role'>): void {
  if (role === 'agent') throw new Refusal('forbidden');
}

/**
 * Opens a locked talk for one look: its newest messages, or with `afterSeq` those that follow. Each look is in the trail
 * before it is given (PR-81).
 * @throws Refusal `forbidden` for an agent, `not_found`.
 */
export async function openLocked(
  ctx: Context,
  agent: Pick<AgentRow, 'id' | 'role'>,
  conversationId: string,
  afterSeq: number | null,
): Promise<AgentSync> {
  requireOpener(agent);
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    // No line may name a conversation that was erased meanwhile.
    if (!(await tx.lockConversation(conversationId))) throw new Refusal('not_found');
    await tx.insertAudit({ id: newId(now), at: now, agentId: agent.id, action: 'talk.opened', object: conversationId });
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
