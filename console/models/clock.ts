import { signal } from '@preact/signals';

/** The time as drawn: waiting times and "Today" follow it. */
export const now = signal(Date.now());

/** Often enough that a minute never looks stale. */
const TICK = 10_000;

/** Starts the ticking; returns what stops it. */
export function startClock(): () => void {
  const timer = setInterval(() => {
    now.value = Date.now();
  }, TICK);
  return () => clearInterval(timer);
}
