import type { InboxCursor } from '../../shared/events.ts';
import type { AccessLogReads, AccessLogWrites } from './access-log.ts';
import type { AuditReads, AuditWrites } from './audit.ts';
import type { AuditChainReads, AuditChainWrites } from './audit-chain.ts';
import type { BreachReads, BreachWrites } from './breaches.ts';
import type { Snapshot } from './copy.ts';
import type { EmailIndexReads, EmailIndexWrites } from './email-index.ts';
import type { ErasableReads } from './erasable.ts';
import type { EstateReads, EstateWrites } from './estate.ts';
import type { KeyReads, KeyWrites } from './keys.ts';
import type { RecoveryReads, RecoveryWrites } from './recovery.ts';
import type { RegisterReads } from './register.ts';
import type { RequestReads, RequestWrites } from './requests.ts';
import type { RestrictionReads, RestrictionWrites } from './restrictions.ts';
import type { RetentionReads, RetentionWrites } from './retention.ts';
import type {
  AgentRow,
  AgentSessionRow,
  ConsentDueRow,
  ConsentEventRow,
  ConversationRow,
  DataKeyRow,
  ErasureRow,
  EvidenceRow,
  InboxRow,
  InboxView,
  LedgerEntryRow,
  LinkRow,
  MessageRow,
  NoticeDraftRow,
  NoticeRow,
  ReceiptLinkRow,
  ReleaseRow,
  SessionRow,
  SigningKeyRow,
  SiteRow,
  TreeHeadRow,
  VisitorRow,
} from './rows.ts';
import type { SubjectCounts, Whose } from './subject.ts';
import type { WebhookReads, WebhookWrites } from './webhooks.ts';

/**
 * Everything the relay keeps, as one interface. Times are epoch milliseconds, ids are text, sealed values are
 * opaque bytes from the vault: the store never sees what is in them.
 */

/** Reads are the same inside a transaction and outside of it. */
export interface Reads {
  siteByKey(key: string): Promise<SiteRow | null>;
  siteById(id: string): Promise<SiteRow | null>;
  sites(): Promise<SiteRow[]>;
  noticeByHash(hash: string): Promise<NoticeRow | null>;
  /** The newest published version of the site in this locale. */
  noticeInForce(siteId: string, locale: string): Promise<NoticeRow | null>;
  /** The newest of each language. */
  noticesInForce(siteId: string): Promise<NoticeRow[]>;
  /** Every published version, the newest first. */
  noticesOf(siteId: string, locale: string): Promise<NoticeRow[]>;
  noticeDraft(siteId: string, locale: string): Promise<NoticeDraftRow | null>;
  /** Every version of a site in every language, without its words; by language, the newest first. */
  noticeVersions(siteId: string): Promise<{ locale: string; version: number; publishedAt: number }[]>;
  /** The languages in which a site has a draft. */
  noticeDraftLocales(siteId: string): Promise<string[]>;
  /** Conversations in which a consent to one of these purposes, given under the notice beside them, is in force. */
  countConsentsUnder(agreed: readonly { noticeHash: string; purposes: string[] }[]): Promise<number>;
  dataKey(id: string): Promise<DataKeyRow | null>;
  dataKeysOf(visitorId: string): Promise<DataKeyRow[]>;
  visitor(id: string): Promise<VisitorRow | null>;
  session(tokenHash: string): Promise<SessionRow | null>;
  sessionsOf(conversationId: string): Promise<SessionRow[]>;
  conversation(id: string): Promise<ConversationRow | null>;
  openConversationOf(visitorId: string): Promise<ConversationRow | null>;
  /** In the order in which they began. */
  conversationsOf(visitorId: string): Promise<ConversationRow[]>;
  inboxRow(id: string): Promise<InboxRow | null>;
  /**
   * Newest first by (lastAt, id). `unassigned`: open without assignee; `mine`: open and assigned to `agentId`;
   * `all`: every conversation. `before` is the place of the last row of the page before, exclusive.
   */
  inbox(view: InboxView, agentId: string, before: InboxCursor | null, limit: number): Promise<InboxRow[]>;
  /**
   * How many conversations each view has; a count stops at 1000, because counting on would grow with the store.
   * `unread`: the visitors' messages after `agentReadSeq` in what is open and unassigned or `agentId`'s, in the newest
   * 1000 of each.
   */
  inboxCounts(agentId: string): Promise<{ unassigned: number; mine: number; all: number; unread: number }>;
  message(id: string): Promise<MessageRow | null>;
  /** Messages without a text any more, up to a seq, in their order. */
  erasedUpTo(conversationId: string, seq: number): Promise<MessageRow[]>;
  /** Ascending by seq, after the cursor, at most `limit`. */
  messagesAfter(conversationId: string, afterSeq: number, limit: number): Promise<MessageRow[]>;
  /** The newest `limit`, ascending by seq. */
  lastMessages(conversationId: string, limit: number): Promise<MessageRow[]>;
  ledgerHead(siteId: string): Promise<{ seq: number; hash: string }>;
  ledgerEntries(siteId: string, afterSeq: number, limit: number): Promise<LedgerEntryRow[]>;
  ledgerEntry(siteId: string, seq: number): Promise<LedgerEntryRow | null>;
  newestTreeHead(siteId: string): Promise<TreeHeadRow | null>;
  /** The shortest head that covers entry `seq`, and the longest that does not. */
  treeHeadCovering(siteId: string, seq: number): Promise<TreeHeadRow | null>;
  treeHeadBefore(siteId: string, seq: number): Promise<TreeHeadRow | null>;
  /** Ascending by the time when they were made, those after `afterAt`, at most `limit`. */
  treeHeads(siteId: string, afterAt: number, limit: number): Promise<TreeHeadRow[]>;
  /** Ascending by seq, both ends included. */
  consentEventsBySeq(siteId: string, fromSeq: number, toSeq: number): Promise<ConsentEventRow[]>;
  /** Ascending by seq. */
  consentEventsOf(conversationId: string): Promise<ConsentEventRow[]>;
  consentEventsOfAct(actId: string): Promise<ConsentEventRow[]>;
  /** Those that have run out at `now`, the longest ago first. */
  consentsDue(now: number, limit: number): Promise<ConsentDueRow[]>;
  consentsDueOf(conversationId: string): Promise<ConsentDueRow[]>;
  evidence(actId: string, kind: 'ip' | 'ua'): Promise<EvidenceRow | null>;
  /** Those of `ids` that are there, in no order. */
  conversationsAmong(ids: readonly string[]): Promise<string[]>;
  /** Ascending by seq. */
  consentEventsOfVisitor(visitorId: string): Promise<ConsentEventRow[]>;
  /** How many rows of each table are of this visitor, or of one conversation. */
  subjectCounts(ids: Whose): Promise<SubjectCounts>;
  /** Ascending by seq, after the cursor, at most `limit`. */
  erasures(siteId: string, afterSeq: number, limit: number): Promise<ErasureRow[]>;
  /** The seq of each site's last erasure; 0 where there was none. */
  newestErasures(): Promise<{ siteId: string; seq: number }[]>;
  /** The oldest first. */
  evidenceOf(visitorId: string): Promise<EvidenceRow[]>;
  agentById(id: string): Promise<AgentRow | null>;
  agentByEmail(email: string): Promise<AgentRow | null>;
  countAgents(): Promise<number>;
  agentSession(tokenHash: string): Promise<AgentSessionRow | null>;
  link(tokenHash: string): Promise<LinkRow | null>;
  receiptLink(tokenHash: string): Promise<ReceiptLinkRow | null>;
  receiptLinksOf(visitorId: string): Promise<ReceiptLinkRow[]>;
  countReceiptLinks(conversationId: string): Promise<number>;
  signingKeys(): Promise<SigningKeyRow[]>;
  release(build: string): Promise<ReleaseRow | null>;
  /** Newest first. */
  releases(): Promise<ReleaseRow[]>;
  releaseFile(name: string): Promise<Uint8Array | null>;
  readonly audit: AuditReads;
  readonly keys: KeyReads;
  readonly recovery: RecoveryReads;
  readonly restrictions: RestrictionReads;
  readonly webhooks: WebhookReads;
  readonly breaches: BreachReads;
  readonly estate: EstateReads;
  readonly auditChain: AuditChainReads;
  readonly retention: RetentionReads;
  readonly accessLog: AccessLogReads;
  readonly emails: EmailIndexReads;
  readonly requests: RequestReads;
  readonly register: RegisterReads;
  readonly erasable: ErasableReads;
}

export interface Writes {
  /** The site, for whoever changes a part of it: nobody else does until the transaction ends, and chats go on. */
  lockSite(key: string): Promise<SiteRow | null>;
  upsertSite(site: SiteRow): Promise<void>;
  insertNotice(notice: NoticeRow): Promise<void>;
  upsertNoticeDraft(draft: NoticeDraftRow): Promise<void>;
  deleteNoticeDraft(siteId: string, locale: string): Promise<void>;
  insertDataKey(key: DataKeyRow): Promise<void>;
  insertVisitor(visitor: VisitorRow): Promise<void>;
  updateVisitorForm(id: string, formSealed: Uint8Array | null): Promise<void>;
  insertSession(session: SessionRow): Promise<void>;
  updateSession(
    tokenHash: string,
    change: Partial<Pick<SessionRow, 'scope' | 'persistent' | 'expiresAt' | 'revokedAt'>>,
  ): Promise<void>;
  revokeSessionsOf(conversationId: string, at: number, except?: string): Promise<string[]>;
  /** Throws `UniqueViolation` when the visitor already has an open conversation, or the id exists. */
  insertConversation(conversation: ConversationRow): Promise<void>;
  /** The row, locked until the transaction ends where several write at once. */
  lockConversation(id: string): Promise<ConversationRow | null>;
  updateConversation(
    id: string,
    change: Partial<Omit<ConversationRow, 'id' | 'siteId' | 'visitorId' | 'createdAt' | 'lastSeq'>>,
  ): Promise<void>;
  /** The same for a visitor; take it after their conversations, as everything else does. */
  lockVisitor(id: string): Promise<VisitorRow | null>;
  /** Deletes every row of the visitor, or of the conversation; the audit's lines about them name the erasure instead. */
  deleteSubject(ids: Whose, erasureId: string): Promise<void>;
  insertErasure(row: ErasureRow): Promise<void>;
  /**
   * Takes the next seq of the conversation, only while it is open, not withdrawn and its consent is in force at `now`:
   * one statement, so that the row's lock is the order. Null when the conversation does not accept messages.
   * A visitor's message sets `waitingSince` when it is null; an agent's clears it, and takes the conversation
   * when nobody has.
   */
  takeSeq(
    conversationId: string,
    author: 'visitor' | 'agent',
    agentId: string | null,
    now: number,
  ): Promise<ConversationRow | null>;
  /**
   * The same on less: it leaves the place in the list and the assignment as they are, so that no index is touched.
   * Null also for an agent where nobody has taken the conversation: `takeSeq` does.
   */
  takeSeqInPlace(conversationId: string, author: 'visitor' | 'agent', now: number): Promise<number | null>;
  /** Its seq is the one that `takeSeq` gave in this transaction: what is unread was counted there. */
  insertMessage(message: Omit<MessageRow, 'agentName' | 'erasedAt'>): Promise<void>;
  /** Marks only rise, and never past `lastSeq`; gives the row as it then is, null when there is none. */
  raiseMarks(
    conversationId: string,
    side: 'visitor' | 'agent',
    deliveredSeq: number,
    readSeq: number,
  ): Promise<ConversationRow | null>;
  /** Locks the site's head until the transaction ends, and makes it if it is missing. */
  lockLedgerHead(siteId: string): Promise<{ seq: number; hash: string }>;
  /** Appends entries that follow the locked head, and moves the head to the last. */
  appendEntries(entries: LedgerEntryRow[]): Promise<void>;
  insertTreeHead(head: TreeHeadRow): Promise<void>;
  insertConsentEvents(events: ConsentEventRow[]): Promise<void>;
  /** One for a purpose of a conversation: the newest consent's. */
  upsertConsentDue(due: ConsentDueRow): Promise<void>;
  deleteConsentDue(conversationId: string, purpose: string): Promise<void>;
  insertEvidence(evidence: EvidenceRow): Promise<void>;
  insertAgent(agent: AgentRow): Promise<void>;
  updateAgent(id: string, change: Partial<Pick<AgentRow, 'name' | 'passwordHash' | 'disabledAt' | 'role'>>): Promise<void>;
  insertAgentSession(session: AgentSessionRow): Promise<void>;
  touchAgentSession(tokenHash: string, seenAt: number): Promise<void>;
  deleteAgentSession(tokenHash: string): Promise<void>;
  deleteAgentSessionsOf(agentId: string): Promise<void>;
  insertLink(link: LinkRow): Promise<void>;
  /** Uses the link up; false when it is unknown, used or expired at `now`. */
  useLink(tokenHash: string, now: number): Promise<boolean>;
  insertReceiptLink(link: ReceiptLinkRow): Promise<void>;
  insertSigningKey(key: SigningKeyRow): Promise<void>;
  /** Both keep what is there already under the same name: a name stands for one content. */
  insertRelease(release: ReleaseRow): Promise<void>;
  insertReleaseFile(name: string, body: Uint8Array): Promise<void>;
  readonly audit: AuditWrites;
  readonly keys: KeyWrites;
  readonly recovery: RecoveryWrites;
  readonly restrictions: RestrictionWrites;
  readonly webhooks: WebhookWrites;
  readonly breaches: BreachWrites;
  readonly estate: EstateWrites;
  readonly auditChain: AuditChainWrites;
  readonly retention: RetentionWrites;
  readonly accessLog: AccessLogWrites;
  readonly emails: EmailIndexWrites;
  readonly requests: RequestWrites;
}

export type Tx = Reads & Writes;

export interface WriteOptions {
  independent?: boolean;
}

export interface Store {
  read: Reads;
  /**
   * Runs `work` in a transaction and resolves after a commit that survives a power cut. Calls made in one
   * event-loop turn share a commit, each under a savepoint: one that throws is rolled back alone and rejects
   * with its own error. `work` may run again after a serialisation failure, so it has no other effect than its writes.
   * After a failed statement every further one of that `work` fails alike, also when the error was caught: catch
   * outside and call again. `work` must not await another `write`, which would wait for it in turn.
   * `independent` promises that `work` reads nothing that another of its like may change meanwhile: then they run side by
   * side, which on a server costs the round trips of one for all of them.
   */
  write<T>(work: (tx: Tx) => Promise<T>, options?: WriteOptions): Promise<T>;
  /** Reads everything as it is at one moment, on a connection of its own, while others write on: for a backup. */
  copy<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  /**
   * After an erasure: what was deleted leaves the files, as far as the database can do that; see `Backend.scrub`. False
   * when it could not be done now; ask again.
   */
  scrub(): Promise<boolean>;
  /** True when another program of Parley's is at work on this database, as far as the database can tell. */
  isShared(): Promise<boolean>;
  /** Resolves when the database answers within `timeoutMs`; rejects otherwise, and once the store takes nothing more. */
  ping(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** A unique index refused the row: the one error of a store that rules may expect. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation';
}
/**
 * The database cannot answer now (gone, full, locked, hanging): nothing was written. Only where the connection was
 * lost while the commit was on its way is that unknown; the same ids again tell.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
/** The database was written by a newer program. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
}
