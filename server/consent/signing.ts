import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { ConsentEvent, UnsignedConsentEvent } from '../../shared/consent.ts';
import { canonicalBytes } from '../../shared/ledger.ts';
import type { Reads, SigningKeyRow, Store } from '../store/store.ts';
import { BadMasterKey } from '../vault/master-key.ts';
import { SealBroken, type Vault } from '../vault/vault.ts';

/** The relay's Ed25519 key for consent events. Old public keys stay in the store for ever. */
export interface SigningKey {
  kid: string;
  sign(event: UnsignedConsentEvent): ConsentEvent;
}

const PLACE = (kid: string) => ({ table: 'signing_key', column: 'private', row: kid });

/** Takes the newest key, or makes the first one. */
export async function loadSigningKey(store: Store, vault: Vault, now: number): Promise<SigningKey> {
  const newest =
    (await store.read.signingKeys()).at(-1) ??
    (await store.write(async (tx) => {
      const there = (await tx.signingKeys()).at(-1);
      if (there) return there;
      const made = makeKey(vault, now);
      await tx.insertSigningKey(made);
      return made;
    }));
  const der = openPrivate(vault, newest);
  const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  return { kid: newest.kid, sign: (event) => signEvent(event, newest.kid, key) };
}

/** @throws BadMasterKey when the database was sealed under another master key. */
export async function requireSameMasterKey(reads: Reads, vault: Vault): Promise<void> {
  const newest = (await reads.signingKeys()).at(-1);
  if (newest) openPrivate(vault, newest);
}

/** The first thing that is opened at every start: a master key of another database stops it here. */
function openPrivate(vault: Vault, key: SigningKeyRow): Uint8Array {
  try {
    return vault.openOwn(PLACE(key.kid), key.privateSealed);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw new BadMasterKey(
      'The database was sealed under another master key. Give the one that was in use, in PARLEY_MASTER_KEY or master.key.',
    );
  }
}

function makeKey(vault: Vault, now: number): SigningKeyRow {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
  return {
    kid,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateSealed: vault.sealOwn(PLACE(kid), privateKey.export({ type: 'pkcs8', format: 'der' })),
    createdAt: now,
  };
}

function signEvent(event: UnsignedConsentEvent, kid: string, key: KeyObject): ConsentEvent {
  const value = sign(null, canonicalBytes(event), key).toString('base64url');
  return { ...event, signature: { alg: 'Ed25519', kid, value } };
}

/** True when the event was signed by the key, as it stands. */
export function signatureHolds(event: ConsentEvent, publicKey: KeyObject): boolean {
  const { signature, ...unsigned } = event;
  return verify(null, canonicalBytes(unsigned), publicKey, Buffer.from(signature.value, 'base64url'));
}
