import type { ErasureReason } from '../../shared/erasure.ts';
import type { BulkErased, BulkPreview, ErasureFilter } from '../../shared/erasures.ts';
import { DAY } from '../../shared/limits.ts';
import type { AgentActor } from '../agents/sessions.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { ErasableFilter } from '../store/erasable.ts';
import { eraseVisitors } from './erase.ts';

/** As many as one request answers for in good time; the desk asks again while somebody is left. */
const AT_A_TIME = 50;

/** Whom an erasure by filter would take, as counts; nothing is changed. @throws Refusal `not_found` for no such site. */
export async function previewMany(ctx: Context, filter: ErasureFilter): Promise<BulkPreview> {
  const asOf = ctx.clock();
  return { ...(await ctx.store.read.erasable.count(await asStored(ctx, filter, asOf))), asOf };
}

/**
 * Erases some of those who fit, each by an erasure and a certificate of its own; `left` tells how many are still there.
 * @throws Refusal `not_found` for no such site, `conflict` when more fit than were counted.
 */
export async function eraseMany(
  ctx: Context,
  { filter, asOf, expected, reason }: { filter: ErasureFilter; asOf: number; expected: number; reason: ErasureReason },
  actor: AgentActor,
): Promise<BulkErased> {
  const stored = await asStored(ctx, filter, asOf);
  const { erasable } = ctx.store.read;
  if ((await erasable.count(stored)).visitors > expected) throw new Refusal('conflict');
  const certificates = await eraseVisitors(ctx, await erasable.visitors(stored, AT_A_TIME), { actor, reason });
  return { certificates, left: (await erasable.count(stored)).visitors };
}

async function asStored(ctx: Context, filter: ErasureFilter, asOf: number): Promise<ErasableFilter> {
  const site = await ctx.store.read.siteByKey(filter.site);
  if (!site) throw new Refusal('not_found');
  const day = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text));
  const until = day(filter.beganTo);
  return {
    siteId: site.id,
    status: filter.status,
    lastBefore: day(filter.lastBefore),
    beganFrom: day(filter.beganFrom),
    // Whoever came after the count was not counted.
    beganTo: Math.min(until === undefined ? Number.MAX_SAFE_INTEGER : until + DAY, asOf + 1),
  };
}
