import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../shared/limits.ts';

/** A look that hangs holds up no stop. */
const STOP_WITHIN = SECOND;

/** Looks at once and then again and again, one look after the other, until it is stopped. `look` throws nothing. */
export function every(milliseconds: number, look: () => Promise<void>): { stop(): Promise<void> } {
  let stopped = false;
  let looking = Promise.resolve();
  const again = (): void => {
    looking = looking.then(() => (stopped ? undefined : look()));
  };
  again();
  const timer = setInterval(again, milliseconds).unref();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      // What is not done by then is done after the next start.
      await Promise.race([looking, sleep(STOP_WITHIN, undefined, { ref: false })]);
    },
  };
}
