/**
 * The rules of privacy that this product is measured by, each by its number. `notOurs` says why a rule is not
 * Parley's to hold, `partly` what of it is still to come, `limit` how far a rule that is held reaches: parts that it names
 * and Parley does not have, or what it cannot do. What holds a rule is not said here: it is read from the tests and from
 * the list of mutations.
 *
 * @type {{ id: string, asks: string, notOurs?: string, partly?: string, limit?: string }[]}
 */
export const RULES = [
  { id: 'PR-01', asks: 'a legal basis for each purpose; a box for consent only' },
  { id: 'PR-02', asks: 'the chat does not hang on optional consent' },
  { id: 'PR-03', asks: 'everything of GDPR Art. 13 is in the notice' },
  { id: 'PR-04', asks: 'the first layer says the least that must be said, above the box' },
  { id: 'PR-05', asks: 'everybody who receives data is named' },
  { id: 'PR-06', asks: 'that proof is kept, what of it, and how long, is disclosed' },
  { id: 'PR-07', asks: 'each stored item is shown before it is set' },
  { id: 'PR-08', asks: 'withdrawal is announced before consent' },
  { id: 'PR-09', asks: 'the language is the page’s, or visibly another; versions stay' },
  { id: 'PR-10', asks: 'children: an age statement, no birth date' },
  { id: 'PR-11', asks: 'unticked, one control for each purpose' },
  { id: 'PR-12', asks: 'refusing is as easy as accepting' },
  { id: 'PR-13', asks: 'only an affirmative act counts' },
  { id: 'PR-14', asks: 'no wall around the page' },
  { id: 'PR-15', asks: 'no nagging' },
  { id: 'PR-16', asks: 'nothing typed is captured before Send' },
  { id: 'PR-17', asks: 'a Privacy control in every state' },
  { id: 'PR-18', asks: 'special categories are not asked for, or asked apart' },
  { id: 'PR-19', asks: 'a closed list of what is stored in the browser' },
  { id: 'PR-20', asks: 'that list is held at run time' },
  { id: 'PR-21', asks: 'no session token before Start; only its hash is kept' },
  { id: 'PR-22', asks: 'what outlives the page needs approval' },
  { id: 'PR-23', asks: 'one identifier, one purpose, one site' },
  { id: 'PR-24', asks: 'no fingerprint, no address of a page with its query' },
  { id: 'PR-25', asks: 'cookies are host-bound, secure and partitioned' },
  { id: 'PR-26', asks: 'no request before the launcher is used' },
  { id: 'PR-27', asks: 'the loader is static and the same for everybody' },
  { id: 'PR-28', asks: 'unknown, slow or missing is denied' },
  { id: 'PR-29', asks: 'adapters of consent managers keep one contract' },
  { id: 'PR-30', asks: 'two gates, and no socket past a closed one' },
  { id: 'PR-31', asks: 'IAB TCF is read as its specification says' },
  { id: 'PR-32', asks: 'Google Consent Mode is a signal, not a proof' },
  { id: 'PR-33', asks: 'Global Privacy Control is obeyed and shown' },
  { id: 'PR-34', asks: 'one event in the ledger for each decision' },
  { id: 'PR-35', asks: 'who, when, what, how and which words, from one id' },
  { id: 'PR-36', asks: 'the whole set of fields in each event' },
  { id: 'PR-37', asks: 'the time is the relay’s' },
  { id: 'PR-38', asks: 'what was shown is what was hashed' },
  { id: 'PR-39', asks: 'each release is kept as long as a record names it' },
  { id: 'PR-40', asks: 'a signed receipt for the visitor' },
  { id: 'PR-41', asks: 'proof asks for no more identification than the chat' },
  { id: 'PR-42', asks: 'consent expires, and is asked again on material change' },
  { id: 'PR-43', asks: 'tampering is found' },
  { id: 'PR-44', asks: 'no personal data in the ledger' },
  { id: 'PR-45', asks: 'taking back costs no more than giving, in the same place' },
  {
    id: 'PR-46',
    asks: 'a withdrawal is in force at once',
    limit: 'Recipients are told of a withdrawal also while the person is restricted: ids and codes, never words.',
  },
  { id: 'PR-47', asks: 'a withdrawal is recorded, and what was given stays provable' },
  { id: 'PR-48', asks: 'withdrawing works later, and costs nothing' },
  {
    id: 'PR-49',
    asks: 'a visitor gets all that is kept of them',
    limit: 'Parley has no file uploads, and no notes or tags about a visitor: there are none to hand out.',
  },
  {
    id: 'PR-50',
    asks: 'as files that others can read',
    limit: 'Parley has no file uploads: the archive holds no original files.',
  },
  { id: 'PR-51', asks: 'each request has its deadline' },
  { id: 'PR-52', asks: 'no more identification than is needed' },
  {
    id: 'PR-53',
    asks: 'correct, restrict, object, and recipients are told',
    limit:
      'Recipients are told of what concerns the person also while they are restricted: ids and codes, never words. Each piece of news corrects, limits or ends something, or says that a limit is lifted.',
  },
  {
    id: 'PR-54',
    asks: 'erasing erases everything',
    limit:
      'Parley has no file uploads, thumbnails, search index over messages, push messages or analytics, and its relay keeps no export: there is nothing of these to erase. What somebody saved as a file is out of its reach. The erasure of one message tells no recipient, because Parley never sends one the words or the id of a message. That of one conversation, while its visitor stays, tells none either, although a recipient may know its id from earlier news.',
  },
  { id: 'PR-55', asks: 'what is personal is sealed, per visitor and kind' },
  {
    id: 'PR-56',
    asks: 'keys are destroyed with the data',
    limit:
      'On the disk, SQLite: deleted rows are overwritten where they stand and the log is emptied; a file of more than 32 MB is not written anew, so copies that moving rows left behind may stay until somebody runs VACUUM. PostgreSQL: nothing is overwritten. VACUUM frees the rows for use again, passes over a table that is locked at that moment, and leaves out the audit. Its own logs, standbys and archives keep what was deleted until it is used again.',
  },
  { id: 'PR-57', asks: 'a restore erases again what was erased' },
  { id: 'PR-58', asks: 'only what the law asks survives, and is named' },
  { id: 'PR-59', asks: 'the end of the service hands over and deletes' },
  {
    id: 'PR-60',
    asks: 'nothing is kept for ever',
    limit:
      'Parley has no file uploads. What is typed into the form and not sent never leaves the browser: there is no abandoned form data.',
  },
  {
    id: 'PR-61',
    asks: 'what is due is purged, and that is proved',
    limit:
      'There is no address for a monitor to read numbers from: counts and ages stand in a table and in the log, and lateness is said at the desk and by `parley doctor`. On the disk the limits are those of PR-56; in PostgreSQL the log of access and the records of requests and breaches are left, as the audit is, to the database’s own cleaning.',
  },
  { id: 'PR-62', asks: 'statutory minimum logs stay apart' },
  { id: 'PR-63', asks: 'the IP is kept as the owner chose, for its own period' },
  { id: 'PR-64', asks: 'addresses are counted under a changing key' },
  { id: 'PR-65', asks: 'the IP is what the connection says' },
  { id: 'PR-66', asks: 'the IP stands in the evidence alone, and each look is logged' },
  { id: 'PR-71', asks: 'keys lie apart, rotate, and are listed' },
  { id: 'PR-72', asks: 'a breach can be reported in time' },
  { id: 'PR-73', asks: 'the paper trail is made from the configuration' },
  { id: 'PR-74', asks: 'private by default' },
  { id: 'PR-81', asks: 'every look at a person is logged' },
  { id: 'PR-82', asks: 'the log itself cannot be altered' },
];
