import { z } from 'zod';
import { canonicalBytes } from './ledger.ts';

/** What is signed at the end of a site's service (PR-59): the hand-over, and the report that all is erased. */

const count = z.number().int().min(0);
const time = z.iso.datetime({ precision: 3 });
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const signature = z.strictObject({ alg: z.literal('Ed25519'), kid: z.string(), value: z.string() });
const ledger = z.strictObject({ entries: count, hash: hex64 });

export const handOver = z.strictObject({
  schema: z.literal('parley-hand-over/1'),
  site_id: z.string(),
  site_key: z.string(),
  time,
  /** By when all of it has to be erased here. */
  due: time,
  visitors: count,
  notices: count,
  ledger,
  /** Each file that was handed over, with its SHA-256. */
  files: z.array(z.strictObject({ name: z.string(), sha256: hex64 })),
  /** Visitors with a digest of what was theirs then: what changed later is handed over again before it is erased. */
  digests: z.record(z.string(), hex64),
  signature,
});
export type HandOver = z.infer<typeof handOver>;

/** What is left of a site, and why: nothing that a visitor or the owner wrote. */
export const REMAINS = ['site_key', 'ledger_entries', 'tree_heads', 'erasure_certificates', 'audit_lines'] as const;

/** Beside it, where a recipient has not confirmed an erasure yet: their address, until they have. */
export const UNTOLD = 'recipients_to_be_told';

export const siteEnd = z.strictObject({
  schema: z.literal('parley-site-end/1'),
  site_id: z.string(),
  site_key: z.string(),
  handed_over: time,
  due: time,
  ended: time,
  /** In this order: the service stops, each visitor is erased, the site's words go, a look finds nothing left. */
  method: z.array(z.string()),
  /** Erased by the end of the service, each with a certificate of its own; rows by table over all of them. */
  visitors: count,
  counts: z.record(z.string(), count),
  erasures: z.array(z.string()),
  notices: count,
  ledger,
  remains: z.array(z.string()),
  signature,
});
export type SiteEnd = z.infer<typeof siteEnd>;

export const END_METHOD = ['service_stopped', 'visitors_erased', 'words_deleted', 'none_found'] as const;

/** What the signature of either is over: canonical JSON (RFC 8785) of all but the signature. */
export function endBytes(unsigned: Omit<HandOver, 'signature'> | Omit<SiteEnd, 'signature'>): Uint8Array {
  return canonicalBytes(unsigned);
}
