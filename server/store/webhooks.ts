import { type Kysely, sql } from 'kysely';
import type { DeliveryEvent, WebhookEvent } from '../../shared/webhooks.ts';
import { DELIVERY, WEBHOOK } from './columns.ts';
import type { Queries } from './queries.ts';
import type { Tables } from './tables.ts';
import { template } from './template.ts';

/** Recipients, and what each of them is to be told: a room of the store. */

export interface WebhookRow {
  id: string;
  siteId: string;
  /** As the notice names them. */
  recipient: string;
  url: string;
  events: WebhookEvent[];
  /** Sealed under the master key itself; null once it was removed. */
  secretSealed: Uint8Array | null;
  createdAt: number;
  pausedAt: number | null;
  removedAt: number | null;
}

export interface DeliveryRow {
  id: string;
  webhookId: string;
  event: DeliveryEvent;
  /** Whom it is about; null for a test, and for somebody who was erased. */
  visitorId: string | null;
  /** Its place among what this recipient is told of this visitor. */
  position: number;
  erasureId: string | null;
  /** Sealed under a key made of the secret; null once there is nothing more to send. */
  payloadSealed: Uint8Array | null;
  createdAt: number;
  nextAt: number;
  /** A relay is sending it until then. */
  claimedUntil: number;
  attempts: number;
  lastAt: number | null;
  lastOutcome: string | null;
  acceptedAt: number | null;
  confirmedAt: number | null;
}

/** A delivery with what is shown beside it. */
export interface ToldRow extends DeliveryRow {
  recipient: string;
  removedAt: number | null;
}

export interface WebhookReads {
  byId(id: string): Promise<WebhookRow | null>;
  /** All that were not removed, the oldest first. */
  all(): Promise<WebhookRow[]>;
  /** The same of one site. */
  ofSite(siteId: string): Promise<WebhookRow[]>;
  delivery(id: string): Promise<DeliveryRow | null>;
  /** The newest first. */
  newest(limit: number): Promise<ToldRow[]>;
  /** What was told about a visitor, the oldest first. */
  toldOf(visitorId: string): Promise<ToldRow[]>;
  /** Who was told of an erasure. */
  toldOfErasure(erasureId: string): Promise<ToldRow[]>;
  /** Of each subscription that was not removed: how many wait, and when one was last confirmed. */
  counts(): Promise<{ webhookId: string; waiting: number; lastConfirmedAt: number | null }[]>;
  /** When the oldest that is not confirmed was written; null where nothing waits. */
  oldestWaiting(webhookId: string): Promise<number | null>;
  /** Subscriptions with something to send at `now`. */
  due(now: number): Promise<string[]>;
}

export interface WebhookWrites {
  insert(row: WebhookRow): Promise<void>;
  setPaused(id: string, at: number | null): Promise<void>;
  /** Its secret goes, and with it everything that was sealed under it. */
  remove(id: string, at: number): Promise<void>;
  /** Of a visitor, in the next place: lock the visitor first. */
  insertDelivery(row: Omit<DeliveryRow, 'position'>): Promise<void>;
  /**
   * Takes the next that is due there for whoever calls, until `until`; null where there is none, or another relay was
   * quicker. Of one visitor never a later one before an earlier one.
   */
  claim(webhookId: string, now: number, until: number): Promise<DeliveryRow | null>;
  /** There is nothing more to send: the payload goes. Does nothing where it was confirmed before. */
  confirm(id: string, at: number, outcome: string): Promise<boolean>;
  /** After a try that did not confirm it; only for whoever still holds the claim. */
  postpone(
    id: string,
    claimedUntil: number,
    change: { at: number; nextAt: number; outcome: string; acceptedAt: number | null },
  ): Promise<void>;
  /** Brings forward what waits: all of a subscription, or one delivery. */
  hurry(whose: { webhookId: string } | { id: string }, now: number): Promise<void>;
}

interface Id {
  id: string;
}

const webhooks = (db: Kysely<Tables>) => db.selectFrom('webhook').select(WEBHOOK);
const byId = template((db, p: Id) => webhooks(db).where('id', '=', p.id));
const all = template((db) => webhooks(db).where('removed_at', 'is', null).orderBy('created_at').orderBy('id'));
const ofSite = template((db, p: { siteId: string }) =>
  webhooks(db).where('site_id', '=', p.siteId).where('removed_at', 'is', null).orderBy('created_at').orderBy('id'),
);
const deliveries = (db: Kysely<Tables>) => db.selectFrom('webhook_delivery').select(DELIVERY);
const told = (db: Kysely<Tables>) =>
  deliveries(db)
    .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
    .select(['webhook.recipient', 'webhook.removed_at as removedAt']);
const delivery = template((db, p: Id) => deliveries(db).where('id', '=', p.id));
const newest = template((db, p: { limit: number }) =>
  told(db).orderBy('webhook_delivery.created_at', 'desc').orderBy('webhook_delivery.id', 'desc').limit(p.limit),
);
const toldOf = template((db, p: { visitorId: string }) =>
  told(db)
    .where('webhook_delivery.visitor_id', '=', p.visitorId)
    .orderBy('webhook_delivery.created_at')
    .orderBy('webhook_delivery.position')
    .orderBy('webhook_delivery.id'),
);
const toldOfErasure = template((db, p: { erasureId: string }) =>
  told(db).where('webhook_delivery.erasure_id', '=', p.erasureId).orderBy('webhook.created_at').orderBy('webhook_delivery.id'),
);
const counts = template((db) =>
  db
    .selectFrom('webhook')
    .leftJoin('webhook_delivery', 'webhook_delivery.webhook_id', 'webhook.id')
    .select('webhook.id as webhookId')
    .select(sql<number>`count(webhook_delivery.payload_sealed)`.as('waiting'))
    .select(sql<number | null>`max(webhook_delivery.confirmed_at)`.as('lastConfirmedAt'))
    .where('webhook.removed_at', 'is', null)
    .groupBy('webhook.id'),
);
const due = template((db, p: { now: number }) =>
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
const oldestWaiting = template((db, p: { webhookId: string }) =>
  db
    .selectFrom('webhook_delivery')
    .select(sql<number | null>`min(created_at)`.as('at'))
    .where('webhook_id', '=', p.webhookId)
    .where('payload_sealed', 'is not', null),
);
const insert = template((db, row: Omit<WebhookRow, 'events'> & { events: string }) =>
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
const setPaused = template((db, p: Id & { at: number | null }) =>
  db.updateTable('webhook').set({ paused_at: p.at }).where('id', '=', p.id),
);
const remove = template((db, p: Id & { at: number }) =>
  db.updateTable('webhook').set({ removed_at: p.at, secret_sealed: null }).where('id', '=', p.id),
);
const dropAll = template((db, p: Id) =>
  db.updateTable('webhook_delivery').set({ payload_sealed: null }).where('webhook_id', '=', p.id),
);
const lastPosition = template((db, p: { webhookId: string; visitorId: string }) =>
  db
    .selectFrom('webhook_delivery')
    .select(sql<number>`coalesce(max(position), 0)`.as('position'))
    .where('webhook_id', '=', p.webhookId)
    .where('visitor_id', '=', p.visitorId),
);
const insertDelivery = template((db, row: DeliveryRow) =>
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
const next = template((db, p: { webhookId: string; now: number }) =>
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
const take = template((db, p: Id & { now: number; until: number }) =>
  db
    .updateTable('webhook_delivery')
    .set(({ eb }) => ({ claimed_until: p.until, attempts: eb('attempts', '+', sql.lit(1)) }))
    .where('id', '=', p.id)
    .where('payload_sealed', 'is not', null)
    .where('claimed_until', '<=', p.now)
    .returning(DELIVERY),
);
const confirm = template((db, p: Id & { at: number; outcome: string }) =>
  db
    .updateTable('webhook_delivery')
    .set({ confirmed_at: p.at, last_at: p.at, last_outcome: p.outcome, payload_sealed: null, claimed_until: 0 })
    .where('id', '=', p.id)
    .where('confirmed_at', 'is', null)
    .returning('id'),
);
const postpone = template(
  (db, p: Id & { claimedUntil: number; at: number; nextAt: number; outcome: string; acceptedAt: number | null }) =>
    db
      .updateTable('webhook_delivery')
      .set({ last_at: p.at, next_at: p.nextAt, last_outcome: p.outcome, accepted_at: p.acceptedAt, claimed_until: 0 })
      .where('id', '=', p.id)
      .where('claimed_until', '=', p.claimedUntil)
      .where('payload_sealed', 'is not', null),
);
const hurryAll = template((db, p: { webhookId: string; now: number }) =>
  db
    .updateTable('webhook_delivery')
    .set({ next_at: p.now })
    .where('webhook_id', '=', p.webhookId)
    .where('payload_sealed', 'is not', null)
    .where('accepted_at', 'is', null)
    .where('next_at', '>', p.now),
);
const hurryOne = template((db, p: Id & { now: number }) =>
  db.updateTable('webhook_delivery').set({ next_at: p.now }).where('id', '=', p.id).where('next_at', '>', p.now),
);

const toWebhook = (stored: Omit<WebhookRow, 'events'> & { events: string }): WebhookRow => ({
  ...stored,
  events: JSON.parse(stored.events) as WebhookEvent[],
});

export class SqlWebhookReads implements WebhookReads {
  protected readonly queries: Queries;

  constructor(queries: Queries) {
    this.queries = queries;
  }

  async byId(id: string): Promise<WebhookRow | null> {
    const stored = await this.queries.one(byId, { id });
    return stored && toWebhook(stored);
  }

  async all(): Promise<WebhookRow[]> {
    return (await this.queries.all(all, {})).map(toWebhook);
  }

  async ofSite(siteId: string): Promise<WebhookRow[]> {
    return (await this.queries.all(ofSite, { siteId })).map(toWebhook);
  }

  delivery(id: string): Promise<DeliveryRow | null> {
    return this.queries.one(delivery, { id });
  }

  newest(limit: number): Promise<ToldRow[]> {
    return this.queries.all(newest, { limit });
  }

  toldOf(visitorId: string): Promise<ToldRow[]> {
    return this.queries.all(toldOf, { visitorId });
  }

  toldOfErasure(erasureId: string): Promise<ToldRow[]> {
    return this.queries.all(toldOfErasure, { erasureId });
  }

  async counts(): Promise<{ webhookId: string; waiting: number; lastConfirmedAt: number | null }[]> {
    const rows = await this.queries.all(counts, {});
    return rows.map((row) => ({
      ...row,
      waiting: Number(row.waiting),
      lastConfirmedAt: row.lastConfirmedAt && Number(row.lastConfirmedAt),
    }));
  }

  async oldestWaiting(webhookId: string): Promise<number | null> {
    const at = (await this.queries.one(oldestWaiting, { webhookId }))?.at ?? null;
    return at === null ? null : Number(at);
  }

  async due(now: number): Promise<string[]> {
    return (await this.queries.all(due, { now })).map(({ id }) => id);
  }
}

export class SqlWebhooks extends SqlWebhookReads implements WebhookWrites {
  async insert(row: WebhookRow): Promise<void> {
    await this.queries.run(insert, { ...row, events: JSON.stringify(row.events) });
  }

  async setPaused(id: string, at: number | null): Promise<void> {
    await this.queries.run(setPaused, { id, at });
  }

  async remove(id: string, at: number): Promise<void> {
    await this.queries.run(remove, { id, at });
    await this.queries.run(dropAll, { id });
  }

  async insertDelivery(row: Omit<DeliveryRow, 'position'>): Promise<void> {
    const { webhookId, visitorId } = row;
    const last = visitorId === null ? null : await this.queries.one(lastPosition, { webhookId, visitorId });
    await this.queries.run(insertDelivery, { ...row, position: Number(last?.position ?? -1) + 1 });
  }

  async claim(webhookId: string, now: number, until: number): Promise<DeliveryRow | null> {
    const found = await this.queries.one(next, { webhookId, now });
    return found && this.queries.one(take, { id: found.id, now, until });
  }

  async confirm(id: string, at: number, outcome: string): Promise<boolean> {
    return (await this.queries.one(confirm, { id, at, outcome })) !== null;
  }

  async postpone(
    id: string,
    claimedUntil: number,
    change: { at: number; nextAt: number; outcome: string; acceptedAt: number | null },
  ): Promise<void> {
    await this.queries.run(postpone, { id, claimedUntil, ...change });
  }

  async hurry(whose: { webhookId: string } | { id: string }, now: number): Promise<void> {
    if ('id' in whose) await this.queries.run(hurryOne, { id: whose.id, now });
    else await this.queries.run(hurryAll, { webhookId: whose.webhookId, now });
  }
}
