import type { Certificate } from '../../shared/erasure.ts';
import type { ErasureList } from '../../shared/erasures.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { certificateOf } from '../ledger/certificate.ts';
import { readTombstone } from '../ledger/ledger.ts';
import type { RegisterCursor } from '../store/register.ts';

const PAGE = 50;

/** The erasures that were done, the newest first. */
export async function erasureList(ctx: Context, before: RegisterCursor | null): Promise<ErasureList> {
  const { read } = ctx.store;
  const keys = new Map((await read.sites()).map(({ id, key }) => [id, key]));
  const found = await read.register.erasures({}, before, PAGE + 1);
  const last = found.length > PAGE ? found[PAGE - 1] : undefined;
  return {
    lines: found
      .slice(0, PAGE)
      .map(({ id, siteId, seq, at, by, reason, of }) => ({ id, site: keys.get(siteId) ?? '', seq, at, by, reason, of })),
    next: last ? { at: last.at, id: last.id } : null,
  };
}

/** The certificate of the erasure that stands at an entry of a site's ledger. @throws Refusal `not_found` */
export async function certificateAt(ctx: Context, siteKey: string, seq: number): Promise<Certificate> {
  const { read } = ctx.store;
  const site = await read.siteByKey(siteKey);
  const entry = site && (await read.ledgerEntry(site.id, seq));
  const [row] = site ? await read.erasures(site.id, seq - 1, 1) : [];
  const tombstone = entry && readTombstone(entry);
  if (!entry || !tombstone || row?.seq !== seq) throw new Refusal('not_found');
  return certificateOf(row, entry.hash, tombstone.covers);
}
