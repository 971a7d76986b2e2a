import { createHmac, randomBytes } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { DAY } from '../shared/limits.ts';
import type { Limits } from './config.ts';
import { Refusal } from './errors.ts';

/** Counts who comes too often. Addresses are never kept: only an HMAC under a secret that lives a day (PR-64). */
export interface RateLimits {
  /** @throws Refusal `rate_limited` with the seconds to wait. */
  consume(limit: keyof Limits, who: string): Promise<void>;
  /** Gives one point back. */
  refund(limit: keyof Limits, who: string): Promise<void>;
  clear(limit: keyof Limits, who: string): Promise<void>;
  /** Somebody who proved who they are, to be let past a bar that others have raised; forgotten within a day. */
  remember(who: string): void;
  remembers(who: string): boolean;
}

/** Agents at their places; a bound, not a measure. */
const REMEMBERED_MAX = 10_000;

/** Where the day and the secret come from. */
export interface Keying {
  clock(): number;
  /** 32 bytes that nobody can guess. They stay in memory and are written nowhere. */
  newSecret?(): Uint8Array;
}

export function createLimits(limits: Limits, { clock, newSecret = () => randomBytes(32) }: Keying): RateLimits {
  let secret = newSecret();
  let madeAt = clock();
  const remembered = new Set<string>();
  const keyed = (who: string): string => {
    const now = clock();
    // Also when the clock was put back: no secret lives longer than a day.
    if (Math.abs(now - madeAt) >= DAY) {
      secret = newSecret();
      madeAt = now;
      remembered.clear();
    }
    return createHmac('sha256', secret).update(who).digest('base64');
  };
  const limiters = Object.fromEntries(
    Object.entries(limits).map(([name, { points, windowMs }]) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, points, duration: windowMs / 1000 }),
    ]),
  ) as Record<keyof Limits, RateLimiterMemory>;
  const refuse = (state: RateLimiterRes): never => {
    throw new Refusal('rate_limited', { retryAfterSeconds: Math.max(1, Math.ceil(state.msBeforeNext / 1000)) });
  };
  return {
    async consume(limit, who) {
      try {
        await limiters[limit].consume(keyed(who));
      } catch (state) {
        if (state instanceof RateLimiterRes) refuse(state);
        throw state;
      }
    },
    async refund(limit, who) {
      await limiters[limit].reward(keyed(who));
    },
    async clear(limit, who) {
      await limiters[limit].delete(keyed(who));
    },
    remember(who) {
      const key = keyed(who);
      const oldest = remembered.keys().next();
      if (remembered.size >= REMEMBERED_MAX && !oldest.done) remembered.delete(oldest.value);
      remembered.add(key);
    },
    remembers: (who) => remembered.has(keyed(who)),
  };
}
