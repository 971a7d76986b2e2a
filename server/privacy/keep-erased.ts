import { HOUR, SECOND } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { every } from '../every.ts';
import type { ErasureRow } from '../store/rows.ts';
import { tellMessageErased } from './erase-message.ts';

/** An erasure by a command beside the relay, or by another relay, is noticed within this. */
const LOOK_EVERY = SECOND;
const AT_A_TIME = 200;

/**
 * Makes this relay forget whom others erased, and keys that others shredded. The tombstone does not say who it was: so
 * all keys and hints in memory go, and each conversation that somebody here is shown is looked up. What could not be taken
 * out of the files, or written into the erasure log, is tried again.
 * The first look does the same, for an erasure whose relay died over it.
 */
export function keepErased(ctx: Context): { stop(): Promise<void> } {
  let known = { erasures: '', shreds: -1 };
  let isScrubbed = false;
  let isLogged = false;
  return every(LOOK_EVERY, async () => {
    try {
      const { read } = ctx.store;
      const newest = { erasures: JSON.stringify(await read.newestErasures()), shreds: (await read.retention.state()).shreds };
      const isErased = newest.erasures !== known.erasures;
      const isShredded = newest.shreds !== known.shreds;
      if (isErased || isShredded) {
        isScrubbed = false;
        isLogged = false;
        await forgetGone(ctx);
        if (known.erasures !== '') await tellMessages(ctx, JSON.parse(known.erasures));
        known = newest;
        // What is due goes for minutes: the files are gone through when it is done.
        if (!isErased) return;
      }
      if (!isLogged) isLogged = await log(ctx);
      if (!isScrubbed) isScrubbed = await ctx.store.scrub();
    } catch (error) {
      ctx.log.warn({ err: error }, 'erasures not looked for');
    }
  });
}

/** A disk that takes no line keeps nothing else from being done. */
async function log(ctx: Context): Promise<boolean> {
  try {
    await ctx.erasureLog.complete(ctx);
    return true;
  } catch (error) {
    ctx.log.warn({ err: error }, 'erasures not written down beside the database');
    return false;
  }
}

/** Single messages that lost their text since the last look, by whoever. */
async function tellMessages(ctx: Context, since: { siteId: string; seq: number }[]): Promise<void> {
  for (const { siteId, seq } of since) {
    for (let after = seq, rows: ErasureRow[] | null = null; rows === null || rows.length === AT_A_TIME; ) {
      rows = await ctx.store.read.erasures(siteId, after, AT_A_TIME);
      for (const { messageId } of rows) if (messageId !== null) await tellMessageErased(ctx, messageId);
      after = rows.at(-1)?.seq ?? after;
    }
  }
}

async function forgetGone(ctx: Context): Promise<void> {
  ctx.vault.forgetAll();
  ctx.recent.forgetAll();
  const shown = ctx.world.shownConversations();
  const there = new Set(await ctx.store.read.conversationsAmong(shown));
  for (const id of shown) if (!there.has(id)) ctx.world.conversationErased(id);
  const silenced = await ctx.store.read.retention.silencedAmong([...there], ctx.clock() - HOUR);
  for (const id of silenced) ctx.world.messagesErased(id);
}
