import type { SUBJECT_TABLES } from './subject.ts';

type SubjectTable = (typeof SUBJECT_TABLES)[number];

/** Kinds of data as a person understands them: what a breach is reported by. */
export const KINDS = [
  'messages',
  'form',
  'lookup',
  'address',
  'browser',
  'consents',
  'requests',
  'sessions',
  'links',
  'activity',
  'holds',
  'keys',
] as const;
export type Kind = (typeof KINDS)[number];

interface Held {
  kinds: readonly Kind[];
  /** The class of the key that its content is sealed under, else how it stands there. */
  how: 'messages' | 'form' | 'evidence' | 'consent' | 'keyed' | 'hash' | 'plain' | 'wrapped';
}

/** Every table that holds something of a visitor, and how: a new one has no place in the papers until it stands here. */
export const HELD: Readonly<Record<SubjectTable, Held>> = {
  message: { kinds: ['messages'], how: 'messages' },
  visitor: { kinds: ['form'], how: 'form' },
  evidence: { kinds: ['address', 'browser'], how: 'evidence' },
  consent_event: { kinds: ['consents'], how: 'consent' },
  consent_due: { kinds: ['consents'], how: 'plain' },
  email_index: { kinds: ['lookup'], how: 'keyed' },
  request_person: { kinds: ['requests'], how: 'form' },
  legal_hold: { kinds: ['holds'], how: 'consent' },
  retention_due: { kinds: ['activity'], how: 'plain' },
  restriction: { kinds: ['requests'], how: 'plain' },
  objection: { kinds: ['requests'], how: 'consent' },
  webhook_delivery: { kinds: ['activity'], how: 'wrapped' },
  conversation: { kinds: ['activity'], how: 'plain' },
  session: { kinds: ['sessions'], how: 'hash' },
  receipt_link: { kinds: ['links'], how: 'hash' },
  data_key: { kinds: ['keys'], how: 'wrapped' },
};
