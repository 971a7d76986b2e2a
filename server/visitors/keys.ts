import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { Reads, Store } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';

/** A visitor's keys, from memory or unwrapped from the store. */
export async function visitorKeys(ctx: Context, reads: Reads, visitorId: string): Promise<VisitorKeys> {
  return ctx.vault.cached(visitorId) ?? ctx.vault.keysOf(visitorId, await reads.dataKeysOf(visitorId));
}

/** Whose a conversation is never changes, so it is read once. Bounded: ids come from outside. */
const visitorOf = new WeakMap<Store, Map<string, string>>();
const REMEMBERED = 20_000;

/**
 * The keys of a conversation's visitor: without a read while both are in memory.
 * @throws Refusal `not_found`.
 */
export async function conversationKeys(ctx: Context, conversationId: string): Promise<VisitorKeys> {
  const known = visitorOf.get(ctx.store) ?? new Map<string, string>();
  visitorOf.set(ctx.store, known);
  let visitorId = known.get(conversationId);
  if (visitorId === undefined) {
    visitorId = (await ctx.store.read.conversation(conversationId))?.visitorId;
    if (visitorId === undefined) throw new Refusal('not_found');
    const oldest = known.keys().next();
    if (known.size >= REMEMBERED && !oldest.done) known.delete(oldest.value);
    known.set(conversationId, visitorId);
  }
  return visitorKeys(ctx, ctx.store.read, visitorId);
}

export const formPlace = (visitorId: string) => ({ table: 'visitor', column: 'form', row: visitorId });
export const bodyPlace = (messageId: string) => ({ table: 'message', column: 'body', row: messageId });

export interface FormFields {
  name: string | null;
  email: string | null;
}

export function openForm(keys: VisitorKeys, visitorId: string, sealed: Uint8Array | null): FormFields {
  if (!sealed) return { name: null, email: null };
  return JSON.parse(keys.openText('form', formPlace(visitorId), sealed)) as FormFields;
}
