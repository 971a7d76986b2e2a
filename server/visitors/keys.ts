import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { Reads } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';

/**
 * A visitor's keys, from memory or unwrapped from the store.
 * @throws Refusal `not_found` where there are none: the visitor was erased while somebody asked.
 */
export async function visitorKeys(ctx: Pick<Context, 'vault'>, reads: Reads, visitorId: string): Promise<VisitorKeys> {
  const cached = ctx.vault.cached(visitorId);
  if (cached) return cached;
  const rows = await reads.dataKeysOf(visitorId);
  if (rows.length === 0) throw new Refusal('not_found');
  return ctx.vault.keysOf(visitorId, rows);
}

/**
 * The same for what is sealed later than a chat begins: from the store, because a key in memory may have been shredded
 * meanwhile by another relay. Lock conversation or visitor first.
 */
export async function keysToSeal(ctx: Pick<Context, 'vault'>, tx: Reads, visitorId: string): Promise<VisitorKeys> {
  const rows = await tx.dataKeysOf(visitorId);
  if (rows.length === 0) throw new Refusal('not_found');
  return ctx.vault.keysOf(visitorId, rows);
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
