/** What this relay does to keep data safe, as a paper says it: facts of the product and of how it runs (PR-73). */
export const measureWords = {
  sealed: 'Sealed at rest',
  'sealed.text':
    'Messages, form fields, addresses, browser names and consent records are sealed with AES-256-GCM before they are written, under a key for each visitor and kind of data. A sealed value opens in its own row alone. No search index and no log holds them in the clear.',
  'sealed.plain':
    'In the clear stand random ids, times, states, purposes, counts, hashes of tokens, the staff’s names and addresses, and the published notices.',
  keys: 'Keys',
  'keys.text': 'Each key is itself stored wrapped under a master key, which is never in the database.',
  'keys.environment': 'The master key is given in the environment of the relay (PARLEY_MASTER_KEY).',
  'keys.environment.what': 'where PARLEY_MASTER_KEY is kept, and who can read it',
  'keys.file': 'The master key is a file that only the relay’s account can read (mode 0600) in the data folder.',
  'keys.beside':
    'Database and master key lie in the same folder: whoever copies the folder has both. PARLEY_MASTER_KEY keeps them apart.',
  transit: 'In transit',
  'transit.tls':
    'Browsers reach the relay at {origin} over TLS alone; HSTS for a year. Sockets take the relay’s own origin only.',
  'transit.local':
    'The relay answers at {origin}, which is this machine alone: no address for visitors is set yet (PARLEY_PUBLIC_URL).',
  'transit.proxies': '{count} trusted proxies stand in front of it.',
  'transit.proxies.what': 'who runs the proxies, and where TLS ends',
  'transit.sqlite': 'The database is an SQLite file on the relay’s own disk: nothing goes over a network.',
  'transit.postgres': 'The database is PostgreSQL; its address says sslmode={mode}.',
  'transit.postgres.what': 'how the link to PostgreSQL is protected: its address says nothing of TLS (sslmode)',
  access: 'Access',
  'access.text':
    'Staff sign in with a password of at least 15 characters (argon2id); a session ends after {idle} without use, and after {life} at most. Tries are limited by account and address. Visitors see their own conversation alone.',
  'access.roles': 'Accounts now: {counts}.',
  'access.looks': 'Each look at an IP address, each export and each erasure stands in the trail.',
  proof: 'Proof',
  'proof.text':
    'Each decision is signed (Ed25519) and committed to in a hash-chained ledger that refuses changes; “parley verify” walks it.',
  'proof.heads.none':
    'No signed head of it is kept elsewhere (PARLEY_HEADS_FILE, PARLEY_HEADS_URL): a cut tail would not be seen.',
  'proof.heads.file': 'Its signed heads are added daily to a file beside the database.',
  'proof.heads.url': 'Its signed heads are posted daily to another machine.',
  purge: 'Erasure',
  'purge.text':
    'An erasure deletes every row of a person, their keys and salts in one transaction, and leaves a signed certificate with counts and no name. Hiding, hashing or masking counts as no erasure here.',
  'purge.sqlite': 'SQLite overwrites what is deleted (secure_delete).',
  'purge.postgres':
    'PostgreSQL frees the space by VACUUM; standbys and archives of its log keep deleted bytes until they are used again.',
  periods: 'Periods',
  'periods.text':
    'The relay looks every hour and lets go of what has been kept as long as the notice says. A legal hold stops that for one conversation, with a reason and an end.',
  minimal: 'As little as possible',
  'minimal.text':
    'Name and e-mail are asked for only where the notice says so; no file, no tracking, no third party in the page, nothing before the visitor clicks. Log lines hold no text, name, address or token.',
  restore: 'Availability',
  'restore.text': 'What was acknowledged survives a power cut: an answer leaves only after the commit is on disk.',
  'restore.what': 'where backups go, how often, how long they are kept, who can read them, and when a restore was last tried',
  'restore.backups':
    'Backups are kept {data} at most, and the keys in them {keys}: after that nothing that was sealed opens from them. The last was made on {date}. A restore does the erasures since again before it serves anybody.',
  'restore.rest': 'where backups go, how often, who can read them, and when a restore was last tried',
  checks: 'Regular checks',
  'checks.text': '“parley doctor” names what is wrong with keys, heads and notices; “parley verify” checks the ledger.',
  'checks.what': 'who runs them, and how often',
} as const;
