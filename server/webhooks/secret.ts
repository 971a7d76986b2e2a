import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Tx } from '../store/store.ts';
import type { WebhookRow } from '../store/webhooks.ts';
import type { Rewrapper } from '../vault/aes-vault.ts';
import { open, seal } from '../vault/sealing.ts';
import { SealBroken, type Vault } from '../vault/vault.ts';

/**
 * Signatures as Standard Webhooks 1.0 has them (standardwebhooks.com): HMAC-SHA-256 over `id.timestamp.body`, under a
 * secret of its own for each recipient, which is sealed under the master key.
 */

/** The specification wants 24 to 64 bytes. */
const SECRET_BYTES = 32;
const PREFIX = 'whsec_';

const place = (id: string) => ({ table: 'webhook', column: 'secret', row: id });

export function newWebhookSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** The secret as a recipient sets it. */
export function secretText(secret: Uint8Array): string {
  return PREFIX + Buffer.from(secret).toString('base64');
}

export function sealSecret(vault: Vault, id: string, secret: Uint8Array): Uint8Array {
  return vault.sealOwn(place(id), secret);
}

/** @throws SealBroken under another master key, or once the subscription was removed. */
export function openSecret(vault: Vault, { id, secretSealed }: Pick<WebhookRow, 'id' | 'secretSealed'>): Uint8Array {
  if (!secretSealed) throw new SealBroken('the subscription was removed');
  return vault.openOwn(place(id), secretSealed);
}

/** Brings every secret under another master key, and gives how many; what waits is sealed under the secrets themselves. */
export async function rewrapSecrets(tx: Tx, rewrapper: Rewrapper): Promise<number> {
  let done = 0;
  for (const { id, secretSealed } of await tx.webhooks.all()) {
    if (!secretSealed) continue;
    await tx.webhooks.reseal(id, rewrapper.own(place(id), secretSealed));
    done += 1;
  }
  return done;
}

/** `seconds`: when this try is made. */
export function signatureOf(secret: Uint8Array, id: string, seconds: number, body: string): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

/** True where one of the signatures, set apart by spaces, is right. */
export function isSignature(secret: Uint8Array, id: string, seconds: number, body: string, given: string): boolean {
  const wanted = Buffer.from(signatureOf(secret, id, seconds, body));
  return given.split(' ').some((one) => {
    const bytes = Buffer.from(one);
    return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
  });
}

/**
 * What waits is sealed under a key made of the recipient's secret: whoever has the database alone reads no pseudonym in it,
 * and with the secret goes everything that waited under it.
 */
function payloadKey(secret: Uint8Array): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'parley webhook payload', 32)));
}
const payloadParts = (deliveryId: string): string[] => ['webhook_delivery', 'payload', deliveryId];

export function sealPayload(secret: Uint8Array, deliveryId: string, body: string): Uint8Array {
  return seal(payloadKey(secret), payloadParts(deliveryId), body);
}

/** @throws SealBroken */
export function openPayload(secret: Uint8Array, deliveryId: string, sealed: Uint8Array): string {
  return open(payloadKey(secret), payloadParts(deliveryId), sealed).toString('utf8');
}
