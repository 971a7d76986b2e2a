import { z } from 'zod';
import { AUDIT_ACTIONS, type AuditActor } from './audit.ts';
import type { AuditDetail } from './audit-entry.ts';

/** The audit's doors, for owners and the role `privacy`. The relay parses; browsers import the types only. */

const auditFilter = {
  action: z.enum(AUDIT_ACTIONS).nullable().optional(),
  agentId: z.string().max(64).nullable().optional(),
  /** The id of a conversation, a visitor, an agent, an erasure; the hash of a notice. */
  object: z
    .string()
    .regex(/^[\w.:/+-]{1,128}$/)
    .nullable()
    .optional(),
  /** Epoch milliseconds, the first included and the last not. */
  from: z.number().int().nullable().optional(),
  until: z.number().int().nullable().optional(),
};
/** `POST /api/agent/audit/search`: for owners and the role `privacy`. `before` is the last line of the page before. */
export const auditSearchRequest = z.strictObject({
  ...auditFilter,
  before: z
    .strictObject({ at: z.number().int(), id: z.string().max(64) })
    .nullable()
    .optional(),
});
export type AuditSearchRequest = z.infer<typeof auditSearchRequest>;
/** `POST /api/agent/audit/export`: a file with everything that fits. */
export const auditExportRequest = z.strictObject({ ...auditFilter, format: z.enum(['csv', 'json']) });
export type AuditExportRequest = z.infer<typeof auditExportRequest>;

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
