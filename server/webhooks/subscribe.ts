import type { AuditAction } from '../../shared/audit.ts';
import { newId } from '../../shared/ids.ts';
import type { AddWebhookRequest } from '../../shared/rights-requests.ts';
import type { WebhookAdded, WebhookShelf, WebhookView } from '../../shared/webhooks.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import { isLoopback } from '../config.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { SiteRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import type { WebhookRow } from '../store/webhooks.ts';
import { namedRecipients, unnamedIn } from './named.ts';
import { newWebhookSecret, sealSecret, secretText } from './secret.ts';
import { addDelivery } from './tell.ts';
import { presentDelivery } from './told.ts';

/** What an owner, or whoever looks after privacy, does with the recipients of a site. */

const DELIVERIES_SHOWN = 100;
const WEBHOOKS_MAX = 100;

export async function webhookShelf(ctx: Context): Promise<WebhookShelf> {
  const { read } = ctx.store;
  const sites = await read.sites();
  return {
    sites: await Promise.all(
      sites.map(async ({ id, key, name }) => ({ key, name, recipients: await namedRecipients(read, id) })),
    ),
    webhooks: await presentAll(ctx, await read.webhooks.all(), sites),
    deliveries: (await read.webhooks.newest(DELIVERIES_SHOWN)).map(presentDelivery),
  };
}

async function presentAll(ctx: Context, rows: WebhookRow[], sites: SiteRow[]): Promise<WebhookView[]> {
  const counts = new Map((await ctx.store.read.webhooks.counts()).map((one) => [one.webhookId, one]));
  return Promise.all(
    rows.map(async ({ id, siteId, recipient, url, events, createdAt, pausedAt }) => {
      const site = sites.find((one) => one.id === siteId);
      const count = counts.get(id);
      return {
        id,
        site: { key: site?.key ?? '', name: site?.name ?? '' },
        recipient,
        url,
        events,
        createdAt,
        pausedAt,
        unnamedIn: await unnamedIn(ctx.store.read, siteId, recipient),
        waiting: count?.waiting ?? 0,
        lastConfirmedAt: count?.lastConfirmedAt ?? null,
      };
    }),
  );
}

/**
 * A new recipient of a site, with a secret that is shown this once.
 * @throws Refusal `not_found` for no such site, `invalid` for an address that is not https or has a user in it.
 */
export async function addWebhook(ctx: Context, actor: AgentActor, input: AddWebhookRequest): Promise<WebhookAdded> {
  const now = ctx.clock();
  const site = await ctx.store.read.siteByKey(input.site);
  if (!site) throw new Refusal('not_found');
  const secret = newWebhookSecret();
  const id = newId(now);
  const row: WebhookRow = {
    id,
    siteId: site.id,
    recipient: input.recipient.normalize('NFC'),
    url: requireAddress(ctx, input.url),
    events: [...new Set(input.events)],
    secretSealed: sealSecret(ctx.vault, id, secret),
    createdAt: now,
    pausedAt: null,
    removedAt: null,
  };
  await ctx.store.write(async (tx) => {
    if ((await tx.webhooks.ofSite(site.id)).length >= WEBHOOKS_MAX) throw new Refusal('rate_limited');
    await tx.webhooks.insert(row);
    await recordAct(tx, { actor, action: 'webhook.added', object: id }, now);
  });
  const [webhook] = await presentAll(ctx, [row], [site]);
  if (!webhook) throw new Refusal('internal');
  return { webhook, secret: secretText(secret) };
}

function requireAddress(ctx: Context, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = url?.protocol === 'http:' && ctx.config.webhooksToLoopback && isLoopback(url.hostname);
  if (!url || (url.protocol !== 'https:' && !isLocal)) throw new Refusal('invalid', { fields: { url: 'not_https' } });
  if (url.username || url.password) throw new Refusal('invalid', { fields: { url: 'has_user' } });
  if (url.hash) throw new Refusal('invalid', { fields: { url: 'has_fragment' } });
  return url.href;
}

/** One act on one subscription, written down with it. @throws Refusal `not_found`, also once it was removed. */
async function change(
  ctx: Context,
  actor: AgentActor,
  id: string,
  action: AuditAction,
  work: (tx: Tx, webhook: WebhookRow, now: number) => Promise<void>,
): Promise<WebhookShelf> {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    const webhook = await tx.webhooks.byId(id);
    if (!webhook || webhook.removedAt !== null) throw new Refusal('not_found');
    await work(tx, webhook, now);
    await recordAct(tx, { actor, action, object: id }, now);
  });
  return webhookShelf(ctx);
}

type Act = (ctx: Context, actor: AgentActor, id: string) => Promise<WebhookShelf>;

/** Nothing is sent, everything is kept until it goes on. */
export const pauseWebhook: Act = (ctx, actor, id) =>
  change(ctx, actor, id, 'webhook.paused', (tx, _webhook, now) => tx.webhooks.setPaused(id, now));

export const resumeWebhook: Act = (ctx, actor, id) =>
  change(ctx, actor, id, 'webhook.resumed', async (tx, _webhook, now) => {
    await tx.webhooks.setPaused(id, null);
    await tx.webhooks.hurry({ webhookId: id }, now);
  });

/** For good: its secret is destroyed, and what it was not told stays on record as not told. */
export const removeWebhook: Act = (ctx, actor, id) =>
  change(ctx, actor, id, 'webhook.removed', (tx, _webhook, now) => tx.webhooks.remove(id, now));

/** Sends a word that is about nobody. */
export const testWebhook: Act = (ctx, actor, id) =>
  change(ctx, actor, id, 'webhook.tested', async (tx, webhook, now) => {
    const site = await tx.siteById(webhook.siteId);
    const payload = { type: 'webhook.test', timestamp: new Date(now).toISOString(), data: { site: site?.key ?? '' } } as const;
    await addDelivery(ctx, tx, webhook, payload, { visitorId: null, erasureId: null }, now);
  });

/** Tries one delivery at once. @throws Refusal `not_found`; `conflict` where there is nothing more to send. */
export async function retryDelivery(ctx: Context, actor: AgentActor, id: string): Promise<WebhookShelf> {
  const delivery = await ctx.store.read.webhooks.delivery(id);
  if (!delivery) throw new Refusal('not_found');
  if (delivery.payloadSealed === null) throw new Refusal('conflict');
  return change(ctx, actor, delivery.webhookId, 'webhook.retried', (tx, _webhook, now) => tx.webhooks.hurry({ id }, now));
}
