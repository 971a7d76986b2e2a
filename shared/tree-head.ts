import { z } from 'zod';
import { canonicalBytes } from './ledger.ts';

/**
 * A signed statement of how long a site's ledger was and what stood in it (PR-43): kept elsewhere, it shows later that
 * nothing up to it was taken away, put in or changed.
 */
export const treeHead = z.strictObject({
  schema: z.literal('parley-tree-head/1'),
  site_id: z.string(),
  /** Entries of the ledger, from the first. */
  size: z.number().int().min(0),
  /** Merkle tree hash of these entries (RFC 6962 §2.1), hex. */
  root: z.string().regex(/^[0-9a-f]{64}$/),
  /** RFC 3339, UTC, the relay's clock. */
  time: z.iso.datetime({ precision: 3 }),
  /** Ed25519 over the canonical JSON (RFC 8785) of all but this. */
  signature: z.strictObject({ alg: z.literal('Ed25519'), kid: z.string(), value: z.string() }),
});
export type TreeHead = z.infer<typeof treeHead>;

/** What the signature of a head is over. */
export function headBytes({ schema, site_id, size, root, time }: Omit<TreeHead, 'signature'>): Uint8Array {
  return canonicalBytes({ schema, site_id, size, root, time });
}
