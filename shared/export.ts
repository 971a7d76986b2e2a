import { z } from 'zod';
import { consentEvent } from './consent.ts';
import { noticeDoc } from './notice-schema.ts';

/**
 * Everything that a relay holds about one visitor, to read and to take along (GDPR Art. 15 and 20). Published as a JSON
 * schema at `/.well-known/parley-export-schema.json`. Times are RFC 3339 in UTC, periods ISO 8601, countries ISO 3166.
 */
export const EXPORT_SCHEMA = 'parley-export/1';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string();
const time = z.iso.datetime({ precision: 3 });
const count = z.number().int().min(0);
/** True for what the visitor provided, where it is processed on consent or a contract (Art. 20(1)). */
const portable = z.boolean();

/** What the notice of an agreement says by Art. 15(1)(a) to (h) and 15(2). `null`: that notice did not tell it as data. */
const about = z.strictObject({
  notice: z.strictObject({ hash: hex64, version: z.number().int(), locale: text, published: time, file: text }),
  controller: z.strictObject({
    name: text,
    address: text,
    contact: text,
    representative: text.nullable(),
    data_protection_officer: text.nullable(),
  }),
  jurisdiction: text,
  /** Art. 15(1)(a), (b), (c) and (d), by purpose. */
  purposes: z.array(
    z.strictObject({
      id: text,
      name: text,
      text,
      legal_basis: text,
      data: z.array(text),
      special: z.boolean(),
      retention: text,
      recipients: z.array(text),
      storage: z.array(text),
    }),
  ),
  recipients: z.array(z.strictObject({ name: text, country: text, role: text })).nullable(),
  retention: z.strictObject({ proof: text, address: text, cookie: text }),
  rights: z.array(text).nullable(),
  authority: text,
  source: text,
  /** What a machine decides; null where people alone do. */
  automated_decision: text.nullable(),
  safeguards: z.array(z.strictObject({ country: text, safeguard: text })).nullable(),
  /** The words themselves, whole: what was shown, and all behind "Read it in full". */
  document: noticeDoc.extend({ facts: noticeDoc.shape.facts.optional() }),
});

const marks = z.strictObject({ delivered: count, read: count });

const message = z.strictObject({
  id: text,
  number: count,
  /** Agents have no name here: whoever they are, they spoke for the controller. */
  author: z.enum(['visitor', 'agent']),
  time,
  text,
  /** When the text was destroyed because it had been kept long enough: then it is empty. */
  erased: time.nullable(),
  portable,
});

const conversation = z.strictObject({
  id: text,
  status: z.enum(['open', 'closed']),
  began: time,
  last_activity: time,
  last_number: count,
  waiting_since: time.nullable(),
  closed: time.nullable(),
  closed_by: text.nullable(),
  withdrawn: time.nullable(),
  left: time.nullable(),
  /** Until when the cookie keeps it, where one does. */
  kept_until: time.nullable(),
  agreed_until: time,
  /** How far the visitor came in the agents' messages, and agents in the visitor's. */
  visitor_marks: marks,
  agent_marks: marks,
  /** Whether an agent has taken it, not which. */
  taken: z.boolean(),
  portable,
  messages: z.array(message),
  /** What goes at a time of its own: from when its period counts, when it is looked at next, and when it went. */
  kept: z.array(
    z.strictObject({
      kind: z.enum(['messages', 'form', 'evidence', 'consent']),
      from: time,
      looked_at: time.nullable(),
      held: z.boolean(),
      gone: time.nullable(),
      portable,
    }),
  ),
  /** Why it is kept beyond its time, and until when; null where it is not. */
  hold: z.strictObject({ set: time, until: time, reason: text, portable }).nullable(),
});

const consent = z.strictObject({
  state: text,
  time,
  /** When what was agreed runs out; null for what is not in force. */
  runs_out: time.nullable(),
  event: consentEvent,
  /** Opens the commitment in the ledger. */
  salt: hex64,
  ledger: z.strictObject({
    site_id: text,
    seq: count,
    prev_hash: hex64,
    kind: text,
    commitment: hex64,
    time_bucket: text,
    hash: hex64,
  }),
  /** The signed receipt of the act, in this archive. */
  receipt: text,
  portable,
});

export const visitorExport = z.strictObject({
  schema: z.literal(EXPORT_SCHEMA),
  made: time,
  subject: z.strictObject({ pseudonym: text, since: time }),
  site: z.strictObject({ id: text, key: text, name: text, relay: text }),
  about: z.array(about),
  form: z.array(z.strictObject({ field: text, value: text, portable })),
  conversations: z.array(conversation),
  consents: z.array(consent),
  /** What the browser's requests told, as it is stored: the address perhaps without its end. */
  evidence: z.array(
    z.strictObject({
      act_id: text,
      kind: z.enum(['ip', 'ua']),
      value: text,
      salt: hex64,
      stored: time,
      /** When it goes, by the notice that was agreed; null where none is left that says so. */
      until: time.nullable(),
      portable,
    }),
  ),
  /** Times only: what opens a session is stored nowhere. */
  sessions: z.array(
    z.strictObject({
      conversation_id: text,
      scope: text,
      cookie: z.boolean(),
      began: time,
      until: time,
      ended: time.nullable(),
      portable,
    }),
  ),
  /** Addresses of the receipts that were asked for; their secret is stored nowhere. */
  receipt_links: z.array(z.strictObject({ conversation_id: text, made: time, until: time, portable })),
  /** What they asked for by right, and what they were answered; days as in the calendar of the site. */
  requests: z.array(
    z.strictObject({
      number: text,
      kind: text,
      by: text,
      received: time,
      acknowledged: time.nullable(),
      due: z.iso.date().nullable(),
      extended: time.nullable(),
      carried_out: time.nullable(),
      answered: time.nullable(),
      outcome: text.nullable(),
      ground: text.nullable(),
      contact: text.nullable(),
      name: text.nullable(),
      text: text.nullable(),
      answer: text.nullable(),
      portable,
    }),
  ),
  /** While one is in force it is kept, and nothing else is done with it (Art. 18). */
  restrictions: z.array(
    z.strictObject({
      id: text,
      ground: text,
      asked_by: text,
      since: time,
      told: time.nullable(),
      told_by: text.nullable(),
      lifted: time.nullable(),
      portable,
    }),
  ),
  /** Art. 21. */
  objections: z.array(
    z.strictObject({
      id: text,
      conversation_id: text,
      purpose: text,
      notice_hash: hex64,
      made: time,
      state: text,
      reason: text.nullable(),
      answer: text.nullable(),
      decided: time.nullable(),
      portable,
    }),
  ),
  /** Who was told what of it, and when they said that it is done (Art. 19). */
  told: z.array(z.strictObject({ event: text, recipient: text, time, state: text, confirmed: time.nullable(), portable })),
  /** What was done with it, by kind and never by name (CJEU C-579/21). `visitor`: by their session, or a receipt's link. */
  access: z.array(
    z.strictObject({ kind: text, by: z.enum(['visitor', 'agent', 'operator', 'relay']), times: count, last: time, portable }),
  ),
});
export type VisitorExport = z.infer<typeof visitorExport>;

/** The same as everybody can check it, without this program: JSON Schema 2020-12. */
export function exportJsonSchema(origin: string): Record<string, unknown> {
  return { $id: `${origin}/.well-known/parley-export-schema.json`, title: EXPORT_SCHEMA, ...z.toJSONSchema(visitorExport) };
}
