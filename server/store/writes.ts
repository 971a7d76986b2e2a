import { GENESIS, type Head } from '../../shared/ledger.ts';
import { type AccessLogReads, type AccessLogWrites, SqlAccessLog } from './access-log.ts';
import { type AuditReads, type AuditWrites, type PendingEntry, SqlAudit } from './audit.ts';
import { type AuditChainReads, type AuditChainWrites, SqlAuditChain } from './audit-chain.ts';
import { type BreachReads, type BreachWrites, SqlBreaches } from './breaches.ts';
import { storedRole, toSite } from './columns.ts';
import { type EmailIndexReads, type EmailIndexWrites, SqlEmailIndex } from './email-index.ts';
import { type EstateReads, type EstateWrites, SqlEstate } from './estate.ts';
import * as inserts from './inserts.ts';
import { type KeyReads, type KeyWrites, SqlKeys } from './keys.ts';
import { SqlReads } from './reads.ts';
import { type RecoveryReads, type RecoveryWrites, SqlRecovery } from './recovery.ts';
import { type RequestReads, type RequestWrites, SqlRequests } from './requests.ts';
import { type RestrictionReads, type RestrictionWrites, SqlRestrictions } from './restrictions.ts';
import { type RetentionReads, type RetentionWrites, SqlRetention } from './retention.ts';
import type {
  AgentRow,
  AgentSessionRow,
  ConsentDueRow,
  ConsentEventRow,
  ConversationRow,
  DataKeyRow,
  ErasureRow,
  EvidenceRow,
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
import * as selects from './selects.ts';
import type { Tx } from './store.ts';
import { coverAudit, deleteOfSubject, SUBJECT_TABLES, type Whose } from './subject.ts';
import * as updates from './updates.ts';
import { SqlWebhooks, type WebhookReads, type WebhookWrites } from './webhooks.ts';

/** Rows in one INSERT: far below the limits on parameters of both databases. */
const CHUNK = 500;

/** Every write, inside one member's part of a transaction. */
export class SqlTx extends SqlReads implements Tx {
  /** What the end of the transaction appends to the audit's chain. */
  readonly pending: PendingEntry[] = [];

  override get audit(): AuditReads & AuditWrites {
    return new SqlAudit(this, this.pending);
  }

  override get auditChain(): AuditChainReads & AuditChainWrites {
    return new SqlAuditChain(this, this.pending);
  }

  override get keys(): KeyReads & KeyWrites {
    return new SqlKeys(this);
  }

  override get recovery(): RecoveryReads & RecoveryWrites {
    return new SqlRecovery(this);
  }

  override get accessLog(): AccessLogReads & AccessLogWrites {
    return new SqlAccessLog(this);
  }

  override get restrictions(): RestrictionReads & RestrictionWrites {
    return new SqlRestrictions(this);
  }

  override get webhooks(): WebhookReads & WebhookWrites {
    return new SqlWebhooks(this);
  }

  override get breaches(): BreachReads & BreachWrites {
    return new SqlBreaches(this);
  }

  override get estate(): EstateReads & EstateWrites {
    return new SqlEstate(this);
  }

  override get retention(): RetentionReads & RetentionWrites {
    return new SqlRetention(this);
  }

  override get emails(): EmailIndexReads & EmailIndexWrites {
    return new SqlEmailIndex(this);
  }

  override get requests(): RequestReads & RequestWrites {
    return new SqlRequests(this);
  }

  async lockSite(key: string): Promise<SiteRow | null> {
    const stored = await this.one(this.abilities.lockRow ? updates.siteForUpdate : selects.siteByKey, { key });
    return stored && toSite(stored);
  }

  async upsertSite(site: SiteRow): Promise<void> {
    const { origins, settings, ...row } = site;
    await this.run(inserts.upsertSite, { ...row, origins: JSON.stringify(origins), settings: JSON.stringify(settings) });
  }

  async insertNotice(notice: NoticeRow): Promise<void> {
    await this.run(inserts.insertNotice, { ...notice, doc: JSON.stringify(notice.doc) });
  }

  async upsertNoticeDraft(draft: NoticeDraftRow): Promise<void> {
    await this.run(inserts.upsertNoticeDraft, { ...draft, doc: JSON.stringify(draft.doc) });
  }

  async deleteNoticeDraft(siteId: string, locale: string): Promise<void> {
    await this.run(updates.deleteNoticeDraft, { siteId, locale });
  }

  async insertDataKey(key: DataKeyRow): Promise<void> {
    await this.run(inserts.insertDataKey, key);
  }

  async insertVisitor(visitor: VisitorRow): Promise<void> {
    await this.run(inserts.insertVisitor, visitor);
  }

  async updateVisitorForm(id: string, formSealed: Uint8Array | null): Promise<void> {
    await this.run(updates.updateVisitorForm, { id, formSealed });
    // Whatever the form says now: who can be found by it is indexed anew, here by the rule or within the hour.
    await this.emails.drop(id);
  }

  async insertSession(session: SessionRow): Promise<void> {
    await this.run(inserts.insertSession, { ...session, persistent: session.persistent ? 1 : 0 });
  }

  async updateSession(
    tokenHash: string,
    change: Partial<Pick<SessionRow, 'scope' | 'persistent' | 'expiresAt' | 'revokedAt'>>,
  ): Promise<void> {
    const set = {
      scope: change.scope,
      persistent: change.persistent === undefined ? undefined : Number(change.persistent),
      expires_at: change.expiresAt,
      revoked_at: change.revokedAt,
    };
    if (isEmpty(set)) return;
    await this.runBuilt(this.db.updateTable('session').set(set).where('token_hash', '=', tokenHash));
  }

  async revokeSessionsOf(conversationId: string, at: number, except?: string): Promise<string[]> {
    const revoked = await this.all(updates.revokeSessions, { conversationId, at, except: except ?? '' });
    return revoked.map((session) => session.tokenHash);
  }

  async insertConversation(conversation: ConversationRow): Promise<void> {
    // What a conversation begins with is the visitor's: seqs that it already has are unread until an agent read them.
    const unread = Math.max(0, conversation.lastSeq - conversation.agentReadSeq);
    await this.run(inserts.insertConversation, { ...conversation, unread });
  }

  async updateConversation(
    id: string,
    change: Partial<Omit<ConversationRow, 'id' | 'siteId' | 'visitorId' | 'createdAt' | 'lastSeq'>>,
  ): Promise<void> {
    const set = {
      status: change.status,
      closed_by: change.closedBy,
      closed_at: change.closedAt,
      withdrawn_at: change.withdrawnAt,
      left_at: change.leftAt,
      kept_until: change.keptUntil,
      consent_until: change.consentUntil,
      assignee_id: change.assigneeId,
      last_at: change.lastAt,
      waiting_since: change.waitingSince,
      visitor_delivered_seq: change.visitorDeliveredSeq,
      visitor_read_seq: change.visitorReadSeq,
      agent_delivered_seq: change.agentDeliveredSeq,
      agent_read_seq: change.agentReadSeq,
      unread: change.agentReadSeq === undefined ? undefined : updates.unreadAfter(id, change.agentReadSeq),
    };
    if (isEmpty(set)) return;
    if (change.agentReadSeq !== undefined) await this.lockConversation(id);
    await this.runBuilt(this.db.updateTable('conversation').set(set).where('id', '=', id));
  }

  takeSeq(
    conversationId: string,
    author: 'visitor' | 'agent',
    agentId: string | null,
    now: number,
  ): Promise<ConversationRow | null> {
    return author === 'visitor'
      ? this.one(updates.takeVisitorSeq, { id: conversationId, now })
      : this.one(updates.takeAgentSeq, { id: conversationId, now, agentId });
  }

  async takeSeqInPlace(conversationId: string, author: 'visitor' | 'agent', now: number): Promise<number | null> {
    const taken = await this.one(author === 'visitor' ? updates.visitorSeqInPlace : updates.agentSeqInPlace, {
      id: conversationId,
      now,
    });
    return taken?.seq ?? null;
  }

  async insertMessage(message: Omit<MessageRow, 'agentName' | 'erasedAt'>): Promise<void> {
    await this.run(inserts.insertMessage, message);
  }

  async raiseMarks(
    conversationId: string,
    side: 'visitor' | 'agent',
    deliveredSeq: number,
    readSeq: number,
  ): Promise<ConversationRow | null> {
    const row = await this.lockConversation(conversationId);
    if (!row) return null;
    const [knownDelivered, knownRead] =
      side === 'visitor' ? [row.visitorDeliveredSeq, row.visitorReadSeq] : [row.agentDeliveredSeq, row.agentReadSeq];
    const read = Math.max(knownRead, Math.min(readSeq, row.lastSeq));
    // What was read was delivered.
    const delivered = Math.max(knownDelivered, read, Math.min(deliveredSeq, row.lastSeq));
    if (delivered === knownDelivered && read === knownRead) return row;
    return this.one(side === 'visitor' ? updates.setVisitorMarks : updates.setAgentMarks, {
      id: conversationId,
      delivered,
      read,
    });
  }

  async lockLedgerHead(siteId: string): Promise<Head> {
    const [, head] = await Promise.all([
      this.run(updates.makeHead, { siteId }),
      this.abilities.lockRow ? this.one(updates.headForUpdate, { siteId }) : this.ledgerHead(siteId),
    ]);
    return head ?? { ...GENESIS };
  }

  async appendEntries(entries: LedgerEntryRow[]): Promise<void> {
    const [first, last] = [entries[0], entries.at(-1)];
    if (!first || !last) return;
    const step = { siteId: first.siteId, fromHash: first.prevHash, seq: last.seq, hash: last.hash };
    const [{ changed }] = await Promise.all([
      this.run(updates.moveHead, step),
      ...Array.from(chunks(entries), (part) => this.runBuilt(inserts.insertEntries(this.db, part))),
    ]);
    if (changed !== 1) throw new Error('ledger entries must follow the locked head');
  }

  async insertTreeHead(head: TreeHeadRow): Promise<void> {
    await this.run(inserts.insertTreeHead, { ...head, peaks: JSON.stringify(head.peaks) });
  }

  async insertConsentEvents(events: ConsentEventRow[]): Promise<void> {
    for (const part of chunks(events)) await this.runBuilt(inserts.insertConsentEvents(this.db, part));
  }

  async upsertConsentDue(due: ConsentDueRow): Promise<void> {
    await this.run(inserts.upsertConsentDue, due);
  }

  async deleteConsentDue(conversationId: string, purpose: string): Promise<void> {
    await this.run(updates.deleteConsentDue, { conversationId, purpose });
  }

  async insertEvidence(evidence: EvidenceRow): Promise<void> {
    await this.run(inserts.insertEvidence, evidence);
  }

  async insertAgent(agent: AgentRow): Promise<void> {
    await this.run(inserts.insertAgent, { ...agent, ...storedRole(agent.role) });
  }

  async updateAgent(id: string, change: Partial<Pick<AgentRow, 'name' | 'passwordHash' | 'disabledAt' | 'role'>>): Promise<void> {
    const set = {
      name: change.name,
      password_hash: change.passwordHash,
      disabled_at: change.disabledAt,
      ...(change.role && storedRole(change.role)),
    };
    if (isEmpty(set)) return;
    await this.runBuilt(this.db.updateTable('agent').set(set).where('id', '=', id));
  }

  async insertAgentSession(session: AgentSessionRow): Promise<void> {
    await this.run(inserts.insertAgentSession, session);
  }

  async touchAgentSession(tokenHash: string, seenAt: number): Promise<void> {
    await this.run(updates.touchAgentSession, { tokenHash, seenAt });
  }

  async deleteAgentSession(tokenHash: string): Promise<void> {
    await this.run(updates.deleteAgentSession, { tokenHash });
  }

  async deleteAgentSessionsOf(agentId: string): Promise<void> {
    await this.run(updates.deleteAgentSessionsOf, { agentId });
  }

  async insertLink(link: LinkRow): Promise<void> {
    await this.run(inserts.insertLink, link);
  }

  async useLink(tokenHash: string, now: number): Promise<boolean> {
    return (await this.one(updates.useLink, { tokenHash, now })) !== null;
  }

  async insertReceiptLink(link: ReceiptLinkRow): Promise<void> {
    await this.run(inserts.insertReceiptLink, link);
  }

  async insertSigningKey(key: SigningKeyRow): Promise<void> {
    await this.run(inserts.insertSigningKey, key);
  }

  async insertRelease(release: ReleaseRow): Promise<void> {
    await this.run(inserts.insertRelease, { ...release, files: JSON.stringify(release.files) });
  }

  async insertReleaseFile(name: string, body: Uint8Array): Promise<void> {
    await this.run(inserts.insertReleaseFile, { name, body });
  }

  lockVisitor(id: string): Promise<VisitorRow | null> {
    return this.one(this.abilities.lockRow ? updates.visitorForUpdate : selects.visitorById, { id });
  }

  async deleteSubject(ids: Whose, erasureId: string): Promise<void> {
    for (const table of SUBJECT_TABLES) await this.runBuilt(deleteOfSubject(this.db, table, ids));
    await this.runBuilt(coverAudit(this.db, ids, erasureId));
  }

  async insertErasure(row: ErasureRow): Promise<void> {
    // Nobody asked; the table's own column knows people alone.
    const by = row.by === 'relay' ? { by: 'operator' as const, byRelay: 1 } : { by: row.by, byRelay: 0 };
    await this.run(inserts.insertErasure, { ...row, ...by, counts: JSON.stringify(row.counts) });
  }

  lockConversation(id: string): Promise<ConversationRow | null> {
    return this.one(this.abilities.lockRow ? updates.conversationForUpdate : selects.conversationById, { id });
  }
}

function isEmpty(set: Record<string, unknown>): boolean {
  return Object.values(set).every((value) => value === undefined);
}

function* chunks<Row>(rows: Row[]): Generator<Row[]> {
  for (let at = 0; at < rows.length; at += CHUNK) yield rows.slice(at, at + CHUNK);
}
