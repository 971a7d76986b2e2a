import { COOKIE_LIFE } from '../../shared/limits.ts';
import { type NoticeDoc, noticeHash, plainDoc } from '../../shared/notice.ts';
import type { Context } from '../context.ts';
import { DEMO_NOTICE } from '../notices/demo-notice.ts';
import { withGenerated } from '../notices/generated.ts';
import { publishNotice } from '../notices/publish.ts';
import type { SiteRow } from '../store/rows.ts';
import { hasEnded } from './ended.ts';

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
    const known = await tx.lockSite('demo');
    if (known && hasEnded(known)) return;
    const site = known ?? demoSite(now);
    await tx.upsertSite({ ...site, origins });
    // Other words than the data folder has are a new version, once: what the owner publishes after it stays in force,
    // and every old one stays, for the records that name it.
    const versions = await tx.noticesOf(site.id, DEMO_NOTICE.locale);
    if (versions.some(({ doc }) => isDemo(doc))) return;
    const version = (versions[0]?.version ?? 0) + 1;
    await publishNotice(tx, site.id, withGenerated({ ...DEMO_NOTICE, version }, site.settings), now);
  });
}

/** The demo's own words of this release, under whatever settings they were published. */
function isDemo(doc: NoticeDoc): boolean {
  const made = withGenerated(doc, demoSite(0).settings);
  return noticeHash(made) === noticeHash(plainDoc({ ...DEMO_NOTICE, version: doc.version }));
}
