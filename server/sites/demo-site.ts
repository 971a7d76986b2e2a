import { COOKIE_LIFE } from '../../shared/limits.ts';
import { noticeHash, plainDoc } from '../../shared/notice.ts';
import type { Context } from '../context.ts';
import { DEMO_NOTICE } from '../notices/demo-notice.ts';
import { publishNotice } from '../notices/publish.ts';
import type { SiteRow } from '../store/rows.ts';

export const DEMO_SITE_ID = 'site_demo';

/**
 * Where the demo page stands: under another site name than the relay, so that what is tried by hand is truly
 * cross-site. Null where the relay is public: there is no second name to serve it under.
 */
export function demoOrigin(relayOrigin: string): string | null {
  const url = new URL(relayOrigin);
  if (url.hostname === 'localhost') return `${url.protocol}//127.0.0.1${url.port && `:${url.port}`}`;
  if (url.hostname === '127.0.0.1') return `${url.protocol}//localhost${url.port && `:${url.port}`}`;
  if (url.hostname.endsWith('.localhost')) return `${url.protocol}//shop.localhost${url.port && `:${url.port}`}`;
  return null;
}

export function demoSite(now: number): SiteRow {
  return {
    id: DEMO_SITE_ID,
    key: 'demo',
    name: 'Northwind Books',
    origins: [],
    settings: { colour: '#05585f', greeting: null, ipMode: 'full', cookieLife: COOKIE_LIFE },
    createdAt: now,
  };
}

/** The demo site and its notice; its origins follow the address that the relay has today. */
export async function ensureDemoSite(ctx: Context): Promise<void> {
  const now = ctx.clock();
  const own = demoOrigin(ctx.origin);
  const origins = [...(own ? [own] : []), ...ctx.config.demoOrigins];
  await ctx.store.write(async (tx) => {
    const known = await tx.siteByKey('demo');
    const site = known ?? demoSite(now);
    await tx.upsertSite({ ...site, origins });
    // Other words than the data folder has are a new version; the old one stays, for the records that name it.
    const inForce = await tx.noticeInForce(site.id, DEMO_NOTICE.locale);
    if (inForce?.hash === noticeHash(plainDoc({ ...DEMO_NOTICE, version: inForce?.version ?? 1 }))) return;
    await publishNotice(tx, site.id, { ...DEMO_NOTICE, version: (inForce?.version ?? 0) + 1 }, now);
  });
}
