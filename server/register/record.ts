import type { RegisterRecord, RegisterVerified } from '../../shared/register.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { openEvent } from '../ledger/ledger.ts';
import { verifyAct, verifyLedger } from '../ledger/verify.ts';
import { whereShown } from '../shown/shown.ts';
import type { SiteRow } from '../store/rows.ts';
import { visitorKeys } from '../visitors/keys.ts';

/** What the sealed record of an act says of how it was done. @throws Refusal `not_found` */
export async function registerRecord(ctx: Context, actId: string): Promise<RegisterRecord & { conversationId: string }> {
  const { read } = ctx.store;
  const [first] = await read.consentEventsOfAct(actId);
  if (!first) throw new Refusal('not_found');
  const { event } = openEvent(await visitorKeys(ctx, read, first.visitorId), first);
  return {
    conversationId: first.conversationId,
    action: event.action,
    control: event.control_id,
    page: event.page_origin_path,
    browser: event.ua_family,
    viewport: event.viewport_class,
    words: `/notice/${event.notice_hash}`,
    ...(await whereShown(ctx, first, event)),
  };
}

/** Checks a whole chain, or the entries of one act, and says how far it holds. @throws Refusal `not_found` */
export async function verifyRegister(ctx: Context, siteKey: string, actId: string | null): Promise<RegisterVerified> {
  const { read } = ctx.store;
  const site = await read.siteByKey(siteKey);
  if (!site) throw new Refusal('not_found');
  const signedAt = (await read.newestTreeHead(site.id))?.at ?? null;
  if (actId === null) {
    const { entries, fault, head } = await verifyLedger(read, ctx.vault, site.id);
    return { entries, fault, head, signedAt };
  }
  return { ...(await actVerified(ctx, site, actId)), signedAt };
}

async function actVerified(ctx: Context, site: SiteRow, actId: string): Promise<Omit<RegisterVerified, 'signedAt'>> {
  const { read } = ctx.store;
  const events = (await read.consentEventsOfAct(actId)).filter(({ siteId }) => siteId === site.id);
  if (events.length === 0) throw new Refusal('not_found');
  const fault = await verifyAct(read, ctx.vault, events);
  return { entries: events.length, fault, head: await read.ledgerHead(site.id) };
}
