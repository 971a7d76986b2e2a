import type { AuditActor } from '../../shared/audit.ts';
import type { SiteSettingsShelf } from '../../shared/owner-api.ts';
import type { AfterWithdrawal } from '../../shared/reading.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { draftForSettings } from '../notices/settings-draft.ts';

/** What is set for each site, and what its notices in force say of it. */
export async function siteSettings(ctx: Context): Promise<SiteSettingsShelf> {
  const { read } = ctx.store;
  const sites = await read.sites();
  return {
    sites: await Promise.all(
      sites.map(async ({ id, key, name, settings }) => ({
        key,
        name,
        afterWithdrawal: settings.afterWithdrawal ?? 'locked',
        notices: (await read.noticesInForce(id)).map(({ locale, version, doc }) => {
          return { locale, version, says: doc.facts?.afterWithdrawal ?? 'locked' };
        }),
      })),
    ),
  };
}

/**
 * Who may read a talk after its withdrawal. To lock is in force at once, everywhere; a ground is for those who agree to a
 * notice that says so, and the draft of that notice is made here.
 * @throws Refusal `not_found`, or `conflict` where it is not `from` any more.
 */
export async function setAfterWithdrawal(
  ctx: Context,
  actor: AuditActor,
  siteKey: string,
  { from, to }: { from: AfterWithdrawal; to: AfterWithdrawal },
): Promise<void> {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    const site = await tx.siteByKey(siteKey);
    if (!site) throw new Refusal('not_found');
    const { afterWithdrawal = 'locked' } = site.settings;
    if (afterWithdrawal === to) return;
    if (afterWithdrawal !== from) throw new Refusal('conflict');
    await tx.upsertSite({ ...site, settings: { ...site.settings, afterWithdrawal: to } });
    await recordAct(tx, { actor, action: `setting.after_withdrawal.${to}`, object: site.id }, now);
  });
  await draftForSettings(ctx);
  // What stands on a screen is let go, or may be read again.
  for (const id of ctx.world.shownConversations()) ctx.world.inboxChanged(id);
}
