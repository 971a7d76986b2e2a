import type { Context } from '../context.ts';
import { hasEnded } from '../sites/ended.ts';
import { unlikeSettings, withGenerated } from './generated.ts';

/** Who wrote a draft that nobody wrote. */
const RELAY = 'relay';

/**
 * Makes a draft for each notice in force that says something else than the settings of its site: whoever changed them
 * finds it written, and publishes it. Until then the notice in force is what the relay does.
 */
export async function draftForSettings(ctx: Context): Promise<void> {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    for (const site of await tx.sites()) {
      if (hasEnded(site)) continue;
      for (const { locale, doc } of await tx.noticesInForce(site.id)) {
        if (unlikeSettings(doc, site.settings).length === 0 || (await tx.noticeDraft(site.id, locale))) continue;
        const draft = withGenerated(doc, site.settings);
        await tx.upsertNoticeDraft({ siteId: site.id, locale, doc: draft, updatedAt: now, updatedBy: RELAY });
        ctx.log.warn({ site: site.key, locale }, 'settings and published notice differ: a draft was made');
      }
    }
  });
}
