/** What is written down of looks at people's data and of changes: codes, which the console's catalog puts into words. */

export const AUDIT_ACTIONS = [
  'ip.reveal',
  'visitor.erased',
  'form.rectified',
  'export.visitor',
  'export.operator',
  'notice.published',
  'role.changed',
  'register.searched',
  'register.exported',
  'paper.taken',
  'breach.recorded',
  'breach.decided',
  'breach.listed',
  'site.exported',
  'site.ended',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Who did it. Of an agent also from which session: a name for it that opens nothing. */
export type AuditActor =
  | { kind: 'agent'; id: string; session: string | null }
  | { kind: 'visitor' }
  /** Whoever has the command line. */
  | { kind: 'operator' }
  /** The relay itself, by its clock. */
  | { kind: 'relay' };
