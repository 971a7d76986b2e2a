/** What the commands say of the audit. */
export const auditWords = {
  'verify.whole':
    'audit: whole. {entries} entries, {lines} lines, {purged} deleted when their time was over, {heads} signed heads. Last entry {last} {hash}, root {root}',
  'verify.broken': 'audit: BROKEN at entry {seq}: {kind}. Entries 1 to {last} hold.',
  'verify.unchained': 'audit: {count} lines are from before the audit was a chain: nothing shows whether they were altered.',
  'copy.none': 'audit: no copy is kept off this host. Set PARLEY_AUDIT_FILE or PARLEY_AUDIT_URL.',
  'copy.is': 'audit: {place} has it up to entry {seq}.',
  'copy.late': 'audit: {place} has it up to entry {seq}, and the next has waited for {minutes} minutes. Five are the most.',
  'copy.differs':
    'audit: entry {seq} in {place} is not in this database. It was cut and written anew, or this is an older copy of it. Keep the file, and run parley verify.',
} as const;
