import { type Kysely, sql } from 'kysely';
import { DELIVERY, WEBHOOK } from './columns.ts';
import type { Tables } from './tables.ts';
import { template } from './template.ts';
import type { DeliveryRow, WebhookRow } from './webhooks.ts';

/** The statements of this room (`webhooks.ts`). */

interface Id {
  id: string;
}

const webhooks = (db: Kysely<Tables>) => db.selectFrom('webhook').select(WEBHOOK);
export const byId = template((db, p: Id) => webhooks(db).where('id', '=', p.id));
export const all = template((db) => webhooks(db).where('removed_at', 'is', null).orderBy('created_at').orderBy('id'));
export const ofSite = template((db, p: { siteId: string }) =>
  webhooks(db).where('site_id', '=', p.siteId).where('removed_at', 'is', null).orderBy('created_at').orderBy('id'),
);
const deliveries = (db: Kysely<Tables>) => db.selectFrom('webhook_delivery').select(DELIVERY);
const told = (db: Kysely<Tables>) =>
  deliveries(db)
    .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
    .select(['webhook.recipient', 'webhook.removed_at as removedAt']);
export const delivery = template((db, p: Id) => deliveries(db).where('id', '=', p.id));
export const newest = template((db, p: { limit: number }) =>
  told(db).orderBy('webhook_delivery.created_at', 'desc').orderBy('webhook_delivery.id', 'desc').limit(p.limit),
);
export const toldOf = template((db, p: { visitorId: string }) =>
  told(db)
    .where('webhook_delivery.visitor_id', '=', p.visitorId)
    .orderBy('webhook_delivery.created_at')
    .orderBy('webhook_delivery.position')
    .orderBy('webhook_delivery.id'),
);
export const toldOfErasure = template((db, p: { erasureId: string }) =>
  told(db).where('webhook_delivery.erasure_id', '=', p.erasureId).orderBy('webhook.created_at').orderBy('webhook_delivery.id'),
);
export const counts = template((db) =>
  db
    .selectFrom('webhook')
    .leftJoin('webhook_delivery', 'webhook_delivery.webhook_id', 'webhook.id')
    .select('webhook.id as webhookId')
    .select(sql<number>`count(webhook_delivery.payload_sealed)`.as('waiting'))
    .select(sql<number | null>`max(webhook_delivery.confirmed_at)`.as('lastConfirmedAt'))
    .where('webhook.removed_at', 'is', null)
    .groupBy('webhook.id'),
);
export const due = template((db, p: { now: number }) =>
  db
    .selectFrom('webhook_delivery')
    .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
    .select('webhook.id')
    .distinct()
    .where('webhook_delivery.payload_sealed', 'is not', null)
    .where('webhook_delivery.next_at', '<=', p.now)
    .where('webhook_delivery.claimed_until', '<=', p.now)
    .where('webhook.paused_at', 'is', null)
    .where('webhook.removed_at', 'is', null),
);
export const oldestWaiting = template((db, p: { webhookId: string }) =>
  db
    .selectFrom('webhook_delivery')
    .select(sql<number | null>`min(created_at)`.as('at'))
    .where('webhook_id', '=', p.webhookId)
    .where('payload_sealed', 'is not', null),
);
export const insert = template((db, row: Omit<WebhookRow, 'events'> & { events: string }) =>
  db.insertInto('webhook').values({
    id: row.id,
    site_id: row.siteId,
    recipient: row.recipient,
    url: row.url,
    events: row.events,
    secret_sealed: row.secretSealed,
    created_at: row.createdAt,
    paused_at: row.pausedAt,
    removed_at: row.removedAt,
  }),
);
export const setPaused = template((db, p: Id & { at: number | null }) =>
  db.updateTable('webhook').set({ paused_at: p.at }).where('id', '=', p.id),
);
export const remove = template((db, p: Id & { at: number }) =>
  db.updateTable('webhook').set({ removed_at: p.at, secret_sealed: null }).where('id', '=', p.id),
);
export const dropAll = template((db, p: Id) =>
  db.updateTable('webhook_delivery').set({ payload_sealed: null }).where('webhook_id', '=', p.id),
);
export const lastPosition = template((db, p: { webhookId: string; visitorId: string }) =>
  db
    .selectFrom('webhook_delivery')
    .select(sql<number>`coalesce(max(position), 0)`.as('position'))
    .where('webhook_id', '=', p.webhookId)
    .where('visitor_id', '=', p.visitorId),
);
export const insertDelivery = template((db, row: DeliveryRow) =>
  db.insertInto('webhook_delivery').values({
    id: row.id,
    webhook_id: row.webhookId,
    event: row.event,
    visitor_id: row.visitorId,
    position: row.position,
    erasure_id: row.erasureId,
    payload_sealed: row.payloadSealed,
    created_at: row.createdAt,
    next_at: row.nextAt,
    claimed_until: row.claimedUntil,
    attempts: row.attempts,
    last_at: row.lastAt,
    last_outcome: row.lastOutcome,
    accepted_at: row.acceptedAt,
    confirmed_at: row.confirmedAt,
  }),
);
export const next = template((db, p: { webhookId: string; now: number }) =>
  db
    .selectFrom('webhook_delivery')
    .select('id')
    .where('webhook_id', '=', p.webhookId)
    .where('payload_sealed', 'is not', null)
    .where('next_at', '<=', p.now)
    .where('claimed_until', '<=', p.now)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('webhook_delivery as earlier')
            .select('earlier.id')
            .whereRef('earlier.webhook_id', '=', 'webhook_delivery.webhook_id')
            .whereRef('earlier.visitor_id', '=', 'webhook_delivery.visitor_id')
            .whereRef('earlier.position', '<', 'webhook_delivery.position')
            .where('earlier.payload_sealed', 'is not', null)
            .where('earlier.accepted_at', 'is', null),
        ),
      ),
    )
    .orderBy('next_at')
    .orderBy('created_at')
    .orderBy('position')
    .orderBy('id')
    .limit(sql.lit(1)),
);
/** One statement: of two relays that found the same, the second changes no row. */
export const take = template((db, p: Id & { now: number; until: number }) =>
  db
    .updateTable('webhook_delivery')
    .set(({ eb }) => ({ claimed_until: p.until, attempts: eb('attempts', '+', sql.lit(1)) }))
    .where('id', '=', p.id)
    .where('payload_sealed', 'is not', null)
    .where('claimed_until', '<=', p.now)
    .returning(DELIVERY),
);
export const confirm = template((db, p: Id & { at: number; outcome: string }) =>
  db
    .updateTable('webhook_delivery')
    .set({ confirmed_at: p.at, last_at: p.at, last_outcome: p.outcome, payload_sealed: null, claimed_until: 0 })
    .where('id', '=', p.id)
    .where('confirmed_at', 'is', null)
    .returning('id'),
);
export const postpone = template(
  (db, p: Id & { claimedUntil: number; at: number; nextAt: number; outcome: string; acceptedAt: number | null }) =>
    db
      .updateTable('webhook_delivery')
      .set({ last_at: p.at, next_at: p.nextAt, last_outcome: p.outcome, accepted_at: p.acceptedAt, claimed_until: 0 })
      .where('id', '=', p.id)
      .where('claimed_until', '=', p.claimedUntil)
      .where('payload_sealed', 'is not', null),
);
export const hurryAll = template((db, p: { webhookId: string; now: number }) =>
  db
    .updateTable('webhook_delivery')
    .set({ next_at: p.now })
    .where('webhook_id', '=', p.webhookId)
    .where('payload_sealed', 'is not', null)
    .where('accepted_at', 'is', null)
    .where('next_at', '>', p.now),
);
export const hurryOne = template((db, p: Id & { now: number }) =>
  db.updateTable('webhook_delivery').set({ next_at: p.now }).where('id', '=', p.id).where('next_at', '>', p.now),
);
