import type { Kysely } from 'kysely';
import type { ErasedBy } from '../../shared/erasure.ts';
import type { StoredRole } from './columns.ts';
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
import type { Tables } from './tables.ts';
import { template } from './template.ts';

/** A row of the interface with the fields that are stored in another form. */
type As<Row, Stored> = Omit<Row, keyof Stored> & Stored;

export const upsertSite = template((db, row: As<SiteRow, { origins: string; settings: string }>) => {
  const change = { key: row.key, name: row.name, origins: row.origins, settings: row.settings };
  return db
    .insertInto('site')
    .values({ ...change, id: row.id, created_at: row.createdAt })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(change));
});

export const insertNotice = template((db, row: As<NoticeRow, { doc: string }>) =>
  db.insertInto('notice').values({
    hash: row.hash,
    site_id: row.siteId,
    version: row.version,
    locale: row.locale,
    doc: row.doc,
    published_at: row.publishedAt,
  }),
);

export const upsertNoticeDraft = template((db, row: As<NoticeDraftRow, { doc: string }>) => {
  const change = { doc: row.doc, updated_at: row.updatedAt, updated_by: row.updatedBy };
  return db
    .insertInto('notice_draft')
    .values({ ...change, site_id: row.siteId, locale: row.locale })
    .onConflict((conflict) => conflict.columns(['site_id', 'locale']).doUpdateSet(change));
});

export const insertDataKey = template((db, row: DataKeyRow) =>
  db.insertInto('data_key').values({
    id: row.id,
    visitor_id: row.visitorId,
    class: row.class,
    wrapped: row.wrapped,
    master_key_id: row.masterKeyId,
    created_at: row.createdAt,
  }),
);

export const insertVisitor = template((db, row: VisitorRow) =>
  db.insertInto('visitor').values({ id: row.id, site_id: row.siteId, form_sealed: row.formSealed, created_at: row.createdAt }),
);

export const insertSession = template((db, row: As<SessionRow, { persistent: number }>) =>
  db.insertInto('session').values({
    token_hash: row.tokenHash,
    visitor_id: row.visitorId,
    conversation_id: row.conversationId,
    scope: row.scope,
    persistent: row.persistent,
    created_at: row.createdAt,
    expires_at: row.expiresAt,
    revoked_at: row.revokedAt,
  }),
);

export const insertConversation = template((db, row: ConversationRow & { unread: number }) =>
  db.insertInto('conversation').values({
    id: row.id,
    site_id: row.siteId,
    visitor_id: row.visitorId,
    status: row.status,
    closed_by: row.closedBy,
    closed_at: row.closedAt,
    withdrawn_at: row.withdrawnAt,
    left_at: row.leftAt,
    kept_until: row.keptUntil,
    consent_until: row.consentUntil,
    assignee_id: row.assigneeId,
    created_at: row.createdAt,
    last_seq: row.lastSeq,
    last_at: row.lastAt,
    waiting_since: row.waitingSince,
    visitor_delivered_seq: row.visitorDeliveredSeq,
    visitor_read_seq: row.visitorReadSeq,
    agent_delivered_seq: row.agentDeliveredSeq,
    agent_read_seq: row.agentReadSeq,
    restricted_at: row.restrictedAt,
    notice_hash: row.noticeHash,
    unread: row.unread,
  }),
);

export const insertMessage = template((db, row: Omit<MessageRow, 'agentName' | 'erasedAt'>) =>
  db.insertInto('message').values({
    id: row.id,
    conversation_id: row.conversationId,
    seq: row.seq,
    author: row.author,
    agent_id: row.agentId,
    body_sealed: row.bodySealed,
    at: row.at,
  }),
);

export function insertEntries(db: Kysely<Tables>, rows: LedgerEntryRow[]) {
  return db.insertInto('ledger_entry').values(
    rows.map((row) => ({
      site_id: row.siteId,
      seq: row.seq,
      prev_hash: row.prevHash,
      kind: row.kind,
      commitment: row.commitment,
      time_bucket: row.timeBucket,
      hash: row.hash,
      body: row.body,
    })),
  );
}

export const insertTreeHead = template((db, row: As<TreeHeadRow, { peaks: string }>) =>
  db.insertInto('tree_head').values({
    site_id: row.siteId,
    size: row.size,
    at: row.at,
    root: row.root,
    peaks: row.peaks,
    kid: row.kid,
    signature: row.signature,
  }),
);

export function insertConsentEvents(db: Kysely<Tables>, rows: ConsentEventRow[]) {
  return db.insertInto('consent_event').values(
    rows.map((row) => ({
      record_id: row.recordId,
      site_id: row.siteId,
      seq: row.seq,
      act_id: row.actId,
      visitor_id: row.visitorId,
      conversation_id: row.conversationId,
      purpose: row.purpose,
      state: row.state,
      at: row.at,
      notice_hash: row.noticeHash,
      payload_sealed: row.payloadSealed,
      salt_sealed: row.saltSealed,
    })),
  );
}

export const upsertConsentDue = template((db, row: ConsentDueRow) =>
  db
    .insertInto('consent_due')
    .values({ conversation_id: row.conversationId, purpose: row.purpose, record_id: row.recordId, due_at: row.dueAt })
    .onConflict((conflict) =>
      conflict.columns(['conversation_id', 'purpose']).doUpdateSet({ record_id: row.recordId, due_at: row.dueAt }),
    ),
);

export const insertEvidence = template((db, row: EvidenceRow) =>
  db.insertInto('evidence').values({
    act_id: row.actId,
    kind: row.kind,
    visitor_id: row.visitorId,
    value_sealed: row.valueSealed,
    salt_sealed: row.saltSealed,
    created_at: row.createdAt,
  }),
);

export const insertAgent = template((db, row: Omit<AgentRow, 'role'> & StoredRole) =>
  db.insertInto('agent').values({
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    privacy: row.privacy,
    password_hash: row.passwordHash,
    created_at: row.createdAt,
    disabled_at: row.disabledAt,
  }),
);

export const insertAgentSession = template((db, row: AgentSessionRow) =>
  db.insertInto('agent_session').values({
    token_hash: row.tokenHash,
    agent_id: row.agentId,
    created_at: row.createdAt,
    seen_at: row.seenAt,
    expires_at: row.expiresAt,
  }),
);

export const insertLink = template((db, row: LinkRow) =>
  db.insertInto('link').values({
    token_hash: row.tokenHash,
    kind: row.kind,
    agent_id: row.agentId,
    created_at: row.createdAt,
    expires_at: row.expiresAt,
    used_at: row.usedAt,
  }),
);

export const insertReceiptLink = template((db, row: ReceiptLinkRow) =>
  db.insertInto('receipt_link').values({
    token_hash: row.tokenHash,
    conversation_id: row.conversationId,
    visitor_id: row.visitorId,
    created_at: row.createdAt,
    expires_at: row.expiresAt,
  }),
);

export const insertErasure = template((db, row: As<ErasureRow, { counts: string; by: ErasedBy }> & { byRelay: number }) =>
  db.insertInto('erasure').values({
    site_id: row.siteId,
    seq: row.seq,
    id: row.id,
    at: row.at,
    asked_by: row.by,
    by_relay: row.byRelay,
    reason: row.reason,
    counts: row.counts,
    message_id: row.messageId,
    subject_digest: row.subjectDigest,
    kid: row.kid,
    signature: row.signature,
  }),
);

export const insertSigningKey = template((db, row: SigningKeyRow) =>
  db.insertInto('signing_key').values({
    kid: row.kid,
    public_key: row.publicKey,
    private_sealed: row.privateSealed,
    created_at: row.createdAt,
  }),
);

export const insertRelease = template((db, row: As<ReleaseRow, { files: string }>) =>
  db
    .insertInto('release')
    .values({ build: row.build, files: row.files, created_at: row.createdAt })
    .onConflict((conflict) => conflict.doNothing()),
);

export const insertReleaseFile = template((db, row: { name: string; body: Uint8Array }) =>
  db
    .insertInto('release_file')
    .values({ name: row.name, body: row.body })
    .onConflict((conflict) => conflict.doNothing()),
);
