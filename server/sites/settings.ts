import type { AuditAction, AuditActor } from '../../shared/audit.ts';
import { DEFAULT_IP_VIEWERS, type IpMode, type IpViewers } from '../../shared/ip.ts';
import type { SiteSettingsShelf } from '../../shared/owner-api.ts';
import type { AfterWithdrawal } from '../../shared/reading.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { saidIp } from '../notices/generated.ts';
import { draftForSettings } from '../notices/settings-draft.ts';
import type { SiteRow, SiteSettings } from '../store/rows.ts';

/** From what the page showed to what was chosen there. */
interface Choice<T> {
  from: T;
  to: T;
}

/** What is set for each site, and what its notices in force say of it. */
export async function siteSettings(ctx: Context): Promise<SiteSettingsShelf> {
  const { read } = ctx.store;
  const sites = await read.sites();
  return {
    sites: await Promise.all(
      sites.map(async ({ id, key, name, settings }) => {
        const inForce = await read.noticesInForce(id);
        return {
          key,
          name,
          afterWithdrawal: settings.afterWithdrawal ?? 'locked',
          notices: inForce.map(({ locale, version, doc }) => {
            return { locale, version, says: doc.facts?.afterWithdrawal ?? 'locked' };
          }),
          ip: {
            mode: settings.ipMode,
            viewers: settings.ipViewers ?? DEFAULT_IP_VIEWERS,
            notices: inForce.map(({ locale, version, doc }) => ({ locale, version, says: saidIp(doc, settings) })),
          },
        };
      }),
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
  choice: Choice<AfterWithdrawal>,
): Promise<void> {
  const action = `setting.after_withdrawal.${choice.to}` as const;
  await change(ctx, actor, siteKey, action, choice, ({ settings }) => settings.afterWithdrawal ?? 'locked', {
    afterWithdrawal: choice.to,
  });
  await draftForSettings(ctx);
  // What stands on a screen is let go, or may be read again.
  for (const id of ctx.world.shownConversations()) ctx.world.inboxChanged(id);
}

/**
 * In which form an address is kept as proof (PR-63). Less is kept at once; more only under a notice that says so, and the
 * draft of that notice is made here. What was kept before goes at its own period.
 * @throws Refusal `not_found`, or `conflict` where it is not `from` any more.
 */
export async function setIpMode(ctx: Context, actor: AuditActor, siteKey: string, choice: Choice<IpMode>): Promise<void> {
  const action = `setting.ip_mode.${choice.to}` as const;
  await change(ctx, actor, siteKey, action, choice, ({ settings }) => settings.ipMode, { ipMode: choice.to });
  await draftForSettings(ctx);
}

/**
 * Which roles may look at an address (PR-66); in force with the next question, on every relay.
 * @throws Refusal `not_found`, or `conflict` where it is not `from` any more.
 */
export async function setIpViewers(ctx: Context, actor: AuditActor, siteKey: string, choice: Choice<IpViewers>): Promise<void> {
  const action = `setting.ip_viewers.${choice.to}` as const;
  await change(ctx, actor, siteKey, action, choice, ({ settings }) => settings.ipViewers ?? DEFAULT_IP_VIEWERS, {
    ipViewers: choice.to,
  });
  // An address that stands on a screen is covered, or can be asked for.
  for (const id of ctx.world.shownConversations()) ctx.world.cardChanged(id);
}

/** One setting of one site, with who set it; what it is already leaves no line. */
async function change<T>(
  ctx: Context,
  actor: AuditActor,
  siteKey: string,
  action: AuditAction,
  { from, to }: Choice<T>,
  present: (site: SiteRow) => T,
  put: Partial<SiteSettings>,
): Promise<void> {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    const site = await tx.lockSite(siteKey);
    if (!site) throw new Refusal('not_found');
    const was = present(site);
    if (was === to) return;
    if (was !== from) throw new Refusal('conflict');
    await tx.upsertSite({ ...site, settings: { ...site.settings, ...put } });
    await recordAct(tx, { actor, action, object: site.id }, now);
  });
}
