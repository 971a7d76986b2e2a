import { z } from 'zod';
import { type Certificate, type CertifiedBy, type CertifiedReason, type ErasedWhat, erasureReason } from './erasure.ts';
import type { Survivor } from './survivors.ts';

/** Erasing at the privacy desk: one visitor, or all who fit. */

/** What all conversations of a visitor must be like; UTC days. */
export const erasureFilter = z.strictObject({
  /** The site's key. */
  site: z.string().min(1).max(64),
  status: z.enum(['any', 'ended', 'withdrawn']),
  /** The last message was written before this day. */
  lastBefore: z.iso.date().optional(),
  /** They began on one of these days, both included. */
  beganFrom: z.iso.date().optional(),
  beganTo: z.iso.date().optional(),
});
export type ErasureFilter = z.infer<typeof erasureFilter>;

export const bulkPreviewRequest = z.strictObject({ filter: erasureFilter });
export interface BulkPreview {
  visitors: number;
  conversations: number;
  /** Of them, open now: an open chat holds nothing up. */
  open: number;
  /** Of them, under a legal hold: it stops what goes by itself, and not this. */
  held: number;
  /** The moment of the count, epoch milliseconds: whoever comes later is not meant. */
  asOf: number;
}

/** One step of erasing all who fit; the next one follows while somebody is left. */
export const bulkRequest = z.strictObject({
  filter: erasureFilter,
  asOf: z.number().int(),
  /** How many were counted: more than these are not erased unseen. */
  expected: z.number().int().min(1),
  reason: erasureReason,
});
export interface BulkErased {
  certificates: Certificate[];
  left: number;
}

/** A visitor with everything, or one of their conversations alone. */
const scope = z.enum(['visitor', 'conversation']);
export type ErasureScope = z.infer<typeof scope>;

export const erasurePreviewRequest = z.strictObject({ conversationId: z.string().max(64), scope: scope.default('visitor') });
export interface ErasurePreview {
  /** Rows by table. */
  counts: Record<string, number>;
  /** Entries of the ledger whose events would go. */
  entries: number;
  /** How many the visitor has. */
  conversations: number;
  /** What it would leave, with why and until when (PR-58). */
  survivors: Survivor[];
}
export const eraseOneRequest = z.strictObject({
  conversationId: z.string().max(64),
  scope: scope.default('visitor'),
  reason: erasureReason,
});

/** One message: its text goes, its place stays. */
export const eraseMessageRequest = z.strictObject({
  conversationId: z.string().max(64),
  messageId: z.string().max(64),
  reason: erasureReason,
});

/** An erasure that was done, newest first. */
export interface ErasureLine {
  id: string;
  site: string;
  seq: number;
  at: number;
  by: CertifiedBy;
  reason: CertifiedReason;
  of: ErasedWhat;
}
export interface ErasureList {
  lines: ErasureLine[];
  next: { at: number; id: string } | null;
}
export const erasureListRequest = z.strictObject({
  before: z.strictObject({ at: z.number().int(), id: z.string().max(64) }).nullable(),
});
