import type { Generated } from 'kysely';
import type { AuditActor } from '../../shared/audit.ts';
import type { EventState } from '../../shared/consent.ts';
import type { DeadlineProfile, RequestKind } from '../../shared/deadlines.ts';
import type { CertifiedReason, ErasedBy } from '../../shared/erasure.ts';
import type { ClosedBy } from '../../shared/events.ts';
import type { EntryKind } from '../../shared/ledger.ts';
import type { Ground, IdentifiedBy, Outcome, RequestStep, SentBy, Via } from '../../shared/request-codes.ts';
import type { ObjectionState, OverruledFor, RestrictionGround, ToldBy } from '../../shared/restriction.ts';
import type { DeliveryEvent } from '../../shared/webhooks.ts';
import type { Replay } from './recovery.ts';
import type { BreachState, DataClass } from './rows.ts';

/**
 * The tables as every database has them: text ids, integers for times (epoch milliseconds) and for yes and no
 * (0 or 1), JSON as text, bytes for what is sealed.
 */
export interface Tables {
  schema_version: { version: number; name: string; applied_at: number };
  site: { id: string; key: string; name: string; origins: string; settings: string; created_at: number };
  notice: { hash: string; site_id: string; version: number; locale: string; doc: string; published_at: number };
  notice_draft: { site_id: string; locale: string; doc: string; updated_at: number; updated_by: string };
  data_key: {
    id: string;
    visitor_id: string;
    class: DataClass;
    wrapped: Uint8Array;
    master_key_id: string;
    created_at: number;
  };
  visitor: { id: string; site_id: string; form_sealed: Uint8Array | null; created_at: number };
  session: {
    token_hash: string;
    visitor_id: string;
    conversation_id: string;
    scope: 'chat' | 'rights';
    persistent: number;
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
  };
  conversation: ConversationTable;
  message: {
    id: string;
    conversation_id: string;
    seq: number;
    author: 'visitor' | 'agent';
    agent_id: string | null;
    body_sealed: Uint8Array;
    at: number;
    /** When body and key were destroyed; the row stays for statistics. */
    erased_at: Generated<number | null>;
  };
  ledger_head: { site_id: string; seq: number; hash: string };
  ledger_entry: {
    site_id: string;
    seq: number;
    prev_hash: string;
    kind: EntryKind;
    commitment: string;
    time_bucket: string;
    hash: string;
    body: string | null;
  };
  tree_head: { site_id: string; size: number; at: number; root: string; peaks: string; kid: string; signature: string };
  consent_event: {
    record_id: string;
    site_id: string;
    seq: number;
    act_id: string;
    visitor_id: string;
    conversation_id: string;
    purpose: string;
    state: EventState;
    at: number;
    notice_hash: string;
    payload_sealed: Uint8Array;
    salt_sealed: Uint8Array;
  };
  evidence: {
    act_id: string;
    kind: 'ip' | 'ua';
    visitor_id: string;
    value_sealed: Uint8Array;
    salt_sealed: Uint8Array;
    created_at: number;
  };
  agent: {
    id: string;
    email: string;
    name: string;
    role: 'owner' | 'agent';
    password_hash: string;
    created_at: number;
    disabled_at: number | null;
    /** 1: the role `privacy`, which `role` has no word for. */
    privacy: number;
  };
  agent_session: { token_hash: string; agent_id: string; created_at: number; seen_at: number; expires_at: number };
  link: {
    token_hash: string;
    kind: 'setup' | 'reset';
    agent_id: string | null;
    created_at: number;
    expires_at: number;
    used_at: number | null;
  };
  consent_due: { conversation_id: string; purpose: string; record_id: string; due_at: number };
  receipt_link: {
    token_hash: string;
    conversation_id: string;
    visitor_id: string;
    created_at: number;
    expires_at: number;
  };
  erasure: {
    site_id: string;
    seq: number;
    id: string;
    at: number;
    asked_by: ErasedBy;
    reason: CertifiedReason;
    counts: string;
    kid: string;
    signature: string;
    /** 1: the relay by its clock, which `asked_by` has no word for. */
    by_relay: number;
    message_id: string | null;
    subject_digest: string | null;
  };
  request: RequestTable;
  request_step: {
    request_id: string;
    n: number;
    at: number;
    agent_id: string | null;
    step: RequestStep;
    detail: string | null;
  };
  request_person: { request_id: string; visitor_id: string | null; words_sealed: Uint8Array | null };
  request_calendar: { site_id: string; time_zone: string; holidays: string };
  email_index: { visitor_id: string; digest: string | null };
  email_index_key: { id: string; key_sealed: Uint8Array; created_at: number };
  signing_key: { kid: string; public_key: string; private_sealed: Uint8Array; created_at: number };
  recovery: {
    id: string;
    kind: 'restored' | 'keys_lost';
    at: number;
    backup: string | null;
    as_of: number;
    keys: number;
    replayed_at: number | null;
    replay: Replay | null;
    erased: number | null;
  };
  release: { build: string; files: string; created_at: number };
  release_file: { name: string; body: Uint8Array };
  restriction: {
    id: string;
    site_id: string;
    visitor_id: string;
    ground: RestrictionGround;
    asked_by: 'visitor' | 'agent' | 'operator';
    at: number;
    told_at: number | null;
    told_by: ToldBy | null;
    lifted_at: number | null;
  };
  objection: {
    id: string;
    site_id: string;
    visitor_id: string;
    conversation_id: string;
    purpose: string;
    notice_hash: string;
    at: number;
    state: ObjectionState;
    reason: OverruledFor | null;
    answer_sealed: Uint8Array | null;
    decided_at: number | null;
  };
  webhook: {
    id: string;
    site_id: string;
    recipient: string;
    url: string;
    events: string;
    secret_sealed: Uint8Array | null;
    created_at: number;
    paused_at: number | null;
    removed_at: number | null;
  };
  webhook_delivery: {
    id: string;
    webhook_id: string;
    event: DeliveryEvent;
    visitor_id: string | null;
    position: number;
    erasure_id: string | null;
    payload_sealed: Uint8Array | null;
    created_at: number;
    next_at: number;
    claimed_until: number;
    attempts: number;
    last_at: number | null;
    last_outcome: string | null;
    accepted_at: number | null;
    confirmed_at: number | null;
  };
  breach: {
    id: string;
    recorded_at: number;
    recorded_by: string | null;
    detected_at: number;
    since: number;
    until: number;
    site_id: string | null;
    report: string;
    state: BreachState;
    decided_at: number | null;
    notes_sealed: Uint8Array | null;
  };
  site_end: {
    site_id: string;
    handed_over_at: number;
    due_at: number;
    ended_at: number | null;
    report: string | null;
    kid: string | null;
    signature: string | null;
  };
  audit: {
    id: string;
    at: number;
    actor: AuditActor['kind'] | null;
    agent_id: string | null;
    session: string | null;
    action: string;
    object: string;
    detail: string | null;
    salt: string | null;
    object_salt: string | null;
    object_hash: string | null;
  };
  audit_entry: {
    seq: number;
    prev_hash: string;
    kind: EntryKind;
    commitment: string;
    time_bucket: string;
    hash: string;
    body: string | null;
    line: string | null;
  };
  audit_head: { chain: string; seq: number; hash: string };
  audit_tree_head: { size: number; at: number; root: string; peaks: string; kid: string; signature: string };
  audit_copy: { target: string; seq: number; at: number; busy_until: number };
  retention_due: {
    conversation_id: string;
    kind: DataClass;
    since: number;
    due_at: number | null;
    held: number;
    done_at: number | null;
  };
  legal_hold: {
    conversation_id: string;
    id: string;
    reason_sealed: Uint8Array;
    agent_id: string;
    set_at: number;
    until: number;
  };
  retention_run: {
    id: string;
    started_at: number;
    finished_at: number;
    by_relay: number;
    counts: string;
    oldest: string;
    failed: number;
  };
  access_log: { id: string; site_id: string; value_sealed: Uint8Array; due_at: number };
  retention_state: { id: number; next_at: number; ran_at: number; shreds: number };
}

interface ConversationTable {
  id: string;
  site_id: string;
  visitor_id: string;
  status: 'open' | 'closed';
  closed_by: ClosedBy | null;
  closed_at: number | null;
  withdrawn_at: number | null;
  left_at: number | null;
  kept_until: number | null;
  consent_until: number;
  assignee_id: string | null;
  created_at: number;
  last_seq: number;
  last_at: number;
  waiting_since: number | null;
  visitor_delivered_seq: number;
  visitor_read_seq: number;
  agent_delivered_seq: number;
  agent_read_seq: number;
  /** Visitor's messages after agent_read_seq, kept with the row so that the inbox never counts messages. */
  unread: number;
  restricted_at: number | null;
  notice_hash: string | null;
}

interface RequestTable {
  id: string;
  number: string;
  site_id: string;
  kind: RequestKind;
  profile: DeadlineProfile;
  via: Via;
  via_others: number;
  received_at: number;
  entered_at: number;
  status: 'open' | 'answered';
  person: 'unknown' | 'found' | 'none';
  identified_by: IdentifiedBy | null;
  identity_asked_at: number | null;
  identity_given_at: number | null;
  acknowledged_at: number | null;
  extended_at: number | null;
  extension_reason: 'complex' | 'many' | null;
  acted_at: number | null;
  erasure_id: string | null;
  outcome: Outcome | null;
  ground: Ground | null;
  answered_at: number | null;
  sent_by: SentBy | null;
  /** Calendar days, `YYYY-MM-DD`. */
  acknowledge_due: string | null;
  answer_due: string | null;
  extend_by: string | null;
}
