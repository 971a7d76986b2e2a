import { SECOND } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { every } from '../every.ts';
import { Delivering } from './deliver.ts';

/** What was committed is under way within this. */
const LOOK_EVERY = SECOND;

/** Tells recipients for as long as the relay runs: what a relay before it, or a command beside it, left untold too. */
export function keepTelling(ctx: Context): { stop(): Promise<void> } {
  const delivering = new Delivering(ctx, { mayLoopback: ctx.config.webhooksToLoopback });
  const looking = every(LOOK_EVERY, async () => {
    try {
      await delivering.look();
    } catch (error) {
      ctx.log.warn({ err: error }, 'recipients not looked after');
    }
  });
  return {
    async stop() {
      await Promise.all([looking.stop(), delivering.stop()]);
    },
  };
}
