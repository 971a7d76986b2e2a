/**
 * Reads an export.json back into rows, as another program would that has the published schema and nothing of the relay's
 * (PR-50): what it does not know, or does not find, is an error.
 */

export interface ImportedMessage {
  id: string;
  conversationId: string;
  seq: number;
  author: string;
  body: string;
  at: number;
  erasedAt: number | null;
}

export interface ImportedConsent {
  recordId: string;
  actId: string;
  siteId: string;
  seq: number;
  visitorId: string;
  purpose: string;
  state: string;
  at: number;
  noticeHash: string;
  salt: string;
  /** The event that was signed, key by key. */
  payload: unknown;
}

export interface Imported {
  visitorId: string;
  form: Record<string, string>;
  messages: ImportedMessage[];
  consents: ImportedConsent[];
}

type Fields = Record<string, unknown>;

/** An object with these fields and no others. */
function fields(value: unknown, where: string, names: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${where} is no object`);
  const [found, wanted] = [Object.keys(value).sort().join(' '), names.split(' ').sort().join(' ')];
  if (found !== wanted) throw new Error(`${where} has the fields ${found}, not ${wanted}`);
  return value as Fields;
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${where} is no list`);
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new Error(`${where} is no text`);
  return value;
}

function number(value: unknown, where: string): number {
  if (!Number.isSafeInteger(value)) throw new Error(`${where} is no number`);
  return value as number;
}

/** RFC 3339 in UTC, to the millisecond: another form would lose something. */
function time(value: unknown, where: string): number {
  const at = Date.parse(text(value, where));
  if (Number.isNaN(at) || new Date(at).toISOString() !== value) throw new Error(`${where} is no time`);
  return at;
}

const ALL =
  'schema made subject site about form conversations consents evidence sessions receipt_links restrictions objections told requests access';
const CONVERSATION =
  'id status began last_activity last_number waiting_since closed closed_by withdrawn left kept_until agreed_until visitor_marks agent_marks taken portable messages kept hold';

/** @throws Error that names the first place that is not as the schema has it. */
export function importExport(json: string): Imported {
  const data = fields(JSON.parse(json), 'export', ALL);
  if (data.schema !== 'parley-export/1') throw new Error('another schema');
  const visitorId = text(fields(data.subject, 'subject', 'pseudonym since').pseudonym, 'pseudonym');
  return {
    visitorId,
    form: formOf(list(data.form, 'form')),
    messages: list(data.conversations, 'conversations').flatMap(messagesOf),
    consents: list(data.consents, 'consents').map((one) => consentOf(one, visitorId)),
  };
}

function formOf(rows: unknown[]): Record<string, string> {
  const form: Record<string, string> = {};
  for (const row of rows) {
    const { field, value } = fields(row, 'form', 'field value portable');
    const name = text(field, 'field');
    if (Object.hasOwn(form, name)) throw new Error(`${name} is there twice`);
    form[name] = text(value, name);
  }
  return form;
}

function messagesOf(value: unknown): ImportedMessage[] {
  const talk = fields(value, 'conversation', CONVERSATION);
  const conversationId = text(talk.id, 'conversation.id');
  return list(talk.messages, 'messages').map((one) => {
    const row = fields(one, 'message', 'id number author time text erased portable');
    return {
      id: text(row.id, 'message.id'),
      conversationId,
      seq: number(row.number, 'message.number'),
      author: text(row.author, 'message.author'),
      body: text(row.text, 'message.text'),
      at: time(row.time, 'message.time'),
      erasedAt: row.erased === null ? null : time(row.erased, 'message.erased'),
    };
  });
}

function consentOf(value: unknown, visitorId: string): ImportedConsent {
  const row = fields(value, 'consent', 'state time runs_out event salt ledger receipt portable');
  const ledger = fields(row.ledger, 'ledger', 'site_id seq prev_hash kind commitment time_bucket hash');
  const event = row.event as Fields;
  const [purpose, ...others] = list(event.purposes, 'event.purposes') as Fields[];
  if (others.length > 0) throw new Error('an event of several purposes');
  if (event.subject_id !== visitorId) throw new Error('an event of somebody else');
  return {
    recordId: text(event.record_id, 'event.record_id'),
    actId: text(event.act_id, 'event.act_id'),
    siteId: text(ledger.site_id, 'ledger.site_id'),
    seq: number(ledger.seq, 'ledger.seq'),
    visitorId,
    purpose: text(purpose?.id, 'event.purposes.id'),
    state: text(row.state, 'consent.state'),
    at: time(row.time, 'consent.time'),
    noticeHash: text(event.notice_hash, 'event.notice_hash'),
    salt: text(row.salt, 'consent.salt'),
    payload: event,
  };
}
