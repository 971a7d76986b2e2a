import { createHmac, randomBytes } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { DAY } from '../shared/limits.ts';
import type { Limits } from './config.ts';
import { Refusal } from './errors.ts';

/** Counts who comes too often. Addresses are never kept: only an HMAC under a secret that lives a day (PR-64). */
export interface RateLimits {
  /** @throws Refusal `rate_limited` with the seconds to wait. */
  consume(limit: keyof Limits, who: string): Promise<void>;
  /** Refuses without counting; for limits that count failures only. */
  check(limit: keyof Limits, who: string): Promise<void>;
  /** Counts without refusing. */
  penalise(limit: keyof Limits, who: string): Promise<void>;
  clear(limit: keyof Limits, who: string): Promise<void>;
}

export function createLimits(limits: Limits): RateLimits {
  let secret = randomBytes(32);
  let madeAt = Date.now();
  const keyed = (who: string): string => {
    if (Date.now() - madeAt > DAY) {
      secret = randomBytes(32);
      madeAt = Date.now();
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
    async check(limit, who) {
      const state = await limiters[limit].get(keyed(who));
      if (state && state.consumedPoints >= limits[limit].points) refuse(state);
    },
    async penalise(limit, who) {
      await limiters[limit].penalty(keyed(who));
    },
    async clear(limit, who) {
      await limiters[limit].delete(keyed(who));
    },
  };
}
