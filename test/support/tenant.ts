import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { withGenerated } from '../../server/notices/generated.ts';
import { publishNotice } from '../../server/notices/publish.ts';
import { pinLoader } from '../../server/sites/pinned.ts';
import type { SiteRow } from '../../server/store/rows.ts';
import type { StartRequest } from '../../shared/api.ts';
import { COOKIE_LIFE } from '../../shared/limits.ts';
import { type NoticeDoc, noticeHead } from '../../shared/notice.ts';
import type { TestRelay } from './start-relay.ts';
import { postStart, startRequestFrom } from './visitor.ts';

/** Words that stand in nothing but this site. */
export const TENANT_WORDS = ['Kanarek Kites', 'Zephyr Lane', 'privacy@kanarek.example', 'https://kanarek.example', 'Ask Kanarek'];

export interface Tenant {
  site: SiteRow;
  start(change?: Partial<StartRequest>, headers?: Record<string, string>): Promise<StartRequest>;
  /** As the widget would, whatever becomes of it. */
  tryToStart(): Promise<number>;
}

/** A second site on the relay, with an owner, a notice, a draft and a pinned loader of its own. */
export async function addTenant(relay: TestRelay): Promise<Tenant> {
  const site: SiteRow = {
    id: 'site_kite',
    key: 'kite',
    name: 'Kanarek Kites',
    origins: ['https://kanarek.example'],
    settings: {
      colour: '#7a2f4f',
      greeting: { title: 'Ask Kanarek', text: 'About kites' },
      ipMode: 'full',
      cookieLife: COOKIE_LIFE,
    },
    createdAt: Date.now(),
  };
  const own = JSON.stringify(DEMO_NOTICE)
    .replaceAll('Northwind Books', 'Kanarek Kites')
    .replaceAll('14 Quay Street', '3 Zephyr Lane')
    .replaceAll('privacy@northwind.example', 'privacy@kanarek.example');
  const notice = await relay.ctx.store.write(async (tx) => {
    await tx.upsertSite(site);
    const doc = withGenerated({ ...(JSON.parse(own) as NoticeDoc), site: 'kite' }, site.settings);
    await tx.upsertNoticeDraft({ siteId: site.id, locale: 'en', doc, updatedAt: Date.now(), updatedBy: 'relay' });
    return publishNotice(tx, site.id, doc, Date.now());
  });
  await pinLoader(relay.ctx, site);
  const request = (change: Partial<StartRequest>): StartRequest =>
    startRequestFrom({ notice: { hash: notice.hash, doc: noticeHead(notice.doc) } }, { site: 'kite', ...change });
  return {
    site,
    async start(change = {}, headers = {}) {
      const asked = request(change);
      const reply = await postStart(relay, asked, headers);
      if (reply.status !== 200) throw new Error(`the start was refused: ${reply.status} ${reply.text}`);
      return asked;
    },
    async tryToStart() {
      return (await postStart(relay, request({}))).status;
    },
  };
}
