import type { Context } from '../context.ts';
import type { Reads } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';

/** A visitor's keys, from memory or unwrapped from the store. */
export async function visitorKeys(ctx: Pick<Context, 'vault'>, reads: Reads, visitorId: string): Promise<VisitorKeys> {
  return ctx.vault.cached(visitorId) ?? ctx.vault.keysOf(visitorId, await reads.dataKeysOf(visitorId));
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
