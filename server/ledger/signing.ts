import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { ConsentEvent, UnsignedConsentEvent } from '../../shared/consent.ts';
import { canonicalBytes } from '../../shared/ledger.ts';
import { DAY } from '../../shared/limits.ts';
import type { SigningKeyRow } from '../store/rows.ts';
import type { Reads, Store, Tx } from '../store/store.ts';
import type { Rewrapper } from '../vault/aes-vault.ts';
import { halfRotated, otherMasterKey } from '../vault/master-key.ts';
import { SealBroken, type Vault } from '../vault/vault.ts';

/** The relay's Ed25519 key for consent events and tree heads. Old public keys stay in the store for ever. */
export interface SigningKey {
  readonly kid: string;
  sign(bytes: Uint8Array): Signature;
}

export type Signature = ConsentEvent['signature'];

/** A key older than this is followed by a new one. */
export const KEY_LIFE = 365 * DAY;

const PLACE = (kid: string) => ({ table: 'signing_key', column: 'private', row: kid });

/**
 * Takes the newest key; makes one when there is none, or the newest has served its time. Keys without their private part,
 * as a restore may leave them, only check what they signed.
 */
export async function loadSigningKey(store: Store, vault: Vault, now: number): Promise<SigningKey> {
  const serves = (row: SigningKeyRow | undefined): row is SigningKeyRow => row !== undefined && now - row.createdAt < KEY_LIFE;
  const newest = await newestSigning(store.read);
  if (serves(newest)) return openKey(vault, newest);
  // Under the key of another database nothing may be written.
  if (newest) openPrivate(vault, newest);
  const next = await store.write(async (tx) => {
    const there = await newestSigning(tx);
    return serves(there) ? there : addKey(tx, vault, now);
  });
  return openKey(vault, next);
}

const canSign = ({ privateSealed }: SigningKeyRow): boolean => privateSealed.length > 0;

async function newestSigning(reads: Reads): Promise<SigningKeyRow | undefined> {
  return (await reads.signingKeys()).findLast(canSign);
}

/** True when something is sealed that another master key would not open. */
export async function isSealed(reads: Reads): Promise<boolean> {
  return (await newestSigning(reads)) !== undefined || (await reads.keys.after('', 1)).length > 0;
}

/** The signing key of a row; null for one that only checks. @throws BadMasterKey as `requireSameMasterKey`. */
export function signingKeyOf(vault: Vault, row: SigningKeyRow): SigningKey | null {
  return canSign(row) ? openKey(vault, row) : null;
}

/**
 * Brings every private part, and whatever else is sealed under the master key itself, under another one, in the caller's
 * transaction; gives how many.
 */
export async function rewrapOwn(tx: Tx, rewrapper: Rewrapper): Promise<number> {
  const keys = (await tx.signingKeys()).filter(canSign);
  for (const { kid, privateSealed } of keys) await tx.keys.resealSigning(kid, rewrapper.own(PLACE(kid), privateSealed));
  const own = await tx.keys.ownSealed();
  for (const one of own) await tx.keys.resealOwn({ ...one, sealed: rewrapper.own(one, one.sealed) });
  return keys.length + own.length;
}

/** Leaves of every signing key what checks, and takes what signs: after the loss of the master key. */
export async function onlyCheck(tx: Tx): Promise<void> {
  for (const { kid } of (await tx.signingKeys()).filter(canSign)) await tx.keys.resealSigning(kid, new Uint8Array());
}

/** Puts a new key in the place of the newest, for what is signed from now on; gives its id. */
export async function rotateSigningKey(store: Store, vault: Vault, now: number): Promise<string> {
  return (await store.write((tx) => addKey(tx, vault, now))).kid;
}

async function addKey(tx: Tx, vault: Vault, now: number): Promise<SigningKeyRow> {
  const made = makeKey(vault, now);
  await tx.insertSigningKey(made);
  return made;
}

function openKey(vault: Vault, row: SigningKeyRow): SigningKey {
  const der = openPrivate(vault, row);
  const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  return {
    kid: row.kid,
    sign: (bytes) => ({ alg: 'Ed25519', kid: row.kid, value: sign(null, bytes, key).toString('base64url') }),
  };
}

/** @throws BadMasterKey when the database was sealed under another master key, or is under two. */
export async function requireSameMasterKey(reads: Reads, vault: Vault): Promise<void> {
  const newest = await newestSigning(reads);
  if (newest) openPrivate(vault, newest);
  if (await reads.keys.hasOther(vault.masterKeyId)) throw halfRotated();
}

/** The first thing that is opened at every start: a master key of another database stops it here. */
function openPrivate(vault: Vault, key: SigningKeyRow): Uint8Array {
  try {
    return vault.openOwn(PLACE(key.kid), key.privateSealed);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw otherMasterKey();
  }
}

function makeKey(vault: Vault, now: number): SigningKeyRow {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const kid = keyId(publicKey);
  return {
    kid,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateSealed: vault.sealOwn(PLACE(kid), privateKey.export({ type: 'pkcs8', format: 'der' })),
    createdAt: now,
  };
}

export function signEvent(key: SigningKey, event: UnsignedConsentEvent): ConsentEvent {
  return { ...event, signature: key.sign(canonicalBytes(event)) };
}

/** A key's id: the first 16 hex digits of SHA-256 over its SPKI bytes. */
export function keyId(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
}

/** A public key as it is stored and published (SPKI PEM). */
export function publicKeyIn(pem: string): KeyObject {
  return createPublicKey(pem);
}

/** Every key that ever signed, by its id. */
export async function publicKeys(reads: Reads): Promise<Map<string, KeyObject>> {
  return new Map((await reads.signingKeys()).map((key) => [key.kid, publicKeyIn(key.publicKey)]));
}

/** True when the event was signed by the key, as it stands. */
export function signatureHolds({ signature, ...unsigned }: ConsentEvent, publicKey: KeyObject): boolean {
  return isSigned(canonicalBytes(unsigned), signature, publicKey);
}

export function isSigned(bytes: Uint8Array, { value }: Signature, publicKey: KeyObject): boolean {
  return verify(null, bytes, publicKey, Buffer.from(value, 'base64url'));
}
