import { z } from 'zod';
import type { EventState } from './consent.ts';
import type { ErrorCode } from './errors.ts';
import type { IpMode } from './ip.ts';
import { MESSAGE_MAX_BYTES, MESSAGE_MAX_CHARS } from './limits.ts';
import type { Marks } from './message-status.ts';
import type { LegalBasis } from './notice.ts';
import type { Reading } from './reading.ts';

/**
 * The whole protocol of the two sockets on one page. Commands are named in the imperative and acknowledged;
 * facts are named in the past tense. The relay parses every command; browsers import the types only.
 */

export const uuid7 = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** C0 and C1 controls other than tab and line feed have no place in talk; PostgreSQL refuses NUL as well. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** White space and characters without a width: text of nothing but these is empty. */
const BLANK = /^[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$/;

const utf8 = new TextEncoder();

/** Counts only what could be too long: a UTF-16 unit is at most one character and three bytes. */
function fits(text: string): boolean {
  if (text.length <= MESSAGE_MAX_CHARS && 3 * text.length <= MESSAGE_MAX_BYTES) return true;
  return [...text].length <= MESSAGE_MAX_CHARS && utf8.encode(text).length <= MESSAGE_MAX_BYTES;
}

export const messageBody = z
  .string()
  .refine((text) => text.isWellFormed(), 'lone surrogate')
  .refine((text) => !CONTROLS.test(text), 'control character')
  .refine((text) => !BLANK.test(text), 'empty')
  .refine(fits, 'too long');

const agentDraft = z.strictObject({ id: uuid7, body: messageBody });
/**
 * `asIs`: the visitor was asked whether to send it without what need not be kept, and sends it as it is. It holds where
 * the owner lets them.
 */
export const messageDraft = agentDraft.extend({ asIs: z.literal(true).optional() });
export type MessageDraft = z.infer<typeof messageDraft>;

export const visitorCommands = {
  'message:send': messageDraft,
  'message:mark': z.strictObject({ deliveredSeq: seq, readSeq: seq }),
  'conversation:sync': z.strictObject({ afterSeq: seq }),
  'conversation:leave': z.strictObject({}),
  'typing:set': z.strictObject({ typing: z.boolean() }),
} as const;

/** Where a page of the inbox ends: two conversations may share a millisecond, hence the id. */
const inboxCursor = z.strictObject({ at: seq, id: uuid7 });
export type InboxCursor = z.infer<typeof inboxCursor>;

const inConversation = z.strictObject({ conversationId: uuid7 });

export const agentCommands = {
  'inbox:list': z.strictObject({ view: z.enum(['unassigned', 'mine', 'all']), before: inboxCursor.nullable() }),
  'conversation:open': inConversation,
  'conversation:sync': inConversation.extend({ afterSeq: seq }),
  /** A look into a talk that its withdrawal has locked: the newest messages, or those after a cursor. Each is logged. */
  'conversation:unlock': inConversation.extend({ afterSeq: seq.nullable() }),
  'conversation:close': inConversation,
  'conversation:reopen': inConversation,
  'message:send': inConversation.extend(agentDraft.shape),
  'message:mark': inConversation.extend({ deliveredSeq: seq, readSeq: seq }),
  'typing:set': inConversation.extend({ typing: z.boolean() }),
  'presence:set': z.strictObject({ presence: z.enum(['online', 'away']) }),
  'consent:card': inConversation,
  'ip:reveal': inConversation,
} as const;

export type Ack<T> = (answer: { ok: true; data: T } | { ok: false; error: ErrorCode; retryAfterSeconds?: number }) => void;
export type Answer<T> = Parameters<Ack<T>>[0];

/** A stored message, the same for every reader. `name` is the agent's display name, null for the visitor. */
export interface Message {
  id: string;
  seq: number;
  author: 'visitor' | 'agent';
  agentId: string | null;
  name: string | null;
  body: string;
  /** Epoch milliseconds, the relay's clock. */
  at: number;
  /** When its text was destroyed because it had been kept long enough; then the body is empty. */
  erasedAt?: number;
}

export type Presence = 'online' | 'away';
export type ClosedBy = 'visitor' | 'agent' | 'withdrawal' | 'notice' | 'retention';

/** What a visitor sees of their conversation. `agentMarks` tell how far the agents have come in it. */
export interface VisitorConversation {
  id: string;
  status: 'open' | 'closed';
  /** `restriction`: paused, because nothing may be done with what is written (PR-53). It goes on once that is lifted. */
  closedBy: ClosedBy | 'restriction' | null;
  closedAt: number | null;
  createdAt: number;
  agent: { name: string } | null;
  agentOnline: boolean;
  agentMarks: Marks;
  visitorMarks: Marks;
  /** When the cookie question was accepted and until when the cookie lives; null without one. */
  keptUntil: number | null;
}

/** One purpose as it now stands for this visitor. */
export interface ConsentState {
  purpose: string;
  state: EventState;
  at: number;
  actId: string;
  noticeHash: string;
  noticeVersion: number;
  locale: string;
}

export interface VisitorSync {
  conversation: VisitorConversation;
  consents: ConsentState[];
  /** Messages after the cursor, in order. `more` says that another `conversation:sync` is due. */
  messages: Message[];
  more: boolean;
}

/** A conversation in the agents' inbox. */
export interface InboxConversation {
  id: string;
  siteName: string;
  /** The name the visitor gave; null where none was given. */
  visitorName: string | null;
  status: 'open' | 'closed';
  closedBy: ClosedBy | null;
  closedAt: number | null;
  withdrawnAt: number | null;
  /** The visitor's page is gone and no cookie brings the chat back. */
  leftAt: number | null;
  visitorOnline: boolean;
  keptUntil: number | null;
  assignee: { id: string; name: string } | null;
  createdAt: number;
  lastSeq: number;
  /** Position in the list: when the last message was written. */
  lastAt: number;
  last: Pick<Message, 'author' | 'agentId' | 'name' | 'body' | 'erasedAt'> | null;
  /** May agents read it? `locked`: no word of it comes, but by `conversation:unlock`. */
  reading: Reading;
  /** Visitor's messages that no agent has read. */
  unread: number;
  /** Since when the visitor waits for an answer; null when the last word is ours. */
  waitingSince: number | null;
  visitorMarks: Marks;
  agentMarks: Marks;
}

export interface AgentPresence {
  id: string;
  name: string;
  presence: Presence;
}

export interface InboxPage {
  conversations: InboxConversation[];
  /** Pass as `before` for the next page; null at the end. */
  next: InboxCursor | null;
  counts: { unassigned: number; mine: number; all: number; unread: number };
  agents: AgentPresence[];
}

/** What was agreed, for the card beside a conversation. */
export interface ConsentCard {
  /** `other_ground`: the chat rests on no consent, whatever was agreed beside it. */
  state: 'in_force' | 'withdrawn' | 'expired' | 'other_ground';
  /** When the chat began; where it rests on consent, when that was given. */
  grantedAt: number;
  withdrawnAt: number | null;
  /** `state` is null for what rests on another ground and was not asked. */
  purposes: { id: string; name: string; legalBasis: LegalBasis; state: EventState | null; at: number }[];
  notice: { hash: string; version: number; locale: string; url: string };
  /** What the visitor did, e.g. `click`; null, as what follows of the act, where nothing was asked. */
  action: string | null;
  /** Origin and path as the page claimed them. */
  page: string | null;
  browser: string | null;
  /** As it was recorded; `masked` is null where it is gone, and where whoever asks may not look at it (PR-66). */
  ip: { mode: IpMode; masked: string | null; mayReveal: boolean };
  ledger: { seq: number; hash: string } | null;
  receipt: string | null;
  /** The address is null where the talk is locked: nobody writes to who has withdrawn. */
  visitor: { name: string | null; email: string | null };
  reading: Reading;
}

export interface AgentSync {
  conversation: InboxConversation;
  messages: Message[];
  more: boolean;
}

/** Why a visitor's session is void; `erased`: with everything that the relay had of them. */
export type SessionEnd = 'withdrawn' | 'expired' | 'ended' | 'replaced' | 'erased';

export interface VisitorFacts {
  'message:created': (message: Message) => void;
  'conversation:changed': (conversation: VisitorConversation) => void;
  'consents:changed': (consents: ConsentState[]) => void;
  'typing:changed': (fact: { typing: boolean; name: string | null }) => void;
  /** The first agent came, or the last one went. */
  'presence:changed': (fact: { online: boolean }) => void;
  'session:ended': (fact: { reason: SessionEnd }) => void;
}

export interface AgentFacts {
  /** Told to those who have the conversation open: the list gets it by `inbox:changed`. */
  'message:created': (fact: { conversationId: string; message: Message }) => void;
  /** Conversations as they now stand in the list, each told twice a second at most. */
  'inbox:changed': (conversations: InboxConversation[]) => void;
  'consent:changed': (fact: { conversationId: string }) => void;
  /** Its visitor was forgotten: nothing of it may stay on a screen. */
  'conversation:erased': (fact: { conversationId: string }) => void;
  /** Something that was said in it is gone: it is to be read anew. */
  'messages:erased': (fact: { conversationId: string }) => void;
  /** Its visitor’s data is restricted: it leaves the screens, and is back once that is lifted (PR-53). */
  'conversation:restricted': (fact: { conversationId: string; restricted: boolean }) => void;
  'typing:changed': (fact: { conversationId: string; agentId: string | null; name: string | null; typing: boolean }) => void;
  'presence:changed': (agents: AgentPresence[]) => void;
  'session:ended': (fact: { reason: 'signed_out' | 'disabled' }) => void;
}

interface VisitorResults {
  'message:send': Message;
  'message:mark': Marks;
  'conversation:sync': VisitorSync;
  'conversation:leave': null;
  'typing:set': null;
}

interface AgentResults {
  'inbox:list': InboxPage;
  'conversation:open': AgentSync;
  'conversation:sync': AgentSync;
  'conversation:unlock': AgentSync;
  'conversation:close': InboxConversation;
  'conversation:reopen': InboxConversation;
  'message:send': Message;
  'message:mark': Marks;
  'typing:set': null;
  'presence:set': AgentPresence[];
  'consent:card': ConsentCard;
  'ip:reveal': { ip: string | null };
}

export type VisitorCommand = keyof typeof visitorCommands;
export type AgentCommand = keyof typeof agentCommands;
export type VisitorInput<C extends VisitorCommand> = z.infer<(typeof visitorCommands)[C]>;
export type AgentInput<C extends AgentCommand> = z.infer<(typeof agentCommands)[C]>;
export type VisitorResult<C extends VisitorCommand> = VisitorResults[C];
export type AgentResult<C extends AgentCommand> = AgentResults[C];

/** Socket.IO event maps: what a client may emit in each namespace. */
export type VisitorEmits = { [C in VisitorCommand]: (input: VisitorInput<C>, ack: Ack<VisitorResult<C>>) => void };
export type AgentEmits = { [C in AgentCommand]: (input: AgentInput<C>, ack: Ack<AgentResult<C>>) => void };
