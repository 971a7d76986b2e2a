import type { InboxCursor } from '../../shared/events.ts';
import { GENESIS, type Head } from '../../shared/ledger.ts';
import { type AccessLogReads, SqlAccessLogReads } from './access-log.ts';
import { type AuditReads, SqlAuditReads } from './audit.ts';
import { type AuditChainReads, SqlAuditChainReads } from './audit-chain.ts';
import { type BreachReads, SqlBreachReads } from './breaches.ts';
import { toAgent, toErasure, toNotice, toNoticeDraft, toRelease, toSession, toSite, toTreeHead } from './columns.ts';
import { type EmailIndexReads, SqlEmailIndexReads } from './email-index.ts';
import { type ErasableReads, SqlErasable } from './erasable.ts';
import { type EstateReads, SqlEstateReads } from './estate.ts';
import { inboxCounts, inboxRowById, inboxViews, toInboxRow } from './inbox.ts';
import { type KeyReads, SqlKeyReads } from './keys.ts';
import { Queries } from './queries.ts';
import { type RecoveryReads, SqlRecoveryReads } from './recovery.ts';
import { type RegisterReads, SqlRegister } from './register.ts';
import { type RequestReads, SqlRequestReads } from './requests.ts';
import { type RestrictionReads, SqlRestrictionReads } from './restrictions.ts';
import { type RetentionReads, SqlRetentionReads } from './retention.ts';
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
import * as selects from './selects.ts';
import type { Reads } from './store.ts';
import { countSubject, type SubjectCounts, type Whose } from './subject.ts';
import { SqlWebhookReads, type WebhookReads } from './webhooks.ts';

/** Far below the limits on parameters of both databases. */
const IDS_AT_ONCE = 500;

/** Every read, inside a transaction and outside of it. */
export class SqlReads extends Queries implements Reads {
  get audit(): AuditReads {
    return new SqlAuditReads(this);
  }

  get keys(): KeyReads {
    return new SqlKeyReads(this);
  }

  get recovery(): RecoveryReads {
    return new SqlRecoveryReads(this);
  }

  get accessLog(): AccessLogReads {
    return new SqlAccessLogReads(this);
  }

  get restrictions(): RestrictionReads {
    return new SqlRestrictionReads(this);
  }

  get webhooks(): WebhookReads {
    return new SqlWebhookReads(this);
  }

  get breaches(): BreachReads {
    return new SqlBreachReads(this);
  }

  get estate(): EstateReads {
    return new SqlEstateReads(this);
  }

  get retention(): RetentionReads {
    return new SqlRetentionReads(this);
  }

  get erasable(): ErasableReads {
    return new SqlErasable(this);
  }

  get auditChain(): AuditChainReads {
    return new SqlAuditChainReads(this);
  }

  get emails(): EmailIndexReads {
    return new SqlEmailIndexReads(this);
  }

  get requests(): RequestReads {
    return new SqlRequestReads(this);
  }

  get register(): RegisterReads {
    return new SqlRegister(this);
  }

  async siteByKey(key: string): Promise<SiteRow | null> {
    const stored = await this.one(selects.siteByKey, { key });
    return stored && toSite(stored);
  }

  async siteById(id: string): Promise<SiteRow | null> {
    const stored = await this.one(selects.siteById, { id });
    return stored && toSite(stored);
  }

  async sites(): Promise<SiteRow[]> {
    return (await this.all(selects.sites, {})).map(toSite);
  }

  async noticeByHash(hash: string): Promise<NoticeRow | null> {
    const stored = await this.one(selects.noticeByHash, { hash });
    return stored && toNotice(stored);
  }

  async noticeInForce(siteId: string, locale: string): Promise<NoticeRow | null> {
    const stored = await this.one(selects.noticeInForce, { siteId, locale });
    return stored && toNotice(stored);
  }

  async noticesInForce(siteId: string): Promise<NoticeRow[]> {
    return (await this.all(selects.noticesInForce, { siteId })).map(toNotice);
  }

  async noticesOf(siteId: string, locale: string): Promise<NoticeRow[]> {
    return (await this.all(selects.noticesOf, { siteId, locale })).map(toNotice);
  }

  async noticeDraft(siteId: string, locale: string): Promise<NoticeDraftRow | null> {
    const stored = await this.one(selects.noticeDraft, { siteId, locale });
    return stored && toNoticeDraft(stored);
  }

  noticeVersions(siteId: string): Promise<{ locale: string; version: number; publishedAt: number }[]> {
    return this.all(selects.noticeVersions, { siteId });
  }

  async noticeDraftLocales(siteId: string): Promise<string[]> {
    return (await this.all(selects.noticeDraftLocales, { siteId })).map(({ locale }) => locale);
  }

  async countConsentsUnder(agreed: readonly { noticeHash: string; purposes: string[] }[]): Promise<number> {
    const some = agreed.filter(({ purposes }) => purposes.length > 0);
    if (some.length === 0) return 0;
    const { rows } = await this.runBuilt(selects.consentsUnder(this.db, some));
    return Number((rows[0] as { count: number } | undefined)?.count ?? 0);
  }

  dataKey(id: string): Promise<DataKeyRow | null> {
    return this.one(selects.dataKey, { id });
  }

  dataKeysOf(visitorId: string): Promise<DataKeyRow[]> {
    return this.all(selects.dataKeysOf, { visitorId });
  }

  visitor(id: string): Promise<VisitorRow | null> {
    return this.one(selects.visitorById, { id });
  }

  async session(tokenHash: string): Promise<SessionRow | null> {
    const stored = await this.one(selects.sessionByHash, { tokenHash });
    return stored && toSession(stored);
  }

  async sessionsOf(conversationId: string): Promise<SessionRow[]> {
    return (await this.all(selects.sessionsOf, { conversationId })).map(toSession);
  }

  conversation(id: string): Promise<ConversationRow | null> {
    return this.one(selects.conversationById, { id });
  }

  openConversationOf(visitorId: string): Promise<ConversationRow | null> {
    return this.one(selects.openConversationOf, { visitorId });
  }

  conversationsOf(visitorId: string): Promise<ConversationRow[]> {
    return this.all(selects.conversationsOf, { visitorId });
  }

  async inboxRow(id: string): Promise<InboxRow | null> {
    const joined = await this.one(inboxRowById, { id });
    return joined && toInboxRow(joined);
  }

  async inbox(view: InboxView, agentId: string, before: InboxCursor | null, limit: number): Promise<InboxRow[]> {
    const { at, id } = before ?? { at: Number.MAX_SAFE_INTEGER, id: '' };
    const joined = await this.all(inboxViews(limit)[view], { agentId, beforeAt: at, beforeId: id });
    return joined.map(toInboxRow);
  }

  async inboxCounts(agentId: string): Promise<{ unassigned: number; mine: number; all: number; unread: number }> {
    return (await this.one(inboxCounts, { agentId })) ?? { unassigned: 0, mine: 0, all: 0, unread: 0 };
  }

  message(id: string): Promise<MessageRow | null> {
    return this.one(selects.messageById, { id });
  }

  erasedUpTo(conversationId: string, seq: number): Promise<MessageRow[]> {
    return this.all(selects.erasedUpTo, { conversationId, seq });
  }

  messagesAfter(conversationId: string, afterSeq: number, limit: number): Promise<MessageRow[]> {
    return this.all(selects.messagesAfter, { conversationId, afterSeq, limit });
  }

  async lastMessages(conversationId: string, limit: number): Promise<MessageRow[]> {
    return (await this.all(selects.lastMessages, { conversationId, limit })).reverse();
  }

  async ledgerHead(siteId: string): Promise<Head> {
    return (await this.one(selects.ledgerHead, { siteId })) ?? { ...GENESIS };
  }

  ledgerEntries(siteId: string, afterSeq: number, limit: number): Promise<LedgerEntryRow[]> {
    return this.all(selects.ledgerEntries, { siteId, afterSeq, limit });
  }

  ledgerEntry(siteId: string, seq: number): Promise<LedgerEntryRow | null> {
    return this.one(selects.ledgerEntry, { siteId, seq });
  }

  async newestTreeHead(siteId: string): Promise<TreeHeadRow | null> {
    const stored = await this.one(selects.newestTreeHead, { siteId });
    return stored && toTreeHead(stored);
  }

  async treeHeadCovering(siteId: string, seq: number): Promise<TreeHeadRow | null> {
    const stored = await this.one(selects.treeHeadCovering, { siteId, seq });
    return stored && toTreeHead(stored);
  }

  async treeHeadBefore(siteId: string, seq: number): Promise<TreeHeadRow | null> {
    const stored = await this.one(selects.treeHeadBefore, { siteId, seq });
    return stored && toTreeHead(stored);
  }

  async treeHeads(siteId: string, afterAt: number, limit: number): Promise<TreeHeadRow[]> {
    return (await this.all(selects.treeHeads, { siteId, afterAt, limit })).map(toTreeHead);
  }

  consentEventsBySeq(siteId: string, fromSeq: number, toSeq: number): Promise<ConsentEventRow[]> {
    return this.all(selects.consentEventsBySeq, { siteId, fromSeq, toSeq });
  }

  consentEventsOf(conversationId: string): Promise<ConsentEventRow[]> {
    return this.all(selects.consentEventsOf, { conversationId });
  }

  consentEventsOfAct(actId: string): Promise<ConsentEventRow[]> {
    return this.all(selects.consentEventsOfAct, { actId });
  }

  async conversationsAmong(ids: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const { rows } = await this.runBuilt(selects.conversationsAmong(this.db, ids.slice(at, at + IDS_AT_ONCE)));
      found.push(...(rows as { id: string }[]).map(({ id }) => id));
    }
    return found;
  }

  consentEventsOfVisitor(visitorId: string): Promise<ConsentEventRow[]> {
    return this.all(selects.consentEventsOfVisitor, { visitorId });
  }

  async subjectCounts(ids: Whose): Promise<SubjectCounts> {
    return (await this.runBuilt(countSubject(this.db, ids))).rows[0] as SubjectCounts;
  }

  async erasures(siteId: string, afterSeq: number, limit: number): Promise<ErasureRow[]> {
    return (await this.all(selects.erasures, { siteId, afterSeq, limit })).map(toErasure);
  }

  newestErasures(): Promise<{ siteId: string; seq: number }[]> {
    return this.all(selects.newestErasures, {});
  }

  evidence(actId: string, kind: 'ip' | 'ua'): Promise<EvidenceRow | null> {
    return this.one(selects.evidence, { actId, kind });
  }

  evidenceOf(visitorId: string): Promise<EvidenceRow[]> {
    return this.all(selects.evidenceOf, { visitorId });
  }

  async agentById(id: string): Promise<AgentRow | null> {
    const stored = await this.one(selects.agentById, { id });
    return stored && toAgent(stored);
  }

  async agentByEmail(email: string): Promise<AgentRow | null> {
    const stored = await this.one(selects.agentByEmail, { email });
    return stored && toAgent(stored);
  }

  async countAgents(): Promise<number> {
    return (await this.one(selects.countAgents, {}))?.count ?? 0;
  }

  agentSession(tokenHash: string): Promise<AgentSessionRow | null> {
    return this.one(selects.agentSession, { tokenHash });
  }

  link(tokenHash: string): Promise<LinkRow | null> {
    return this.one(selects.link, { tokenHash });
  }

  consentsDue(now: number, limit: number): Promise<ConsentDueRow[]> {
    return this.all(selects.consentsDue, { now, limit });
  }

  consentsDueOf(conversationId: string): Promise<ConsentDueRow[]> {
    return this.all(selects.consentsDueOf, { conversationId });
  }

  receiptLink(tokenHash: string): Promise<ReceiptLinkRow | null> {
    return this.one(selects.receiptLink, { tokenHash });
  }

  receiptLinksOf(visitorId: string): Promise<ReceiptLinkRow[]> {
    return this.all(selects.receiptLinksOf, { visitorId });
  }

  async countReceiptLinks(conversationId: string): Promise<number> {
    return Number((await this.one(selects.countReceiptLinks, { conversationId }))?.count ?? 0);
  }

  signingKeys(): Promise<SigningKeyRow[]> {
    return this.all(selects.signingKeys, {});
  }

  async release(build: string): Promise<ReleaseRow | null> {
    const stored = await this.one(selects.releaseByBuild, { build });
    return stored && toRelease(stored);
  }

  async releases(): Promise<ReleaseRow[]> {
    return (await this.all(selects.releases, {})).map(toRelease);
  }

  async releaseFile(name: string): Promise<Uint8Array | null> {
    return (await this.one(selects.releaseFile, { name }))?.body ?? null;
  }
}
