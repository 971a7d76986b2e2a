/** Whom the relay tells of what was done at a person's wish (GDPR Art. 19), and how far that has come. Free of zod. */

/** What a recipient can be told; each only ever ends or limits what is done with somebody's data, or corrects it. */
export const WEBHOOK_EVENTS = [
  'consent.withdrawn',
  'data.rectified',
  'visitor.erased',
  'visitor.restricted',
  'visitor.unrestricted',
  'processing.objected',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** `webhook.test` is sent by a press at the desk and is about nobody. */
export type DeliveryEvent = WebhookEvent | 'webhook.test';

/** What is posted, as Standard Webhooks has it: ids and codes, never a text, a name or an address. */
export interface WebhookPayload {
  type: DeliveryEvent;
  /** When it happened: RFC 3339, UTC. */
  timestamp: string;
  data: {
    /** The site's name in the snippet. */
    site: string;
    /** The visitor's pseudonym; left out of a test. */
    subject?: string;
    conversations?: string[];
    /** What was taken back, or objected to. */
    purposes?: string[];
    /** Names of the fields that were put right. */
    fields?: string[];
    /** How an objection stands. */
    state?: string;
    /** The erasure's id, as its certificate has it. */
    erasure?: string;
  };
}

/**
 * `waiting`: not taken yet, tried again and again; `accepted`: taken (202), and asked daily until it is done; `confirmed`:
 * done; `dropped`: the subscription was removed before.
 */
export type DeliveryState = 'waiting' | 'accepted' | 'confirmed' | 'dropped';

/** Why a try came to nothing: a status, or what kept it from one. */
export type Outcome =
  | `${number}`
  | 'timeout'
  | 'unreachable'
  | 'unresolved'
  | 'private_address'
  | 'not_secure'
  | 'bad_certificate'
  | 'interrupted'
  | 'unsealed';

export interface WebhookView {
  id: string;
  site: { key: string; name: string };
  recipient: string;
  url: string;
  events: WebhookEvent[];
  createdAt: number;
  /** Nothing is sent meanwhile, and nothing is lost. */
  pausedAt: number | null;
  /** Languages of the site in whose notice in force the recipient is not named (PR-05). */
  unnamedIn: string[];
  waiting: number;
  lastConfirmedAt: number | null;
}

export interface DeliveryView {
  id: string;
  webhookId: string;
  recipient: string;
  event: DeliveryEvent;
  state: DeliveryState;
  createdAt: number;
  attempts: number;
  lastAt: number | null;
  lastOutcome: string | null;
  /** When it is tried next; null once there is nothing more to try. */
  nextAt: number | null;
  confirmedAt: number | null;
}

/** Who was told of one thing, and who has not said yet that it is done. */
export interface ToldView {
  event: DeliveryEvent;
  at: number;
  recipient: string;
  state: DeliveryState;
  confirmedAt: number | null;
}

/** `GET /api/agent/privacy/webhooks` */
export interface WebhookShelf {
  sites: { key: string; name: string; recipients: string[] }[];
  webhooks: WebhookView[];
  /** The newest, of all subscriptions. */
  deliveries: DeliveryView[];
}

/** `POST /api/agent/privacy/webhooks/add`: the secret is shown this once. */
export interface WebhookAdded {
  webhook: WebhookView;
  secret: string;
}
