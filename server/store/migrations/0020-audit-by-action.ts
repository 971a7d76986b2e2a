/** The newest line of one kind is found at once, however long the audit is. */
export function auditByAction(): string[] {
  return ['create index audit_action on audit (action, at)'];
}
