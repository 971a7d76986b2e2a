import { z } from 'zod';
import { uuid7 } from './events.ts';
import { HOLD_REASON_MAX } from './limits.ts';

/** How long things are kept, as console and relay speak of it. Times are epoch milliseconds. */

/** What of a conversation goes at a time of its own. */
export type RetentionKind = 'messages' | 'form' | 'evidence' | 'consent';

/** One kind of one conversation. */
export interface KindDue {
  kind: RetentionKind;
  /** When it goes; of a chat that nobody has ended, when it would go if nothing more were written. Null once it is gone. */
  dueAt: number | null;
  /** From when its period counts. */
  since: number;
  /** ISO 8601, as the notice said it under which the chat began. */
  period: string;
  goneAt: number | null;
  /** Of the evidence: is an address among it, or the browser alone? */
  address?: boolean;
}

/** A hold on one conversation. */
export interface Hold {
  conversationId: string;
  by: string;
  setAt: number;
  until: number;
  /** Null for who may not read it: an agent without the role. */
  reason: string | null;
}

/** `GET /api/agent/retention/CONVERSATION`: what goes when, for everybody at the desk. */
export interface ConversationRetention {
  kinds: KindDue[];
  /** Is the chat still open? Then what was said goes so long after its end. */
  open: boolean;
  hold: Hold | null;
  /** May whoever asked take it along, erase it, and hold it? */
  mayDecide: boolean;
}

/** `POST /api/agent/privacy/retention/hold` */
export const holdRequest = z.strictObject({
  conversationId: uuid7,
  reason: z.string().max(HOLD_REASON_MAX * 4),
  until: z.number().int(),
});
export type HoldRequest = z.infer<typeof holdRequest>;
/** `POST /api/agent/privacy/retention/lift` */
export const ofConversation = z.strictObject({ conversationId: uuid7 });
/** `POST /api/agent/privacy/retention/mode`: what a site does with talk whose time is up. */
export const modeRequest = z.strictObject({ site: z.string().max(64), whenDue: z.enum(['erase', 'redact']) });
export type ModeRequest = z.infer<typeof modeRequest>;

/** What the relay keeps of its own: by its configuration, and by no notice. */
export type OwnKind = 'security' | 'audit' | 'requests' | 'breaches';

/** What would go now, or went: conversations and rows of each kind. */
export type RetentionCounts = Partial<Record<RetentionKind | OwnKind | 'access', number>>;

/** One period in force, and the words that it comes from. */
export interface PeriodInForce {
  what: 'messages' | 'form' | 'evidence' | 'consent' | 'access';
  period: string;
  /** The purpose that it is kept for; null where it is none's own. */
  purpose: string | null;
}

/** `GET /api/agent/privacy/retention`: the page of the desk. */
export interface RetentionDesk {
  sites: {
    key: string;
    name: string;
    whenDue: 'erase' | 'redact';
    notices: { locale: string; version: number; hash: string; periods: PeriodInForce[] }[];
  }[];
  /** What the relay keeps by its own configuration, milliseconds. */
  own: { what: OwnKind; period: number }[];
  /** Of each kind the oldest that is left and not held: its age, and how long its period is. */
  oldest: { kind: RetentionKind; age: number; period: number }[];
  ranAt: number;
  /** The job has not come to its end for more than a day. */
  isLate: boolean;
  /** Kinds of which something is a day over its time. */
  overdue: RetentionKind[];
  runs: { id: string; at: number; took: number; byRelay: boolean; counts: RetentionCounts; failed: number }[];
  holds: Hold[];
}

/** `GET /api/agent/privacy/retention/preview`: what a run would take now. Nothing is changed. */
export interface RetentionPreview {
  counts: RetentionCounts;
  conversations: number;
  held: number;
  /** More was due than was looked at: the counts are of the oldest. */
  more: boolean;
}
