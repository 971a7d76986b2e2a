import { z } from 'zod';
import { consentEvent } from './consent.ts';
import { treeHead } from './tree-head.ts';

/**
 * A consent receipt: what one act of a visitor decided, in the fields of ISO/IEC TS 27560:2023 (PRIVACY.md, section 16),
 * with the events and the entries of the ledger that prove it. It holds no address: the events have its commitment only.
 */
export const RECEIPT_SCHEMA = 'https://parley.example/schema/consent-receipt/1';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string();

const party = z.strictObject({
  id: text,
  role: z.enum(['controller', 'processor', 'authority']),
  type: z.enum(['organisation', 'public']),
  name: text,
  address: text.nullable(),
  contact: text.nullable(),
});

export const receiptPurpose = z.strictObject({
  id: text,
  version: z.number().int(),
  record_id: text,
  name: text,
  text,
  legal_basis: text,
  state: text,
  decision: text,
  primary: z.boolean(),
  data: z.array(z.strictObject({ type: text, special: z.literal(true).optional() })),
  retention: text,
  valid_for: text,
  storage: z.array(z.strictObject({ country: text })),
  recipients: z.array(text),
});

export const receipt = z.strictObject({
  schema_version: z.literal(RECEIPT_SCHEMA),
  receipt_id: z.string().regex(/^[0-9a-f]{32}$/),
  subject_id: text,
  service: text,
  jurisdiction: text,
  collection_method: text,
  parties: z.array(party),
  notice: z.strictObject({ version: text, hash: hex64, url: text, locale: text }),
  purposes: z.array(receiptPurpose).min(1),
  event: z.strictObject({ type: text, time: text, unix: z.number().int(), by: text, action: text }),
  withdrawal: z.strictObject({ url: text, control: text }),
  rights_url: text.nullable(),
  evidence: z.strictObject({
    ui_build: hex64,
    ui_variant: text,
    viewport: text,
    page: text.nullable(),
    signals: z.strictObject({ gpc: z.boolean() }).nullable(),
    ip_kept: z.boolean(),
  }),
  /** What each purpose rests on: the event, the salt that opens its commitment, and the ledger's entry. */
  records: z
    .array(
      z.strictObject({
        event: consentEvent,
        salt: hex64,
        entry: z.strictObject({
          site_id: text,
          seq: z.number().int().min(1),
          prev_hash: hex64,
          kind: z.literal('event'),
          commitment: hex64,
          time_bucket: text,
        }),
        leaf: hex64,
        /**
         * That the entry stands in the ledger under a signed head, by its way up the Merkle tree (RFC 9162 §2.1.3);
         * null until a head covers it.
         */
        inclusion: z
          .strictObject({ head: treeHead, path: z.array(hex64).max(64) })
          .nullable()
          .optional(),
      }),
    )
    .min(1),
  issued_at: text,
  /** Ed25519 over the canonical JSON (RFC 8785) of all but this. */
  signature: z.strictObject({ alg: z.literal('Ed25519'), kid: text, value: text }),
});
export type Receipt = z.infer<typeof receipt>;
export type UnsignedReceipt = Omit<Receipt, 'signature'>;
