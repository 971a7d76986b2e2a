import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';
import { SealBroken } from './vault.ts';

/** A sealed value: one byte of version, the nonce, the ciphertext, the tag. */
const VERSION = 1;
const NONCE = 12;
const TAG = 16;
const CIPHER = 'aes-256-gcm';

/** Nonces drawn ahead: one call for random bytes costs more than sealing a message. */
const drawn = Buffer.alloc(NONCE * 512);
let used = drawn.length;

/** Each stretch of what was drawn is given out once. */
function nextNonce(): Buffer {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += NONCE;
  return Buffer.from(drawn.subarray(used - NONCE, used));
}

/** What a sealed value is bound to, as JSON of the version and these parts, in this order. */
function associated(parts: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify([VERSION, ...parts]));
}

/** AES-256-GCM under a random nonce, bound to `parts`: it opens with the same key and the same parts only. */
export function seal(key: KeyObject, parts: readonly string[], plain: string | Uint8Array): Uint8Array {
  const nonce = nextNonce();
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG });
  cipher.setAAD(associated(parts));
  const body = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  const rest = cipher.final();
  return Buffer.concat([Buffer.of(VERSION), nonce, body, rest, cipher.getAuthTag()]);
}

/** @throws SealBroken when anything of it does not fit; the reason is not told apart. */
export function open(key: KeyObject, parts: readonly string[], sealed: Uint8Array): Buffer {
  if (sealed.length < 1 + NONCE + TAG || sealed[0] !== VERSION) throw new SealBroken('not a sealed value of this version');
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(1, 1 + NONCE), { authTagLength: TAG });
    decipher.setAAD(associated(parts));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
    const plain = decipher.update(sealed.subarray(1 + NONCE, sealed.length - TAG));
    return Buffer.concat([plain, decipher.final()]);
  } catch (cause) {
    throw new SealBroken('altered, moved, or sealed under another key', { cause });
  }
}
