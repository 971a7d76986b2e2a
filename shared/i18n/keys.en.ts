/** What `parley rotate-master-key` says, and other commands of the keys. */
export const keyWords = {
  'need.next':
    'The master key is given in PARLEY_MASTER_KEY, so give the new one too, in PARLEY_NEXT_MASTER_KEY. openssl rand -base64 32 makes one.',
  'need.stop': 'A relay is running on this database, and would go on with the old key: stop it first.',
  rotated: 'From master key {from} to {to}. Wrapped anew: {keys} keys, and {own} secrets of the relay.',
  already: 'Every key opens under master key {to}, and nothing is left under another.',
  destroyed: 'The old key was overwritten in its file.',
  'now.give':
    'Give the new key in PARLEY_MASTER_KEY from now on, take PARLEY_NEXT_MASTER_KEY away, and destroy the old key where you keep it.',
  backups: 'Backups from before open with the old key alone. Make one now: parley backup FOLDER.',
  'not.lost': 'The master key is here and opens what was sealed: it is not lost, and nothing was changed.',
  lost: 'The loss is written down, and the relay starts again with master key {to}. Gone for good: what {visitors} visitors wrote and agreed to in sealed form ({messages} messages, {events} consent events).',
  'verify.closed':
    'The master key is not here: no event can be opened. Links, heads, erasures and notices are walked all the same.',
  'verify.unopened': '{site}: {unopened} events stay closed, because their keys are not there; their entries hold.',
} as const;
