import { canonicalJson, type Json } from '../../shared/canonical.ts';
import { COOKIE_LIFE } from '../../shared/limits.ts';
import { END_METHOD, endBytes, type HandOver, REMAINS, type SiteEnd, UNTOLD } from '../../shared/site-end.ts';
import { recordAct } from '../audit/act.ts';
import { Refusal } from '../errors.ts';
import { type Eraser, eraseVisitor } from '../privacy/erase.ts';
import type { Issuer } from '../receipts/receipt.ts';
import { pinnedPrefix } from '../sites/pinned.ts';
import type { ErasureRow, SiteRow } from '../store/rows.ts';
import type { Reads, Tx } from '../store/store.ts';
import { archiveOf, digestOf, type Keep, visitorsOf } from './hand-over.ts';

/** Somebody who was about to start when the service ended may come once more through the door. */
const SWEEPS = 5;
const ERASURES_AT_A_TIME = 500;
const iso = (at: number): string => new Date(at).toISOString();

export interface Ended {
  report: SiteEnd;
  /** Handed over again, because something was written after the hand-over. */
  later: number;
  /** False where the bytes could not be taken out of the files at once: a running relay tries again. */
  scrubbed: boolean;
}

/**
 * Ends a site's service (PR-59): its loader offers no chat and nobody can agree to anything any more; every visitor is
 * erased as they would be one by one, what was written since the hand-over being handed over first; the owner's words go;
 * what is left is named in a signed report. A run that was broken off goes on where it stood.
 * @throws Refusal `conflict` where nothing was handed over yet.
 */
export async function endSite(ctx: Eraser & Issuer, site: SiteRow, given: HandOver, keep: Keep): Promise<Ended> {
  const due = await ctx.store.read.estate.siteEnd(site.id);
  if (!due || given.site_id !== site.id) throw new Refusal('conflict');
  const stopped = await stop(ctx, site);
  // Overwritten once at the end, and not after each.
  const quiet: Eraser = { ...ctx, store: { ...ctx.store, scrub: () => Promise.resolve(true) } };
  let later = 0;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for await (const visitorId of visitorsOf(ctx.store.read, site.id)) {
      const isOther = (await digestOf(ctx.store.read, visitorId)) !== given.digests[visitorId];
      const archive = isOther ? await archiveOf(ctx, visitorId) : null;
      if (archive) {
        keep(`visitors/${visitorId}.zip`, archive);
        later += 1;
      }
      await eraseOne(quiet, visitorId);
    }
    const report = await finish(ctx, stopped, given);
    if (report) return { report, later, scrubbed: await ctx.store.scrub() };
  }
  throw new Error('visitors keep coming to a site that has ended');
}

/** Whoever erased themselves meanwhile is gone already. */
async function eraseOne(ctx: Eraser, visitorId: string): Promise<void> {
  try {
    await eraseVisitor(ctx, { visitorId }, { actor: { kind: 'operator' }, reason: 'no_longer_needed' });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'not_found') throw error;
  }
}

/** From here on nobody is asked; when it was stopped before, the first time counts. */
async function stop(ctx: Eraser, site: SiteRow): Promise<SiteRow & { endedAt: number }> {
  return ctx.store.write(async (tx) => {
    const now = await tx.lockSite(site.key);
    if (!now) throw new Refusal('not_found');
    const endedAt = now.settings.endedAt ?? ctx.clock();
    await tx.upsertSite({ ...now, settings: { ...now.settings, endedAt } });
    return { ...now, endedAt };
  });
}

/** Takes the words, looks that nothing is left, and signs; null where somebody came in meanwhile. */
async function finish(ctx: Eraser, site: SiteRow & { endedAt: number }, given: HandOver): Promise<SiteEnd | null> {
  const now = ctx.clock();
  const { read } = ctx.store;
  const notices = (await read.noticeVersions(site.id)).length;
  const erasures = await erasedSince(read, site.id, site.endedAt);
  try {
    return await ctx.store.write(async (tx) => {
      // Locked first: whoever starts a chat appends to this ledger last, so they are before this or find no notice.
      const head = await tx.lockLedgerHead(site.id);
      if ((await tx.estate.visitorsOf(site.id, '', 1)).length > 0) return null;
      await takeWords(tx, site);
      // Of whoever must still be told of an erasure the address stays until they were.
      const untold = await tx.estate.deleteRecipients(site.id);
      const unsigned = reportOf(site, given, erasures, { notices, untold, entries: head.seq, hash: head.hash, now });
      const signature = ctx.signing.sign(endBytes(unsigned));
      await tx.estate.upsertSiteEnd({
        siteId: site.id,
        handedOverAt: Date.parse(given.time),
        dueAt: Date.parse(given.due),
        endedAt: now,
        report: canonicalJson(unsigned as unknown as Json),
        kid: signature.kid,
        signature: signature.value,
      });
      await recordAct(tx, { actor: { kind: 'operator' }, action: 'site.ended', object: site.id }, now);
      return { ...unsigned, signature };
    });
  } catch (error) {
    // On a server a start that was under way may still hold a notice: it is there now, and is erased as well.
    if ((await read.estate.visitorsOf(site.id, '', 1)).length > 0) return null;
    throw error;
  }
}

/** What is left of the site is its key and that it ended: its loader has to answer. */
async function takeWords(tx: Tx, { id, key, createdAt, endedAt }: SiteRow & { endedAt: number }): Promise<void> {
  await tx.estate.deleteWords(id, pinnedPrefix(key));
  const settings = { colour: '#000000', greeting: null, ipMode: 'none' as const, cookieLife: COOKIE_LIFE, endedAt };
  await tx.upsertSite({ id, key, name: key, origins: [], settings, createdAt });
}

async function erasedSince(read: Reads, siteId: string, endedAt: number): Promise<ErasureRow[]> {
  const found: ErasureRow[] = [];
  for (let after = 0; ; ) {
    const page = await read.erasures(siteId, after, ERASURES_AT_A_TIME);
    found.push(...page.filter(({ at }) => at >= endedAt));
    const last = page.at(-1);
    if (!last) return found;
    after = last.seq;
  }
}

function reportOf(
  site: SiteRow & { endedAt: number },
  given: HandOver,
  erasures: ErasureRow[],
  { notices, untold, entries, hash, now }: Record<'notices' | 'untold' | 'entries' | 'now', number> & { hash: string },
): Omit<SiteEnd, 'signature'> {
  const counts: Record<string, number> = {};
  for (const one of erasures) {
    for (const [table, count] of Object.entries(one.counts)) counts[table] = (counts[table] ?? 0) + count;
  }
  return {
    schema: 'parley-site-end/1',
    site_id: site.id,
    site_key: site.key,
    handed_over: given.time,
    due: given.due,
    ended: iso(now),
    method: [...END_METHOD],
    visitors: erasures.length,
    counts,
    erasures: erasures.map(({ id }) => id),
    notices,
    ledger: { entries, hash },
    remains: [...REMAINS, ...(untold > 0 ? [UNTOLD] : [])],
  };
}
