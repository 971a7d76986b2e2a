import { z } from 'zod';
import { AUDIT_ACTIONS, type AuditActor } from './audit.ts';
import type { AuditDetail } from './audit-entry.ts';

/** The audit at the privacy desk: what is asked of it, and how it answers. */

export const auditFilter = z.strictObject({
  action: z.enum(AUDIT_ACTIONS).optional(),
  /** An agent's id. */
  agent: z.string().max(64).optional(),
  /** The id of a conversation, a visitor, an agent, an erasure; the hash of a notice. */
  object: z
    .string()
    .regex(/^[\w.:/+-]{1,128}$/)
    .optional(),
  /** UTC days, both included. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});
export type AuditFilterInput = z.infer<typeof auditFilter>;

/** `POST /api/agent/audit/search`. `before` is the place of the last line of the page before. */
export const auditRequest = z.strictObject({
  filter: auditFilter,
  before: z.strictObject({ at: z.number().int(), id: z.string().max(64) }).nullable(),
});
export type AuditRequest = z.infer<typeof auditRequest>;

/** One act. Agents stand in it by name, visitors by their ids alone. */
export interface AuditLine {
  id: string;
  at: number;
  /** Null in old lines that do not say it. */
  actor: AuditActor['kind'] | null;
  agent: { id: string; name: string | null } | null;
  session: string | null;
  action: string;
  object: string;
  detail: AuditDetail | null;
  /** Its number in the chain; null for lines from before it began. */
  seq: number | null;
}
export interface AuditPage {
  lines: AuditLine[];
  next: { at: number; id: string } | null;
  /** Who can be filtered by. */
  agents: { id: string; name: string }[];
}
