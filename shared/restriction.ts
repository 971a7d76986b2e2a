import type { Day, RequestKind } from './deadlines.ts';
import type { Message } from './events.ts';
import type { Outcome } from './request-codes.ts';
import type { DeliveryEvent } from './webhooks.ts';

/** Restriction (GDPR Art. 18) and objection (Art. 21), as codes and shapes. Free of zod. */

/**
 * Why processing is restricted: the accuracy is contested (Art. 18(1)(a)), it is unlawful and the person wants no erasure
 * (b), it is needed for claims (c), an objection is being looked at (d); or the person asked and gave no reason.
 */
export const RESTRICTION_GROUNDS = ['request', 'accuracy', 'unlawful', 'claims', 'objection'] as const;
export type RestrictionGround = (typeof RESTRICTION_GROUNDS)[number];

/** How a person was told that a restriction will be lifted (Art. 18(3)). */
export const TOLD_BY = ['chat', 'email', 'post', 'phone'] as const;
export type ToldBy = (typeof TOLD_BY)[number];

export const OBJECTION_STATES = ['pending', 'upheld', 'overruled'] as const;
/** Until it is decided, and once it is upheld, the purpose stands still (Art. 21(1)). */
export type ObjectionState = (typeof OBJECTION_STATES)[number];

/** Why an objection was overruled: grounds that weigh more, or legal claims (Art. 21(1)). */
export const OVERRULED_FOR = ['compelling_grounds', 'legal_claims'] as const;
export type OverruledFor = (typeof OVERRULED_FOR)[number];

/** What a visitor is told of it. */
export interface RestrictionFact {
  since: number;
  /** Since when they know that it ends; null while nobody has said so. */
  toldAt: number | null;
  /** They asked for it themselves, and end it themselves. */
  isOwn: boolean;
}

export interface ObjectionFact {
  id: string;
  purpose: string;
  at: number;
  state: ObjectionState;
  decidedAt: number | null;
  reason: OverruledFor | null;
  /** In words, by whoever decided. */
  answer: string | null;
}

/** What a visitor asked the people behind the chat, by the number that they were told. */
export interface AskedFact {
  number: string;
  kind: RequestKind;
  receivedAt: number;
  /** The last day on which it is answered; null while it stands still, and once it was answered. */
  due: Day | null;
  answeredAt: number | null;
  outcome: Outcome | null;
}

/** `POST /api/privacy/restrict`, `/unrestrict`, `/object` and `/standing` answer with how it stands. */
export interface Standing {
  restriction: RestrictionFact | null;
  /** Each with its purpose by the name that the notice gives it. */
  objections: (ObjectionFact & { name: string })[];
  /** The oldest first. */
  requests: AskedFact[];
  /** Purposes that rest on a legitimate interest: these can be objected to. */
  objectable: { purpose: string; name: string }[];
  /** Who was told of what was asked, and when (Art. 19). */
  told: { event: DeliveryEvent; at: number; recipient: string; confirmedAt: number | null }[];
}

/** A restricted person at the privacy desk. */
export interface RestrictedView {
  visitorId: string;
  site: string;
  ground: RestrictionGround;
  askedBy: 'visitor' | 'agent' | 'operator';
  since: number;
  toldAt: number | null;
  toldBy: ToldBy | null;
  conversations: { id: string; createdAt: number; lastAt: number }[];
}

export interface ObjectionView extends ObjectionFact {
  visitorId: string;
  site: string;
  conversationId: string;
  /** The purpose by its name in the notice that was agreed to. */
  name: string;
  /** The chat itself rests on it. */
  isGate: boolean;
}

/** `POST /api/agent/privacy/restrictions/open`: a restricted conversation, whole. */
export interface RestrictedTalk {
  conversationId: string;
  visitor: { name: string | null; email: string | null };
  messages: Message[];
}

/** `GET /api/agent/privacy/restrictions` */
export interface RestrictionShelf {
  restricted: RestrictedView[];
  objections: ObjectionView[];
}
