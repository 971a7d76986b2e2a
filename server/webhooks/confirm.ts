import { SECOND } from '../../shared/limits.ts';
import { confirmRequest } from '../../shared/rights-requests.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { SealBroken } from '../vault/vault.ts';
import { confirmDelivery } from './deliver.ts';
import { isSignature, openSecret } from './secret.ts';

/** How far apart the two clocks may be (Standard Webhooks: some tolerance, against replays). */
const TOLERANCE = 5 * 60 * SECOND;

export interface SignedBody {
  /** As it came: the signature is over these bytes. */
  body: string;
  id: string;
  seconds: number;
  signature: string;
}

/**
 * A recipient who took a delivery with 202 says that it is done now: a POST of `{"id": DELIVERY}`, signed with the
 * recipient's own secret as deliveries are. Said twice it is as said once.
 * @throws Refusal `not_found` for whatever is not a delivery of theirs, never told apart.
 */
export async function confirmByRecipient(ctx: Context, { body, id, seconds, signature }: SignedBody): Promise<void> {
  const parsed = confirmRequest.safeParse(jsonOrNull(body));
  if (!parsed.success || !(Math.abs(ctx.clock() - seconds * SECOND) <= TOLERANCE)) throw new Refusal('invalid');
  const { read } = ctx.store;
  const delivery = await read.webhooks.delivery(parsed.data.id);
  const webhook = delivery && (await read.webhooks.byId(delivery.webhookId));
  if (!webhook || !isTheirs(ctx, webhook, { body, id, seconds, signature })) throw new Refusal('not_found');
  await confirmDelivery(ctx, delivery.id, 'confirmed');
}

function isTheirs(
  ctx: Context,
  webhook: Parameters<typeof openSecret>[1],
  { body, id, seconds, signature }: SignedBody,
): boolean {
  try {
    return isSignature(openSecret(ctx.vault, webhook), id, seconds, body, signature);
  } catch (error) {
    if (error instanceof SealBroken) return false;
    throw error;
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
