import { z } from 'zod';
import { canonicalBytes } from './ledger.ts';

/**
 * The certificate of an erasure (PR-56): what went and how, and nothing of whom. Signed as receipts are, over the canonical
 * JSON (RFC 8785) of all but the signature.
 */

const ERASED_BY = ['visitor', 'agent', 'operator'] as const;
export type ErasedBy = (typeof ERASED_BY)[number];

/** The grounds of Art. 17(1) GDPR, and a plain request. Words of one's own could name the person. */
export const ERASURE_REASONS = [
  'request',
  'consent_withdrawn',
  'objection',
  'no_longer_needed',
  'unlawful',
  'legal_obligation',
] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];
export const erasureReason = z.enum(ERASURE_REASONS);

/** Beside whom a person asks: the relay by its clock, when everything of somebody has been kept long enough (PR-60). */
const CERTIFIED_BY = [...ERASED_BY, 'relay'] as const;
export type CertifiedBy = (typeof CERTIFIED_BY)[number];
const CERTIFIED_REASONS = [...ERASURE_REASONS, 'retention'] as const;
export type CertifiedReason = (typeof CERTIFIED_REASONS)[number];

/** In this order: the rows, with them keys and salts; then, before the commit, a look that finds none left. */
export const ERASURE_METHOD = ['rows_deleted', 'keys_destroyed', 'salts_destroyed', 'none_found'] as const;

/** A whole visitor, one conversation of several, or one message. */
export type ErasedWhat = 'visitor' | 'conversation' | 'message';

const count = z.number().int().min(0);

export const certificate = z.strictObject({
  schema: z.literal('parley-erasure/1'),
  erasure_id: z.string(),
  site_id: z.string(),
  /** RFC 3339, UTC, the relay's clock. */
  time: z.iso.datetime({ precision: 3 }),
  by: z.enum(CERTIFIED_BY),
  reason: z.enum(CERTIFIED_REASONS),
  method: z.array(z.string()),
  /** Rows by table; of `audit`, the lines that name this erasure now instead of the person. */
  counts: z.record(z.string(), count),
  /** Where one message alone was erased: its id, drawn by lot, by which a restore finds it. */
  message_id: z.string().max(64).optional(),
  /** The ledger's entry for this erasure, and the seqs of the events that went. */
  ledger: z.strictObject({ seq: count, hash: z.string().regex(/^[0-9a-f]{64}$/), covers: z.array(count) }),
  signature: z.strictObject({ alg: z.literal('Ed25519'), kid: z.string(), value: z.string() }),
});
export type Certificate = z.infer<typeof certificate>;

/** What the signature of a certificate is over. */
export function certificateBytes(unsigned: Omit<Certificate, 'signature'>): Uint8Array {
  return canonicalBytes(unsigned);
}
