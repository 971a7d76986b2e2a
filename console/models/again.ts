import { SECOND } from '../../shared/limits.ts';
import type { Connection } from '../connection.ts';
import type { Failure } from '../errors.ts';

/** Failures that say nothing about what was asked. */
export const PASSING: readonly Failure[] = ['no_answer', 'unavailable', 'rate_limited', 'internal'];
const PAUSE = 3 * SECOND;

/**
 * What was missed is asked for until it is told: gives what is called with the failure, and asks again after a pause
 * where that can help. On a line that is down nothing is asked: the next connect does that.
 */
export function createAgain(connection: Connection, ask: () => void): (failure: Failure) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (failure) => {
    clearTimeout(timer);
    if (!PASSING.includes(failure)) return;
    timer = setTimeout(() => {
      if (connection.state.peek() === 'online') ask();
    }, PAUSE);
  };
}
