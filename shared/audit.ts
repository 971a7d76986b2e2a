/** What is written down of looks at people's data and of changes: codes, which the console's catalog puts into words. */

export const AUDIT_ACTIONS = [
  'inbox.listed',
  'conversation.opened',
  'consent.read',
  'form.shown',
  'ip.reveal',
  'visitor.erased',
  'form.rectified',
  'receipt.opened',
  'proof.made',
  'export.visitor',
  'export.operator',
  'export.agent',
  'notice.published',
  'role.changed',
  'erasure.previewed',
  'certificate.viewed',
  'agent.signed_in',
  'agent.signed_out',
  'agent.sign_in_failed',
  'password.reset',
  'link.made',
  'key.rotated',
  'master_key.rotated',
  'master_key.lost',
  'backup.made',
  'backup.restored',
  'hold.set',
  'hold.lifted',
  'retention.changed',
  'register.searched',
  'register.viewed',
  'register.verified',
  'register.exported',
  'audit.searched',
  'audit.exported',
  'redaction.changed',
  'talk.opened',
  'setting.after_withdrawal.locked',
  'setting.after_withdrawal.contract',
  'setting.after_withdrawal.legal_obligation',
  'setting.after_withdrawal.public_task',
  'setting.after_withdrawal.legal_claims',
  'export.agent',
  'consent.withdrawn',
  'request.made',
  'request.read',
  'request.changed',
  'request.answered',
  'person.searched',
  'calendar.changed',
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
