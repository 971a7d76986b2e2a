/** Every table of the relay, and what of it an export of a visitor has to hold. */
export type Row = Record<string, unknown>;
export type Dump = Record<string, Row[]>;

/** What is not in an export, and why. */
const SECRET = 'the hash of a secret: of no use to its owner, and of some to a thief';
const STAFF = 'who among the staff: another person’s data (CJEU C-579/21)';
const POST = 'how it was sent, and how often';
const KEY = 'a key: what is sealed under it is given opened';
const CHAINED = 'opens what the audit’s chain commits to: beside the act itself it tells nothing more';
const OF_DESK = 'how the desk keeps its list: what it comes to is given';
export const NOBODY = 'nothing of a visitor’s';

export interface Held {
  /** The rows that are about the visitor. */
  rows: (dump: Dump, visitorId: string) => Row[];
  /** Columns whose value must be in the export. */
  given: string[];
  exempt: Record<string, string>;
}

const ofVisitor =
  (table: string) =>
  (dump: Dump, visitorId: string): Row[] =>
    (dump[table] ?? []).filter((row) => row.visitor_id === visitorId);
const talks = (dump: Dump, visitorId: string): unknown[] => ofVisitor('conversation')(dump, visitorId).map(({ id }) => id);
const ofTalks =
  (table: string) =>
  (dump: Dump, visitorId: string): Row[] =>
    (dump[table] ?? []).filter((row) => talks(dump, visitorId).includes(row.conversation_id));

/** By what belongs to a request of theirs. */
const ofRequests =
  (table: string, column: string) =>
  (dump: Dump, visitorId: string): Row[] => {
    const ids = ofVisitor('request_person')(dump, visitorId).map(({ request_id }) => request_id);
    return (dump[table] ?? []).filter((row) => ids.includes(row[column]));
  };

/** Every table there is. A new one, or a new column, must find its place here before this test is green again. */
export const TABLES: Record<string, Held | typeof NOBODY> = {
  schema_version: NOBODY,
  site: NOBODY,
  notice: NOBODY,
  notice_draft: NOBODY,
  ledger_head: NOBODY,
  tree_head: NOBODY,
  erasure: NOBODY,
  audit_entry: NOBODY,
  audit_head: NOBODY,
  audit_tree_head: NOBODY,
  audit_copy: NOBODY,
  agent: NOBODY,
  agent_session: NOBODY,
  link: NOBODY,
  signing_key: NOBODY,
  request_calendar: NOBODY,
  email_index_key: NOBODY,
  release: NOBODY,
  release_file: NOBODY,
  webhook: NOBODY,
  breach: NOBODY,
  site_end: NOBODY,
  recovery: NOBODY,
  retention_run: NOBODY,
  access_log: NOBODY,
  retention_state: NOBODY,
  visitor: {
    rows: (dump, visitorId) => (dump.visitor ?? []).filter(({ id }) => id === visitorId),
    given: ['id', 'site_id', 'form_sealed', 'created_at'],
    exempt: {},
  },
  data_key: {
    rows: ofVisitor('data_key'),
    given: ['visitor_id'],
    exempt: { id: KEY, class: KEY, wrapped: KEY, master_key_id: KEY, created_at: KEY },
  },
  session: {
    rows: ofVisitor('session'),
    given: ['visitor_id', 'conversation_id', 'scope', 'persistent', 'created_at', 'expires_at', 'revoked_at'],
    exempt: { token_hash: SECRET },
  },
  conversation: {
    rows: ofVisitor('conversation'),
    given: [
      ...['id', 'site_id', 'visitor_id', 'status', 'closed_by', 'closed_at', 'withdrawn_at', 'left_at', 'kept_until'],
      ...['consent_until', 'created_at', 'last_seq', 'last_at', 'waiting_since', 'visitor_delivered_seq'],
      ...['visitor_read_seq', 'agent_delivered_seq', 'agent_read_seq', 'notice_hash'],
    ],
    exempt: {
      assignee_id: STAFF,
      unread: 'counted from last_seq and agent_read_seq, which are given',
      restricted_at: 'the time of the restriction in force, which is given',
    },
  },
  message: {
    rows: ofTalks('message'),
    given: ['id', 'conversation_id', 'seq', 'author', 'body_sealed', 'at', 'erased_at'],
    exempt: { agent_id: STAFF },
  },
  ledger_entry: {
    rows: (dump, visitorId) => {
      const seqs = ofVisitor('consent_event')(dump, visitorId).map(({ seq }) => seq);
      return (dump.ledger_entry ?? []).filter(({ seq }) => seqs.includes(seq));
    },
    given: ['site_id', 'seq', 'prev_hash', 'kind', 'commitment', 'time_bucket', 'hash'],
    exempt: { body: 'of tombstones alone, which are about nobody who is left' },
  },
  consent_event: {
    rows: ofVisitor('consent_event'),
    given: [
      ...['record_id', 'site_id', 'seq', 'act_id', 'visitor_id', 'conversation_id', 'purpose', 'state', 'at'],
      ...['notice_hash', 'payload_sealed', 'salt_sealed'],
    ],
    exempt: {},
  },
  consent_due: {
    rows: ofTalks('consent_due'),
    given: ['conversation_id', 'purpose', 'record_id', 'due_at'],
    exempt: {},
  },
  retention_due: {
    rows: ofTalks('retention_due'),
    given: ['conversation_id', 'kind', 'since', 'due_at', 'held', 'done_at'],
    exempt: {},
  },
  legal_hold: {
    rows: ofTalks('legal_hold'),
    given: ['conversation_id', 'reason_sealed', 'set_at', 'until'],
    exempt: { id: 'a place for the reason, which is given', agent_id: STAFF },
  },
  evidence: {
    rows: ofVisitor('evidence'),
    given: ['act_id', 'kind', 'visitor_id', 'value_sealed', 'salt_sealed', 'created_at'],
    exempt: {},
  },
  receipt_link: {
    rows: ofVisitor('receipt_link'),
    given: ['conversation_id', 'visitor_id', 'created_at', 'expires_at'],
    exempt: { token_hash: SECRET },
  },
  request: {
    rows: ofRequests('request', 'id'),
    given: [
      ...['number', 'kind', 'via', 'received_at', 'acknowledged_at', 'answer_due', 'extended_at', 'acted_at', 'answered_at'],
      ...['outcome', 'ground'],
    ],
    exempt: {
      id: OF_DESK,
      site_id: OF_DESK,
      profile: OF_DESK,
      via_others: OF_DESK,
      entered_at: OF_DESK,
      status: OF_DESK,
      person: OF_DESK,
      identified_by: OF_DESK,
      identity_asked_at: OF_DESK,
      identity_given_at: OF_DESK,
      extension_reason: OF_DESK,
      erasure_id: OF_DESK,
      sent_by: OF_DESK,
      acknowledge_due: OF_DESK,
      extend_by: OF_DESK,
    },
  },
  request_step: {
    rows: ofRequests('request_step', 'request_id'),
    given: [],
    exempt: Object.fromEntries(['request_id', 'n', 'at', 'agent_id', 'step', 'detail'].map((column) => [column, OF_DESK])),
  },
  request_person: {
    rows: ofVisitor('request_person'),
    given: ['visitor_id', 'words_sealed'],
    exempt: { request_id: OF_DESK },
  },
  email_index: {
    rows: ofVisitor('email_index'),
    given: ['visitor_id'],
    exempt: { digest: 'made of the address, which is given' },
  },
  restriction: {
    rows: ofVisitor('restriction'),
    given: ['id', 'site_id', 'visitor_id', 'ground', 'asked_by', 'at', 'told_at', 'told_by', 'lifted_at'],
    exempt: {},
  },
  objection: {
    rows: ofVisitor('objection'),
    given: [
      ...['id', 'site_id', 'visitor_id', 'conversation_id', 'purpose', 'notice_hash', 'at', 'state', 'reason'],
      ...['answer_sealed', 'decided_at'],
    ],
    exempt: {},
  },
  webhook_delivery: {
    rows: ofVisitor('webhook_delivery'),
    given: ['visitor_id', 'event', 'created_at', 'confirmed_at'],
    exempt: {
      ...{ id: POST, webhook_id: 'the recipient’s name is given', position: POST, next_at: POST, claimed_until: POST },
      ...{ attempts: POST, last_at: POST, last_outcome: POST, accepted_at: POST },
      erasure_id: 'of whoever is erased alone, who asks no more',
      payload_sealed: 'the ids and codes that stand here in the open',
    },
  },
  audit: {
    rows: (dump, visitorId) => (dump.audit ?? []).filter(({ object }) => [visitorId, ...talks(dump, visitorId)].includes(object)),
    given: ['action', 'object', 'actor'],
    exempt: {
      ...{ id: STAFF, agent_id: STAFF, session: STAFF, detail: STAFF },
      at: 'by kind, with the last time: single acts would tell who was on duty',
      ...{ salt: CHAINED, object_salt: CHAINED, object_hash: CHAINED },
    },
  },
};

/** What the visitor asks for, in their words. */
export const REQUEST = { text: 'Not for the reading list, thank you.', contact: 'the green door, Quay Street' };
