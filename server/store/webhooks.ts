import type { DeliveryEvent, WebhookEvent } from '../../shared/webhooks.ts';
import type { Queries } from './queries.ts';
import {
  all,
  byId,
  confirm,
  counts,
  delivery,
  dropAll,
  due,
  hurryAll,
  hurryOne,
  insert,
  insertDelivery,
  lastPosition,
  newest,
  next,
  ofSite,
  oldestWaiting,
  postpone,
  remove,
  setPaused,
  take,
  toldOf,
  toldOfErasure,
} from './webhooks-sql.ts';

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
