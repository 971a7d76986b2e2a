import { cpuSeconds } from './processes.ts';
import { judge, load, seat, startGenerator, startRelayOf, type Variant } from './variants.ts';

/** What one relay did in one round. Times in milliseconds. */
export interface Round {
  perSecond: number;
  /** Acknowledged messages for each second of the relay's own processor time. */
  perCpuSecond: number;
  ackP50: number;
  ackP99: number;
  deliveryP50: number;
  deliveryP99: number;
  /** How late the generator itself was, 99 of 100 sends. */
  lagP99: number;
  /** Sends that the checker followed to the end. */
  checked: number;
}

export interface Plan {
  visitors: number;
  agents: number;
  warmUp: number;
  saturate: number;
  pace: number;
  perSecond: number;
}

export const PLAN: Plan = { visitors: 200, agents: 10, warmUp: 2000, saturate: 5000, pace: 5000, perSecond: 1000 };
export const SHORT_PLAN: Plan = { ...PLAN, warmUp: 1000, saturate: 2000, pace: 0 };

function quantile(values: number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/**
 * One relay, fresh, under the same load as every other: everybody connected, warmed up, then as fast as it goes, then
 * at an even pace. Ends with the checker.
 */
export async function runRound(variant: Variant, plan: Plan): Promise<Round> {
  const relay = startRelayOf(variant);
  const generator = startGenerator();
  try {
    const seats = await seat(relay, plan.visitors, plan.agents);
    await generator.ask({ kind: 'connect', seats });
    await load(generator, { kind: 'saturate', milliseconds: plan.warmUp, window: 1 });
    const before = cpuSeconds(relay.pid);
    const full = await load(generator, { kind: 'saturate', milliseconds: plan.saturate, window: 1 });
    const cpu = cpuSeconds(relay.pid) - before;
    const paced = await load(generator, { kind: 'pace', perSecond: plan.perSecond, milliseconds: plan.pace });
    const verdict = await judge(variant, relay, generator);
    return {
      perSecond: full.acknowledged / full.seconds,
      perCpuSecond: full.acknowledged / cpu,
      ackP50: quantile(paced.ackTimes, 0.5),
      ackP99: quantile(paced.ackTimes, 0.99),
      deliveryP50: quantile(paced.deliveryTimes, 0.5),
      deliveryP99: quantile(paced.deliveryTimes, 0.99),
      lagP99: quantile(paced.lags, 0.99),
      checked: verdict?.ok ?? 0,
    };
  } finally {
    await Promise.all([generator.stop(), relay.stop()]);
  }
}
