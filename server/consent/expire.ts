import { inForce } from '../../shared/consent.ts';
import { MINUTE } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { every } from '../every.ts';
import { appendEvents, openEvent } from '../ledger/ledger.ts';
import type { ConsentDueRow } from '../store/rows.ts';
import { StoreUnavailable, type Tx } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';
import { visitorKeys } from '../visitors/keys.ts';
import { letGoOfCookie } from './ask-again.ts';
import { PERSISTENCE } from './decide.ts';
import { endedRecord } from './record.ts';
import { newestByPurpose } from './states.ts';

/** A purpose whose time is up stops at once where it is a gate; its event follows within this. */
const LOOK_EVERY = MINUTE;
const AT_A_TIME = 200;
const EXPIRY = { state: 'ConsentExpired', control: 'validity', action: 'expiry' } as const;

/** Lets consents run out for as long as the relay runs (PR-42). */
export function keepExpiring(ctx: Context): { stop(): Promise<void> } {
  const stuck = new Set<string>();
  return every(LOOK_EVERY, async () => {
    try {
      await expireConsents(ctx, stuck);
    } catch (error) {
      ctx.log.error({ err: error }, 'consents not expired');
    }
  });
}

/**
 * Records each consent whose validity has ended, and ends what rested on it. Gives how many there were. One that cannot
 * be expired is logged and remembered in `stuck`: it keeps nothing from the others.
 */
export async function expireConsents(ctx: Context, stuck = new Set<string>()): Promise<number> {
  let expired = 0;
  for (;;) {
    const limit = AT_A_TIME + stuck.size;
    const due = await ctx.store.read.consentsDue(ctx.clock(), limit);
    for (const one of due.filter(({ recordId }) => !stuck.has(recordId))) {
      try {
        const ended = await ctx.store.write((tx) => expire(ctx, tx, one));
        if (ended === null) continue;
        expired += 1;
        if (ended === 'chat') ctx.world.endSessions(one.conversationId, 'expired');
        ctx.world.consentsChanged(one.conversationId);
        ctx.world.conversationChanged(one.conversationId);
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        stuck.add(one.recordId);
        ctx.log.error({ err: error }, 'consent not expired');
      }
    }
    if (due.length < limit) return expired;
  }
}

/** What ended with it: the whole chat, or this purpose alone; null when the consent is not in force any more. */
async function expire(
  ctx: Context,
  tx: Tx,
  { conversationId, purpose, recordId }: ConsentDueRow,
): Promise<'chat' | 'purpose' | null> {
  const now = ctx.clock();
  const conversation = await tx.lockConversation(conversationId);
  const before = newestByPurpose(await tx.consentEventsOf(conversationId)).find((row) => row.purpose === purpose);
  if (!conversation || before?.recordId !== recordId || !inForce(before.state)) {
    await tx.deleteConsentDue(conversationId, purpose);
    return null;
  }
  const keys = await keysIfAny(ctx, tx, conversation.visitorId);
  if (!keys) {
    // The keys were lost: nobody can read what was agreed, nor add to it. Nothing rests on it any more.
    await tx.deleteConsentDue(conversationId, purpose);
    return null;
  }
  await appendEvents(ctx, tx, keys, [endedRecord(openEvent(keys, before).event, now, EXPIRY)], now);
  if (purpose === PERSISTENCE) await letGoOfCookie(tx, conversationId, now);
  return conversation.consentUntil <= now ? 'chat' : 'purpose';
}

async function keysIfAny(ctx: Context, tx: Tx, visitorId: string): Promise<VisitorKeys | null> {
  try {
    return await visitorKeys(ctx, tx, visitorId);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return null;
    throw error;
  }
}
