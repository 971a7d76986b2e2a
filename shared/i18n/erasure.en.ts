/** What `parley erase` says, and `parley verify` of erasures. */
export const erasureWords = {
  unknown: 'There is no conversation "{id}", or it was erased.',
  'dry.begin': 'Erasing {id} would take, and a dry run takes nothing:',
  done: 'Erased: the visitor of this conversation is forgotten. The certificate names nobody and can be kept.',
  row: '{count} {table}',
  'dry.entries': 'The ledger keeps {entries} entries that nothing could be matched to any more.',
  scrubbed: 'What was deleted is overwritten in the file of the database, and its log is empty.',
  'not.scrubbed':
    'The files were in use: a running relay takes what was deleted out of them within a second, else its next start.',
  postgres:
    'PostgreSQL has freed the space. Its write-ahead log, its standbys and its backups keep what they hold until they are recycled.',
  'not.logged':
    '{file} could not be written: a running relay writes the erasure down there as soon as it can, else its next start. A restore needs it.',
  told: 'Recipients who are told to do the same, again and again until they confirm it: {names}. A running relay does that.',
  running: 'A running relay closes the visitor’s windows and tells the agents within two seconds.',
  'verify.erased': '{site}: {entries} entries have no event any more; signed certificates of their erasure: {erasures}.',
} as const;
