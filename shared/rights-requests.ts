import { z } from 'zod';
import { uuid7 } from './events.ts';
import { OVERRULED_FOR, RESTRICTION_GROUNDS, TOLD_BY } from './restriction.ts';
import { WEBHOOK_EVENTS } from './webhooks.ts';

/** Bodies of the routes of recipients, restriction and objection. The relay parses; browsers import the types only. */

/** 32 bytes as base64url. */
const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const subject = z.string().regex(/^s_[A-Za-z0-9_-]{22}$/);
const purpose = z.string().max(64);
const siteKey = z.string().regex(/^[a-z0-9-]{1,64}$/);

/** Who asks: the page's session, null for the chat's cookie, or the link of a receipt. */
const holder = { session: token.nullable(), link: token.optional() };

/** `POST /api/privacy/standing`, `/restrict` and `/unrestrict` */
export const standingRequest = z.strictObject(holder);
/** `POST /api/privacy/object` */
export const objectRequest = z.strictObject({ ...holder, purpose });
export type StandingRequest = z.infer<typeof standingRequest>;
export type ObjectRequest = z.infer<typeof objectRequest>;

/** `POST /api/agent/privacy/restrictions/add`: by one of the person's conversations. */
export const restrictRequest = z.strictObject({ conversationId: uuid7, ground: z.enum(RESTRICTION_GROUNDS) });
/** `…/told`: the person knows that the restriction will be lifted. */
export const toldRequest = z.strictObject({ visitorId: subject, by: z.enum(TOLD_BY) });
/** `…/lift` */
export const liftRequest = z.strictObject({ visitorId: subject });
/** `…/open`: what the person and the agents wrote, for whoever looks after privacy; each look is written down. */
export const openRestrictedRequest = z.strictObject({ conversationId: uuid7 });

const answer = z.string().trim().min(1).max(2000);
/** `POST /api/agent/privacy/objections/decide`: the answer goes to the person as it is written here. */
export const decideObjectionRequest = z.discriminatedUnion('state', [
  z.strictObject({ id: uuid7, state: z.literal('upheld'), answer }),
  z.strictObject({ id: uuid7, state: z.literal('overruled'), reason: z.enum(OVERRULED_FOR), answer }),
]);
export type DecideObjectionRequest = z.infer<typeof decideObjectionRequest>;

/** `POST /api/agent/privacy/webhooks/add` */
export const addWebhookRequest = z.strictObject({
  site: siteKey,
  recipient: z.string().trim().min(1).max(200),
  url: z.string().max(2000),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length),
});
export type AddWebhookRequest = z.infer<typeof addWebhookRequest>;
/** `…/pause`, `/resume`, `/remove`, `/test`, and `/retry` for all that waits there. */
export const webhookRequest = z.strictObject({ id: uuid7 });
/** `…/deliveries/retry` */
export const deliveryRequest = z.strictObject({ id: uuid7 });

/** `POST /webhooks/confirm`, by the recipient, signed as what it got: the delivery that is done now. */
export const confirmRequest = z.strictObject({ id: uuid7 });
