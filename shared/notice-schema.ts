import { z } from 'zod';
import { type NoticeDoc, RIGHTS } from './notice.ts';
import { READING_GROUNDS } from './reading.ts';

/** A notice as an owner's page sends it. The relay parses; the linter then reads what it says. */
const line = z.string().max(2000);
const text = z.string().max(8000);
const fieldRule = z.enum(['off', 'optional', 'required']);
const purposeId = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/);

const purpose = z.strictObject({
  id: purposeId,
  version: z.number().int().min(1),
  legalBasis: z.enum(['consent', 'contract', 'legitimate_interest', 'legal_obligation']),
  asked: z.enum(['form', 'chat']),
  required: z.boolean(),
  dataTypes: z.array(line).max(20),
  retention: line,
  validity: line,
  recipients: z.array(line).max(20),
  storageLocations: z.array(line).max(20),
  special: z.literal(true).optional(),
});

const facts = z.strictObject({
  shortName: line,
  representative: line.nullable(),
  dpo: line.nullable(),
  interest: line.nullable(),
  recipients: z.array(z.strictObject({ name: line, country: line, role: z.enum(['processor', 'recipient']) })).max(50),
  transfers: z.array(z.strictObject({ country: line, safeguard: line })).max(50),
  rights: z.array(z.enum(RIGHTS)).max(6),
  automated: line.nullable(),
  minAge: z.number().int().min(0).max(21).nullable(),
  storage: z.array(z.strictObject({ name: line, life: line, thirdParties: z.boolean() })).max(20),
  accessLog: line.optional(),
  ip: z.enum(['full', 'truncated', 'none']).optional(),
  phone: line.optional(),
  email: line.optional(),
  authorityContact: line.optional(),
  afterWithdrawal: z.enum(READING_GROUNDS).optional(),
});

const form = z.strictObject({
  question: line,
  questionPlaceholder: line,
  questionHint: line,
  name: line,
  email: line,
  optional: line,
  needed: line,
  clause: line,
  readFull: line,
  start: line,
  promise: line,
  away: line,
});

export const noticeDoc = z.strictObject({
  schema: z.literal('parley-notice/1'),
  site: line,
  version: z.number().int().min(1),
  locale: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/),
  controller: z.strictObject({ name: line, address: line, contact: line }),
  jurisdiction: line,
  authority: line,
  facts,
  fields: z.strictObject({ name: fieldRule, email: fieldRule }),
  purposes: z.array(purpose).max(20),
  periods: z.strictObject({ ip: line, proof: line, cookie: line }),
  words: z.strictObject({
    form,
    cookie: z.strictObject({ title: line, body: line, refuse: line, accept: line }),
    purposes: z.record(purposeId, z.strictObject({ name: line, label: line, note: line })),
  }),
  full: z.strictObject({
    title: line,
    table: z.array(z.strictObject({ term: line, text: line })).max(40),
    sections: z.array(z.strictObject({ heading: line, paragraphs: z.array(text).max(40) })).max(40),
  }),
}) satisfies z.ZodType<NoticeDoc>;
