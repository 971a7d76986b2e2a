import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Receipt } from '../../shared/receipt.ts';
import type { Config } from '../config.ts';
import { publicKeyIn, publicKeys } from '../ledger/signing.ts';
import { type Proof, proofFault } from '../receipts/proof.ts';
import { receiptFault } from '../receipts/verify-receipt.ts';
import { CannotOpen } from '../store/cannot-open.ts';
import { openBeside } from './open.ts';

/** What `/.well-known/parley-keys.json` says. */
const published = z.object({ keys: z.array(z.object({ kid: z.string(), publicKey: z.string() })) });

/**
 * Checks a receipt; 0 when it holds, 1 at its first fault. With a file of published keys nothing but the two files is
 * needed: whoever has them can check, whether they trust the relay or not.
 */
export async function verifyReceiptCommand(config: Config, file: string, keysFile: string | null): Promise<number> {
  const value = jsonIn(file);
  if ((value as Partial<Proof> | null)?.schema === 'parley-proof/1')
    return verifyProof(file, value, keysFile === null ? undefined : keysIn(keysFile));
  const keys = keysFile === null ? await storedKeys(config) : keysIn(keysFile);
  const fault = receiptFault(value, keys);
  if (fault !== null) {
    console.log(`${file}: DOES NOT HOLD: ${fault}.`);
    return 1;
  }
  const { service, event, purposes, records, signature } = value as Receipt;
  console.log(`${file}: holds. ${service}, ${event.time}, signed with key ${signature.kid}.`);
  for (const [at, { name, state }] of purposes.entries()) {
    const entry = records[at]?.entry;
    const head = records[at]?.inclusion?.head;
    const under = head ? `under the head of ${head.size} entries signed ${head.time}` : 'not yet under a signed head';
    console.log(`  ${state}: ${name} (entry ${entry?.seq} of the ledger of site ${entry?.site_id}, ${under})`);
  }
  return 0;
}

/** A proof brings the keys along: whether they are the relay's is seen by those that it publishes. */
function verifyProof(file: string, value: unknown, published?: Map<string, KeyObject>): number {
  const fault = proofFault(value, published);
  if (fault !== null) {
    console.log(`${file}: DOES NOT HOLD: ${fault}.`);
    return 1;
  }
  const { conversation_id, receipts, notices, keys } = value as Proof;
  console.log(`${file}: holds. Conversation ${conversation_id}, ${receipts.length} acts under ${notices.length} notices.`);
  if (published) console.log('  Signed with published keys.');
  else console.log(`  Signed with keys ${keys.map(({ kid }) => kid).join(', ')}: compare with those that the relay publishes.`);
  return 0;
}

async function storedKeys(config: Config): Promise<Map<string, KeyObject>> {
  const store = await openBeside(config);
  try {
    return await publicKeys(store.read);
  } finally {
    await store.close();
  }
}

/** @throws CannotOpen when the file holds no keys. */
function keysIn(file: string): Map<string, KeyObject> {
  const parsed = published.safeParse(jsonIn(file));
  try {
    if (!parsed.success) throw parsed.error;
    return new Map(parsed.data.keys.map(({ kid, publicKey }) => [kid, publicKeyIn(publicKey)]));
  } catch {
    throw new CannotOpen(`${file} holds no keys as a relay publishes them at /.well-known/parley-keys.json.`);
  }
}

/** @throws CannotOpen when the file cannot be read, or is no JSON. */
function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotOpen(code === undefined ? `${file} is no JSON.` : `${file} cannot be read (${code}).`);
  }
}
