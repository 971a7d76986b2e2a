/** What `parley backup` and `parley restore` say. */
export const backupWords = {
  done: 'Backup {name} is in {folder}: {rows} rows, and apart from them {keys} keys. Everything is as it was at {time}.',
  'no.master':
    'The master key is not in it, and without that key no sealed text of it opens. Keep a copy of the key somewhere else.',
  'pruned.keys': 'Keys of {count} backups were older than {life} and are gone: what they opened stays closed.',
  'pruned.data': 'Backups older than {life} are gone: {count}.',
  'pruned.none': 'Nothing in {folder} is too old.',
  'no.folder': 'There is no folder {folder}.',
  lives:
    '--keep-keys and --keep-data take whole days, weeks, months or years, such as P7D or P35D, and keys live no longer than data.',
  restored: 'Restored from backup {name}: {rows} rows, as of {time}. Each table has as many rows as the backup says.',
  'again.begun': 'This database was restored from backup {name} already; what is left to do goes on.',
  'keys.expired': 'Its keys are not there: they are taken away earlier than the data, so that what was erased stays unreadable.',
  'keys.left': 'Its keys are left out, as asked.',
  'keys.other':
    'The keys of this backup are wrapped under master key {theirs}, and {ours} is here. Give the one that was in use, or restore with --without-keys: then nothing that was sealed opens.',
  'keys.none': 'none',
  unreadable:
    'Without a key, and so unreadable for good: {visitors} visitors, {messages} messages, {events} consent events. Whoever is erased later is erased all the same.',
  'still.works': 'What still works: the ledger and its proofs, notices, sites, the sign-in of agents, and every new chat.',
  ledger: '{site}: the ledger holds, {entries} entries.',
  'ledger.broken': '{site}: the ledger is BROKEN at entry {seq}: {kind}.',
  next: 'No relay starts on it yet. Whoever was erased after {time} is in it again. Do those erasures again:\n  parley restore {place} --erasures FILE\nFILE is the erasure log of the relay that was lost: PARLEY_ERASURES_FILE, or erasures.jsonl in its data folder.\nWhere there is none any more: parley restore {place} --no-erasures, which is written down.',
  'fault.forged': 'Line {line} was not signed by this relay, or was changed since.',
  'fault.gap': 'Erasure {erasure} is mentioned, and its line is missing.',
  'fault.short': '{site}: the log has not the head of {time}: its end was cut off, or it is not the log of this relay.',
  refused:
    'The log does not hold, so nothing was erased again. Look for a whole one; --incomplete does again what it has, and writes down that it is not whole.',
  reach: 'The newest line of the log is of {time}.',
  'reach.none': 'The log has no line that tells of a time.',
  unwitnessed: 'No head that was kept elsewhere says how far it should reach: set PARLEY_HEADS_FILE, and the next time one does.',
  replayed: 'Erased again: {erased}. Of {nothing} erasures nothing was in the backup.',
  'replayed.none': 'Nothing was erased again: there is no log, and that is written down.',
  ready: 'The database may serve again: npm start. Then make a backup of it.',
} as const;
