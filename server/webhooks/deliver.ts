import { DAY, HOUR, MINUTE, SECOND } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import type { DeliveryRow, WebhookRow } from '../store/webhooks.ts';
import { SealBroken } from '../vault/vault.ts';
import { openPayload, openSecret, signatureOf } from './secret.ts';
import { type Posted, postOnce, type Way } from './send.ts';

/** A relay that died over a delivery gives it back after this; far longer than one try takes. */
const CLAIM = MINUTE;
/** Pauses after the first tries; the last for as long as it takes. */
const PAUSES = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR];
/** What was taken and not yet done is asked for again. */
const ASK_AGAIN = DAY;
/** What a recipient asks for is granted up to this. */
const RETRY_AFTER_MAX = DAY;
/** A recipient who does not answer is left alone for a while, whatever else waits for them. */
const REST = 30 * SECOND;

/** How long to wait after so many tries: a little more or less each time, so that nothing comes in step. */
export function pauseAfter(attempts: number, chance: number = Math.random()): number {
  const pause = PAUSES[Math.min(attempts, PAUSES.length) - 1] ?? PAUSES[0] ?? SECOND;
  return Math.round(pause * (0.9 + 0.2 * chance));
}

/** Sends what is due, for each recipient one after the other, and all recipients side by side. */
export class Delivering {
  readonly #ctx: Context;
  readonly #way: Way;
  readonly #stop = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #restUntil = new Map<string, number>();

  constructor(ctx: Context, way: Way) {
    this.#ctx = ctx;
    this.#way = { ...way, signal: this.#stop.signal };
  }

  /** One look; resolves once what was due is under way. */
  async look(): Promise<void> {
    const now = this.#ctx.clock();
    for (const id of await this.#ctx.store.read.webhooks.due(now)) {
      if (this.#running.has(id) || (this.#restUntil.get(id) ?? 0) > now || this.#stop.signal.aborted) continue;
      const run = this.#deliverTo(id)
        .catch((error: unknown) => this.#ctx.log.warn({ err: error, webhook: id }, 'recipient not told'))
        .finally(() => this.#running.delete(id));
      this.#running.set(id, run);
    }
  }

  /** Resolves once everything that is under way has come to an end. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.settled();
  }

  async #deliverTo(webhookId: string): Promise<void> {
    const { store, clock } = this.#ctx;
    while (!this.#stop.signal.aborted) {
      const webhook = await store.read.webhooks.byId(webhookId);
      if (!webhook || webhook.pausedAt !== null || webhook.removedAt !== null) return;
      const now = clock();
      const claimed = await store.write((tx) => tx.webhooks.claim(webhookId, now, now + CLAIM));
      if (!claimed) return;
      if (!(await this.#deliver(webhook, claimed))) return;
    }
  }

  /** True where the recipient answered well, so that the next may follow at once. */
  async #deliver(webhook: WebhookRow, claimed: DeliveryRow): Promise<boolean> {
    const { log, clock } = this.#ctx;
    const { outcome, is, retryAfterMs } = await this.#post(webhook, claimed);
    log.info({ delivery: claimed.id, webhook: webhook.id, outcome, attempts: claimed.attempts }, 'recipient asked');
    const at = clock();
    if (is === 'failed') {
      // The relay stops: whoever starts next takes it up at once.
      const isOurs = outcome === 'interrupted';
      const pause = isOurs ? 0 : Math.max(pauseAfter(claimed.attempts), Math.min(retryAfterMs, RETRY_AFTER_MAX));
      await this.#postpone(claimed, { at, nextAt: at + pause, outcome, acceptedAt: claimed.acceptedAt });
      // One that it cannot take holds up no other; one that does not answer at all is not asked at once again.
      if (/^\d/.test(outcome) && !/^(429|5\d\d)$/.test(outcome)) return true;
      this.#restUntil.set(webhook.id, at + REST);
      return false;
    }
    if (is === 'done') await confirmDelivery(this.#ctx, claimed.id, outcome);
    else await this.#postpone(claimed, { at, nextAt: at + ASK_AGAIN, outcome, acceptedAt: claimed.acceptedAt ?? at });
    // It is back: what waited for it need not wait out its pause.
    if (claimed.attempts > 1) await this.#ctx.store.write((tx) => tx.webhooks.hurry({ webhookId: webhook.id }, at));
    return true;
  }

  async #post(webhook: WebhookRow, { id, payloadSealed }: DeliveryRow): Promise<Posted> {
    try {
      const secret = openSecret(this.#ctx.vault, webhook);
      const body = openPayload(secret, id, payloadSealed ?? new Uint8Array());
      const seconds = Math.floor(this.#ctx.clock() / SECOND);
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Parley',
        'webhook-id': id,
        'webhook-timestamp': `${seconds}`,
        'webhook-signature': signatureOf(secret, id, seconds, body),
      };
      return await postOnce(webhook.url, headers, body, this.#way);
    } catch (error) {
      // Sealed under a master key that is not this relay's: it waits until the right one is back.
      if (error instanceof SealBroken) return { outcome: 'unsealed', is: 'failed', retryAfterMs: 0 };
      throw error;
    }
  }

  async #postpone(
    { id, claimedUntil }: DeliveryRow,
    change: { at: number; nextAt: number; outcome: string; acceptedAt: number | null },
  ): Promise<void> {
    await this.#ctx.store.write((tx) => tx.webhooks.postpone(id, claimedUntil, change));
  }
}

/** The recipient has done it. Of an erasure the last that named the person goes with it, from the files too. */
export async function confirmDelivery(ctx: Pick<Context, 'store' | 'clock' | 'log'>, id: string, outcome: string): Promise<void> {
  const delivery = await ctx.store.write(async (tx) => {
    await tx.webhooks.confirm(id, ctx.clock(), outcome);
    return tx.webhooks.delivery(id);
  });
  if (!delivery || delivery.erasureId === null) return;
  await ctx.store.scrub().catch((error: unknown) => ctx.log.warn({ err: error }, 'files not scrubbed'));
}
