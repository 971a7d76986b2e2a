import { DAY, HOUR } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { every } from '../every.ts';
import { indexMissing } from './email-index.ts';
import { countRequests } from './present.ts';

/** Words of a request are kept this long after it was answered, to show how it was; the record that names nobody stays for its own period. */
export const WORDS_KEPT = 365 * DAY;
const AT_A_TIME = 100;

/** Looks every hour, and at the start: what is due is said once a day, and whenever it has become more. */
export function keepRequests(ctx: Context): { stop(): Promise<void> } {
  const told: Told = { at: Number.NEGATIVE_INFINITY, overdue: 0, soon: 0 };
  return every(HOUR, async () => {
    try {
      await indexMissing(ctx);
      await forgetOldWords(ctx);
      await tellDue(ctx, told);
    } catch (error) {
      ctx.log.warn({ err: error }, 'requests not looked after');
    }
  });
}

interface Told {
  at: number;
  overdue: number;
  soon: number;
}

/** One line with counts, and nothing of anybody (PR-51). True where it was said. */
export async function tellDue(ctx: Pick<Context, 'store' | 'clock' | 'log'>, told: Told): Promise<boolean> {
  const { overdue, soon } = await countRequests(ctx);
  const now = ctx.clock();
  const isMore = overdue > told.overdue || soon > told.soon;
  const isDue = overdue + soon > 0 && (isMore || now - told.at >= DAY);
  if (isDue) {
    ctx.log.warn({ overdue, soon }, 'requests are due');
    told.at = now;
  }
  Object.assign(told, { overdue, soon });
  return isDue;
}

/** What names somebody in requests that were answered long ago goes, with its key. Gives how many. */
export async function forgetOldWords(ctx: Pick<Context, 'store' | 'clock'>): Promise<number> {
  const now = ctx.clock();
  let gone = 0;
  for (;;) {
    const ids = await ctx.store.read.requests.wordsAnsweredBefore(now - WORDS_KEPT, AT_A_TIME);
    if (ids.length === 0) return gone;
    await ctx.store.write(async (tx) => {
      for (const id of ids) {
        await tx.requests.lock(id);
        await tx.requests.dropPerson(id);
        await tx.requests.addStep({ requestId: id, at: now, agentId: null, step: 'words_deleted', detail: null });
      }
    });
    gone += ids.length;
  }
}
