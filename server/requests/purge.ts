import type { Context } from '../context.ts';

const AT_A_TIME = 100;

/**
 * Deletes the records of requests that were answered before a moment, with their steps and what is left of words and key,
 * and gives their number (PR-60). One that is open stays, however old: it is still owed an answer, and said to be late.
 */
export async function purgeRequests({ store }: Pick<Context, 'store'>, before: number): Promise<number> {
  let gone = 0;
  for (;;) {
    const ids = await store.read.requests.answeredBefore(before, AT_A_TIME);
    if (ids.length === 0) return gone;
    await store.write(async (tx) => {
      for (const id of ids) if (await tx.requests.lock(id)) await tx.requests.delete(id);
    });
    gone += ids.length;
  }
}
