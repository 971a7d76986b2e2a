import type { NoticeDoc } from '../../shared/notice.ts';
import type { AgentRow, ErasureRow, NoticeDraftRow, NoticeRow, ReleaseRow, SessionRow, SiteRow, TreeHeadRow } from './rows.ts';

/** Column lists that give a row in the shape that store.ts promises, so that nothing is renamed after the read. */

export const SITE = ['id', 'key', 'name', 'origins', 'settings', 'created_at as createdAt'] as const;

export const NOTICE = ['hash', 'site_id as siteId', 'version', 'locale', 'doc', 'published_at as publishedAt'] as const;

export const NOTICE_DRAFT = ['site_id as siteId', 'locale', 'doc', 'updated_at as updatedAt', 'updated_by as updatedBy'] as const;

export const DATA_KEY = [
  'id',
  'visitor_id as visitorId',
  'class',
  'wrapped',
  'master_key_id as masterKeyId',
  'created_at as createdAt',
] as const;

export const VISITOR = ['id', 'site_id as siteId', 'form_sealed as formSealed', 'created_at as createdAt'] as const;

export const SESSION = [
  'token_hash as tokenHash',
  'visitor_id as visitorId',
  'conversation_id as conversationId',
  'scope',
  'persistent',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'revoked_at as revokedAt',
] as const;

export const CONVERSATION = [
  'conversation.id',
  'conversation.site_id as siteId',
  'conversation.visitor_id as visitorId',
  'conversation.status',
  'conversation.closed_by as closedBy',
  'conversation.closed_at as closedAt',
  'conversation.withdrawn_at as withdrawnAt',
  'conversation.left_at as leftAt',
  'conversation.kept_until as keptUntil',
  'conversation.consent_until as consentUntil',
  'conversation.assignee_id as assigneeId',
  'conversation.created_at as createdAt',
  'conversation.last_seq as lastSeq',
  'conversation.last_at as lastAt',
  'conversation.waiting_since as waitingSince',
  'conversation.visitor_delivered_seq as visitorDeliveredSeq',
  'conversation.visitor_read_seq as visitorReadSeq',
  'conversation.agent_delivered_seq as agentDeliveredSeq',
  'conversation.agent_read_seq as agentReadSeq',
  'conversation.restricted_at as restrictedAt',
  'conversation.notice_hash as noticeHash',
] as const;

export const MESSAGE = [
  'message.id',
  'message.conversation_id as conversationId',
  'message.seq',
  'message.author',
  'message.agent_id as agentId',
  'agent.name as agentName',
  'message.body_sealed as bodySealed',
  'message.at',
  'message.erased_at as erasedAt',
] as const;

export const LEDGER_ENTRY = [
  'site_id as siteId',
  'seq',
  'prev_hash as prevHash',
  'kind',
  'commitment',
  'time_bucket as timeBucket',
  'hash',
  'body',
] as const;

export const TREE_HEAD = ['site_id as siteId', 'size', 'at', 'root', 'peaks', 'kid', 'signature'] as const;

export const CONSENT_EVENT = [
  'record_id as recordId',
  'site_id as siteId',
  'seq',
  'act_id as actId',
  'visitor_id as visitorId',
  'conversation_id as conversationId',
  'purpose',
  'state',
  'at',
  'notice_hash as noticeHash',
  'payload_sealed as payloadSealed',
  'salt_sealed as saltSealed',
] as const;

export const CONSENT_DUE = ['conversation_id as conversationId', 'purpose', 'record_id as recordId', 'due_at as dueAt'] as const;

export const EVIDENCE = [
  'act_id as actId',
  'kind',
  'visitor_id as visitorId',
  'value_sealed as valueSealed',
  'salt_sealed as saltSealed',
  'created_at as createdAt',
] as const;

export const AGENT = [
  'id',
  'email',
  'name',
  'role',
  'password_hash as passwordHash',
  'created_at as createdAt',
  'disabled_at as disabledAt',
  'privacy',
] as const;

export const AGENT_SESSION = [
  'token_hash as tokenHash',
  'agent_id as agentId',
  'created_at as createdAt',
  'seen_at as seenAt',
  'expires_at as expiresAt',
] as const;

export const LINK = [
  'token_hash as tokenHash',
  'kind',
  'agent_id as agentId',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'used_at as usedAt',
] as const;

export const RECEIPT_LINK = [
  'token_hash as tokenHash',
  'conversation_id as conversationId',
  'visitor_id as visitorId',
  'created_at as createdAt',
  'expires_at as expiresAt',
] as const;

export const ERASURE = [
  'site_id as siteId',
  'seq',
  'id',
  'at',
  'asked_by as by',
  'by_relay as byRelay',
  'reason',
  'counts',
  'message_id as messageId',
  'subject_digest as subjectDigest',
  'kid',
  'signature',
] as const;

export const SIGNING_KEY = [
  'kid',
  'public_key as publicKey',
  'private_sealed as privateSealed',
  'created_at as createdAt',
] as const;

export const RELEASE = ['build', 'files', 'created_at as createdAt'] as const;

export const AUDIT = [
  'audit.id',
  'audit.at',
  'audit.actor',
  'audit.agent_id as agentId',
  'audit.session',
  'audit.action',
  'audit.object',
  'audit.detail',
  'audit.salt',
  'audit.object_salt as objectSalt',
  'audit.object_hash as objectHash',
] as const;

export const WEBHOOK = [
  'id',
  'site_id as siteId',
  'recipient',
  'url',
  'events',
  'secret_sealed as secretSealed',
  'created_at as createdAt',
  'paused_at as pausedAt',
  'removed_at as removedAt',
] as const;

export const DELIVERY = [
  'webhook_delivery.id',
  'webhook_delivery.webhook_id as webhookId',
  'webhook_delivery.event',
  'webhook_delivery.visitor_id as visitorId',
  'webhook_delivery.position',
  'webhook_delivery.erasure_id as erasureId',
  'webhook_delivery.payload_sealed as payloadSealed',
  'webhook_delivery.created_at as createdAt',
  'webhook_delivery.next_at as nextAt',
  'webhook_delivery.claimed_until as claimedUntil',
  'webhook_delivery.attempts',
  'webhook_delivery.last_at as lastAt',
  'webhook_delivery.last_outcome as lastOutcome',
  'webhook_delivery.accepted_at as acceptedAt',
  'webhook_delivery.confirmed_at as confirmedAt',
] as const;

type Stored<Row, Coded extends keyof Row, As> = Omit<Row, Coded> & Record<Coded, As>;

export function toSite(stored: Stored<SiteRow, 'origins' | 'settings', string>): SiteRow {
  return {
    ...stored,
    origins: JSON.parse(stored.origins) as SiteRow['origins'],
    settings: JSON.parse(stored.settings) as SiteRow['settings'],
  };
}

export function toNoticeDraft(stored: Stored<NoticeDraftRow, 'doc', string>): NoticeDraftRow {
  return { ...stored, doc: JSON.parse(stored.doc) as NoticeDoc };
}

export function toNotice(stored: Stored<NoticeRow, 'doc', string>): NoticeRow {
  return { ...stored, doc: JSON.parse(stored.doc) as NoticeDoc };
}

export function toTreeHead(stored: Stored<TreeHeadRow, 'peaks', string>): TreeHeadRow {
  return { ...stored, peaks: JSON.parse(stored.peaks) as string[] };
}

type StoredErasure = Stored<ErasureRow, 'counts', string> & { byRelay: number };

export function toErasure({ byRelay, ...stored }: StoredErasure): ErasureRow {
  return {
    ...stored,
    by: byRelay === 1 ? 'relay' : stored.by,
    counts: JSON.parse(stored.counts) as ErasureRow['counts'],
  };
}

export function toRelease(stored: Stored<ReleaseRow, 'files', string>): ReleaseRow {
  return { ...stored, files: JSON.parse(stored.files) as ReleaseRow['files'] };
}

export interface StoredRole {
  role: 'owner' | 'agent';
  privacy: number;
}

export function toAgent({ privacy, ...row }: Omit<AgentRow, 'role'> & StoredRole): AgentRow {
  return { ...row, role: privacy === 1 ? 'privacy' : row.role };
}

/** The role as the table holds it. */
export function storedRole(role: AgentRow['role']): StoredRole {
  return role === 'privacy' ? { role: 'agent', privacy: 1 } : { role, privacy: 0 };
}

export function toSession(stored: Stored<SessionRow, 'persistent', number>): SessionRow {
  return { ...stored, persistent: stored.persistent === 1 };
}
