import type { Role } from '../../shared/api.ts';
import type { AuditActor } from '../../shared/audit.ts';
import type { AuditDetail } from '../../shared/audit-entry.ts';
import type { EventState } from '../../shared/consent.ts';
import type { CertifiedBy, CertifiedReason } from '../../shared/erasure.ts';
import type { ClosedBy } from '../../shared/events.ts';
import type { IpMode, IpViewers } from '../../shared/ip.ts';
import type { EntryKind } from '../../shared/ledger.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import type { AfterWithdrawal } from '../../shared/reading.ts';
import type { RedactionRules } from '../../shared/redaction/redaction.ts';

/** What the relay keeps, row by row. Times are epoch milliseconds, ids are text, sealed values are opaque bytes from the vault. */

export interface SiteRow {
  id: string;
  /** Public name in the snippet: `/s/<key>.js`. */
  key: string;
  name: string;
  /** Origins whose pages may embed the frame (`frame-ancestors`). */
  origins: string[];
  settings: SiteSettings;
  createdAt: number;
}

export interface SiteSettings {
  /** The owner's one colour, `#rrggbb`. */
  colour: string;
  /** Static text beside the launcher, or null for none. */
  greeting: { title: string; text: string } | null;
  ipMode: IpMode;
  /** Who may look at an address, these and those before them; left out, `DEFAULT_IP_VIEWERS`. */
  ipViewers?: IpViewers;
  /** Life of the chat cookie, milliseconds. */
  cookieLife: number;
  /** When the service of this site ended: it asks nobody any more, and holds nothing. Left out while it runs. */
  endedAt?: number;
  /** What is taken out of what people write; absent while the owner has said nothing, which is `DEFAULT_RULES`. */
  redaction?: RedactionRules;
  /** Whether agents may read a talk after its withdrawal, and on which ground; left out, it is locked. */
  afterWithdrawal?: AfterWithdrawal;
  /** What is done with talk whose time is up: its rows go (the default), or only what was said in them. */
  whenDue?: WhenDue;
}

export type WhenDue = 'erase' | 'redact';

export interface NoticeRow {
  hash: string;
  siteId: string;
  version: number;
  locale: string;
  doc: NoticeDoc;
  publishedAt: number;
}

/** What an owner writes before it is published. */
export interface NoticeDraftRow {
  siteId: string;
  locale: string;
  doc: NoticeDoc;
  updatedAt: number;
  updatedBy: string;
}

export type DataClass = 'messages' | 'form' | 'evidence' | 'consent';

export interface DataKeyRow {
  id: string;
  visitorId: string;
  class: DataClass;
  /** The key, sealed under the master key named here. */
  wrapped: Uint8Array;
  masterKeyId: string;
  createdAt: number;
}

export interface VisitorRow {
  id: string;
  siteId: string;
  /** Sealed JSON `{ name, email }`, or null when nothing was given. */
  formSealed: Uint8Array | null;
  createdAt: number;
}

export interface SessionRow {
  /** Hex SHA-256 of the token; the token itself is never stored. */
  tokenHash: string;
  visitorId: string;
  conversationId: string;
  /** `chat` speaks; `rights` is what is left to a page after the end: it can withdraw, and nothing else. */
  scope: 'chat' | 'rights';
  /** True while the browser keeps it as a cookie. */
  persistent: boolean;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
}

export interface ConversationRow {
  id: string;
  siteId: string;
  visitorId: string;
  status: 'open' | 'closed';
  closedBy: ClosedBy | null;
  closedAt: number | null;
  withdrawnAt: number | null;
  leftAt: number | null;
  keptUntil: number | null;
  /** Until when the consent that the chat rests on is in force. */
  consentUntil: number;
  assigneeId: string | null;
  createdAt: number;
  lastSeq: number;
  /** Place in the list: when the last message was written, or shortly before while one follows another. */
  lastAt: number;
  waitingSince: number | null;
  /** How far the visitor has come in the agents' messages, and the agents in the visitor's. */
  visitorDeliveredSeq: number;
  visitorReadSeq: number;
  agentDeliveredSeq: number;
  agentReadSeq: number;
  /** Its visitor is restricted: for agents it is not there, and nobody writes in it (PR-53). */
  restrictedAt: number | null;
  /** Of the notice that it began under; null before this was kept: see `noticeBegunUnder`. */
  noticeHash: string | null;
}

/** A conversation with what the inbox shows beside it. */
export interface InboxRow extends ConversationRow {
  siteName: string;
  formSealed: Uint8Array | null;
  assigneeName: string | null;
  /** Visitor's messages after `agentReadSeq`. */
  unread: number;
  last: MessageRow | null;
}

export type InboxView = 'unassigned' | 'mine' | 'all';

export interface MessageRow {
  id: string;
  conversationId: string;
  seq: number;
  author: 'visitor' | 'agent';
  agentId: string | null;
  /** The agent's name, joined on reading; null for the visitor's messages. */
  agentName: string | null;
  bodySealed: Uint8Array;
  at: number;
  /** When its text and key were destroyed: then the body is empty. */
  erasedAt: number | null;
}

export interface LedgerEntryRow {
  siteId: string;
  seq: number;
  prevHash: string;
  kind: EntryKind;
  commitment: string;
  timeBucket: string;
  hash: string;
  /** Canonical JSON of a tombstone; null for events. */
  body: string | null;
}

/** A signed tree head, and the peaks of its tree. */
export interface TreeHeadRow {
  siteId: string;
  size: number;
  at: number;
  root: string;
  peaks: string[];
  kid: string;
  signature: string;
}

export interface ConsentEventRow {
  recordId: string;
  siteId: string;
  /** The ledger entry that commits to it. */
  seq: number;
  actId: string;
  visitorId: string;
  conversationId: string;
  purpose: string;
  state: EventState;
  at: number;
  noticeHash: string;
  /** Sealed canonical JSON of the event, and its sealed 32-byte salt. */
  payloadSealed: Uint8Array;
  saltSealed: Uint8Array;
}

/** When a consent in force runs out. */
export interface ConsentDueRow {
  conversationId: string;
  purpose: string;
  recordId: string;
  dueAt: number;
}

export interface EvidenceRow {
  actId: string;
  kind: 'ip' | 'ua';
  visitorId: string;
  valueSealed: Uint8Array;
  saltSealed: Uint8Array;
  createdAt: number;
}

export interface AgentRow {
  id: string;
  email: string;
  name: string;
  role: Role;
  passwordHash: string;
  createdAt: number;
  disabledAt: number | null;
}

export interface AgentSessionRow {
  tokenHash: string;
  agentId: string;
  createdAt: number;
  seenAt: number;
  expiresAt: number;
}

export interface LinkRow {
  tokenHash: string;
  kind: 'setup' | 'reset';
  agentId: string | null;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
}

export interface ReceiptLinkRow {
  tokenHash: string;
  conversationId: string;
  visitorId: string;
  createdAt: number;
  expiresAt: number;
}

/** What is left of an erasure: nothing of the person. */
export interface ErasureRow {
  siteId: string;
  /** The ledger entry that names the seqs it covers. */
  seq: number;
  id: string;
  at: number;
  by: CertifiedBy;
  reason: CertifiedReason;
  /** Rows by table. */
  counts: Record<string, number>;
  /** Where one message alone was erased. */
  messageId: string | null;
  /** Of whoever, or of the conversation that, was erased: see `subjectDigest`; null for a message, and before it was kept. */
  subjectDigest: string | null;
  kid: string;
  /** Of its certificate. */
  signature: string;
}

/** When one kind of what a conversation holds is looked at, and since when its clock runs. */
export interface RetentionDueRow {
  conversationId: string;
  kind: DataClass;
  /** As it was last reckoned: the end of the chat, or what else its period counts from. */
  since: number;
  /** Not before this; null once it is gone. */
  dueAt: number | null;
  /** 1 while a legal hold stops the clock. */
  held: number;
  doneAt: number | null;
}

/** Why a conversation is kept beyond its time, and until when. */
export interface HoldRow {
  conversationId: string;
  id: string;
  /** Under the visitor's key for consent: that one lives as long as anything of theirs. */
  reasonSealed: Uint8Array;
  /** Who set it. */
  agentId: string;
  setAt: number;
  until: number;
}

/** One look through what was due. */
export interface RetentionRunRow {
  id: string;
  startedAt: number;
  finishedAt: number;
  /** By the relay's clock; false for the command line. */
  byRelay: boolean;
  /** What went, by kind. */
  counts: Record<string, number>;
  /** Of each kind the age of the oldest that is left and not held, milliseconds. */
  oldest: Record<string, number>;
  failed: number;
}

export interface SigningKeyRow {
  kid: string;
  /** SPKI PEM; stays published for ever. */
  publicKey: string;
  /** PKCS#8 bytes sealed under the master key. */
  privateSealed: Uint8Array;
  createdAt: number;
}

/** One line of the audit. What is null beside an old line was not written down yet. */
export interface AuditRow {
  id: string;
  at: number;
  actor: AuditActor['kind'] | null;
  agentId: string | null;
  session: string | null;
  action: string;
  object: string;
  detail: AuditDetail | null;
  /** Hex, 32 bytes each: they open the entry's commitment, and the object's in it. An erasure takes the second. */
  salt: string | null;
  objectSalt: string | null;
  objectHash: string | null;
}

export type BreachState = 'open' | 'notified' | 'not_notified';

/** One breach in the register: times and counts; `report` is JSON without personal data. */
export interface BreachRow {
  id: string;
  recordedAt: number;
  /** The agent; null for the command line. */
  recordedBy: string | null;
  detectedAt: number;
  since: number;
  until: number;
  siteId: string | null;
  report: string;
  state: BreachState;
  decidedAt: number | null;
  /** What was found and done, in somebody's own words. */
  notesSealed: Uint8Array | null;
}

/** The end of a site's service. */
export interface SiteEndRow {
  siteId: string;
  handedOverAt: number;
  /** By when it has to be erased. */
  dueAt: number;
  endedAt: number | null;
  /** Canonical JSON of the report, and the signature over it. */
  report: string | null;
  kid: string | null;
  signature: string | null;
}

/** A line, and its number in the chain. */
export type ChainedAuditRow = AuditRow & { seq: number | null };

/** One build of the widget: the hash that consent events name, and under which names its files are kept. */
export interface ReleaseRow {
  build: string;
  /** Name in the build, and name under which the file is kept. */
  files: Record<string, string>;
  createdAt: number;
}
