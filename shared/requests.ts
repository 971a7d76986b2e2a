import { z } from 'zod';
import { visitorEmail, visitorName } from './api.ts';
import {
  type Day,
  DEADLINE_PROFILES,
  type DeadlineProfile,
  isDay,
  REQUEST_KINDS,
  type RequestKind,
  type Urgency,
} from './deadlines.ts';
import type { Certificate } from './erasure.ts';
import { uuid7 } from './events.ts';
import {
  EXTENSION_REASONS,
  GROUNDS,
  type Ground,
  type IdentifiedBy,
  type Match,
  OUTCOMES,
  type Outcome,
  REQUEST_MAX_CHARS,
  type RequestStep,
  SENT_BY,
  type SentBy,
  type Via,
} from './request-codes.ts';
import { RESTRICTION_GROUNDS } from './restriction.ts';
import type { Survivor } from './survivors.ts';

/** HTTP bodies of requests by right. The relay parses; browsers import the types only. */

const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Several lines of somebody's own. */
const words = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.isWellFormed(), 'not text')
    .transform((text) => text.replaceAll('\0', '').trim());
const ANSWER_MAX_CHARS = 20_000;
const line = words(300);
const day = z.string().refine(isDay, 'not a day');
const requestId = z.uuid();

/** `POST /api/privacy/request`: asked by whoever holds the session, the cookie, or (`token`) the link of a receipt. */
export const askRequest = z.strictObject({
  session: token.nullable().optional(),
  token: token.optional(),
  /** A UUIDv7 of the asker's making: asked twice under one it is one request. */
  id: uuid7.optional(),
  kind: z.enum(REQUEST_KINDS),
  text: words(REQUEST_MAX_CHARS),
  /** Where the answer goes; null for the address of the form. */
  contact: line.nullable(),
});
export type AskRequest = z.input<typeof askRequest>;
export interface Asked {
  /** To name it by. */
  number: string;
  kind: RequestKind;
  /** The last day on which it is answered; null where no day is set. */
  due: Day | null;
}

// The privacy desk: `/api/agent/requests`

/** `POST /`: what came by another way. `received` is the day on which it came. */
export const newRequest = z.strictObject({
  site: z.string().max(64),
  kind: z.enum(REQUEST_KINDS),
  via: z.enum(['email', 'letter', 'phone']),
  viaOthers: z.boolean(),
  received: day,
  contact: line.nullable(),
  name: line.nullable(),
  text: words(REQUEST_MAX_CHARS),
});
export type NewRequest = z.input<typeof newRequest>;

/** `POST /find`: who it may be. Each thing that is given has to fit. */
export const findPerson = z.strictObject({
  id: requestId,
  email: visitorEmail.optional(),
  receipt: z
    .string()
    .max(80)
    .transform((text) => text.replaceAll(/[\s-]/g, '').toLowerCase())
    .optional(),
  conversation: z.string().trim().max(80).optional(),
  /** What stands after the # of a receipt's address, or the whole address. */
  link: z.string().trim().max(500).optional(),
  day: day.optional(),
  sentence: words(400).optional(),
});
export type FindPerson = z.input<typeof findPerson>;

export interface FoundPerson {
  visitorId: string;
  since: number;
  conversations: { id: string; began: number; status: 'open' | 'closed'; isWithdrawn: boolean }[];
  /** What of the given things is so. */
  matched: (Match | 'link')[];
  /** True for a link, or for two things that only the chat holds. */
  isEnough: boolean;
}

/** `POST /step`: one step of a request, and what it takes. */
export const requestStep = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('acknowledge'), id: requestId }),
  z.strictObject({ step: z.literal('ask_identity'), id: requestId }),
  z.strictObject({ step: z.literal('extend'), id: requestId, reason: z.enum(EXTENSION_REASONS) }),
  z.strictObject({ step: z.literal('profile'), id: requestId, profile: z.enum(DEADLINE_PROFILES) }),
  /** The things are looked at again: who is chosen has to fit them. */
  z.strictObject({ step: z.literal('person'), id: requestId, visitorId: z.string().max(64), by: findPerson.omit({ id: true }) }),
  z.strictObject({ step: z.literal('nobody'), id: requestId }),
  z.strictObject({ step: z.literal('let_go'), id: requestId }),
]);
export type RequestStepBody = z.input<typeof requestStep>;

/** `POST /do`: what was asked for, carried out. */
export const doRequest = z.strictObject({
  id: requestId,
  /** For `rectify`. */
  form: z.strictObject({ name: visitorName.nullable(), email: visitorEmail.nullable() }).optional(),
  /** For `restrict`: why (GDPR Art. 18(1)); left out where the person gave no reason. */
  because: z.enum(RESTRICTION_GROUNDS).optional(),
});
export type DoRequest = z.input<typeof doRequest>;

/** `POST /draft`: the answer in our words. */
export const draftAnswer = z.strictObject({
  id: requestId,
  letter: z.enum(['answer', 'acknowledgement', 'identity', 'extension']),
  outcome: z.enum(OUTCOMES).optional(),
  ground: z.enum(GROUNDS).nullable().optional(),
});
export type DraftAnswer = z.input<typeof draftAnswer>;

/** `POST /answer`: what was sent, and that it was. */
export const sentAnswer = z.strictObject({
  id: requestId,
  outcome: z.enum(OUTCOMES),
  ground: z.enum(GROUNDS).nullable(),
  sentBy: z.enum(SENT_BY),
  text: words(ANSWER_MAX_CHARS).refine((text) => text !== '', 'empty'),
});
export type SentAnswer = z.input<typeof sentAnswer>;

/** `POST /archive` (answers a ZIP), `POST /preview`. */
export const ofRequest = z.strictObject({ id: requestId });

/** `POST /calendar`: how a site counts its days. */
export const calendarRequest = z.strictObject({
  site: z.string().max(64),
  timeZone: z.string().max(64),
  holidays: z.array(day).max(200),
});
export type CalendarRequest = z.input<typeof calendarRequest>;

export interface RequestInList {
  id: string;
  number: string;
  site: string;
  kind: RequestKind;
  receivedAt: number;
  via: Via;
  person: 'unknown' | 'found' | 'none';
  status: 'open' | 'answered';
  outcome: Outcome | null;
  answeredAt: number | null;
  /** What is to be done next, and by when; null while the clock stands, and once it is answered. */
  next: { what: 'acknowledge' | 'answer'; due: Day; urgency: Urgency; days: number } | null;
  isStanding: boolean;
}

/** `GET /`: what is open, the most urgent first, and what was answered last. */
export interface RequestList {
  today: Day;
  counts: RequestCounts;
  open: RequestInList[];
  answered: RequestInList[];
  sites: { key: string; name: string; timeZone: string; holidays: Day[] }[];
}

/** `GET /due`: for the mark on the desk. */
export interface RequestCounts {
  open: number;
  overdue: number;
  soon: number;
}

/** `GET /ID`, and the answer to each change. */
export interface RequestDetail extends RequestInList {
  profile: DeadlineProfile;
  /** Those that the notices of the person, or of the site, lead to. */
  profiles: DeadlineProfile[];
  source: string;
  viaOthers: boolean;
  due: { acknowledge: Day | null; answer: Day | null; extendBy: Day | null; extended: Day | null };
  acknowledgedAt: number | null;
  identityAskedAt: number | null;
  identityGivenAt: number | null;
  extension: { at: number; reason: 'complex' | 'many' } | null;
  identifiedBy: IdentifiedBy | null;
  actedAt: number | null;
  ground: Ground | null;
  sentBy: SentBy | null;
  /** What names somebody; null once it was erased. */
  words: { contact: string | null; name: string | null; text: string; answer: string | null } | null;
  subject: { visitorId: string; since: number; conversations: FoundPerson['conversations']; form: PersonForm } | null;
  /** Can what was asked for be carried out here? */
  canDo: boolean;
  history: { at: number; by: string | null; step: RequestStep; detail: string | null }[];
}

export interface PersonForm {
  name: string | null;
  email: string | null;
}

/** What would be touched: rows by table; for a withdrawal what is in force, for an objection what it would stop. */
export interface RequestPreview {
  counts: Record<string, number>;
  entries: number;
  purposes: string[];
  /** What an erasure would leave; empty for what erases nothing. */
  survivors: Survivor[];
}

export interface Done {
  request: RequestDetail;
  /** Of an erasure, whom the answer goes to: said this once, because it went with all else. */
  contact: string | null;
  certificate: Certificate | null;
}
