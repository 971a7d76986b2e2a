import { SECOND } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { every } from '../every.ts';

/** A restriction by another relay, or by a command, is on this one's screens for no longer. */
const LOOK_EVERY = SECOND;

/** Keeps what this relay knows of restrictions as the store has it. */
export function keepRestricted(ctx: Context): { stop(): Promise<void> } {
  return every(LOOK_EVERY, async () => {
    try {
      await followRestrictions(ctx);
    } catch (error) {
      ctx.log.warn({ err: error }, 'restrictions not looked for');
    }
  });
}

async function followRestrictions(ctx: Context): Promise<void> {
  // What this relay does itself while it looks is its own business.
  const known = ctx.restricted.all();
  const now = new Set(await ctx.store.read.restrictions.conversations());
  for (const id of now) if (!known.includes(id)) hideConversation(ctx, id);
  for (const id of known) if (!now.has(id) && !(await isHidden(ctx, id))) showConversation(ctx, id);
}

async function isHidden(ctx: Context, id: string): Promise<boolean> {
  return ((await ctx.store.read.conversation(id))?.restrictedAt ?? null) !== null;
}

/** Takes it off every agent's screen; its visitor is told that the chat is paused. */
export function hideConversation(ctx: Pick<Context, 'restricted' | 'world'>, id: string, requestId?: string): void {
  if (ctx.restricted.add(id)) ctx.world.conversationRestricted(id, true);
  ctx.world.conversationChanged(id, requestId);
}

export function showConversation(ctx: Pick<Context, 'restricted' | 'world'>, id: string, requestId?: string): void {
  ctx.restricted.delete(id);
  ctx.world.conversationRestricted(id, false);
  ctx.world.conversationChanged(id, requestId);
  ctx.world.consentsChanged(id, requestId);
}
