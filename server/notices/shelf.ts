import type { NoticeShelf } from '../../shared/owner-api.ts';
import type { Context } from '../context.ts';
import { hasEnded } from '../sites/ended.ts';
import { PROFILES } from './profiles/index.ts';

/** Every site of the relay with the languages of its notice, written or published, and the ready-made texts. */
export async function noticeShelf(ctx: Context): Promise<NoticeShelf> {
  const { read } = ctx.store;
  const sites = (await read.sites()).filter((site) => !hasEnded(site));
  return {
    sites: await Promise.all(
      sites.map(async ({ id, key, name }) => {
        const versions = await read.noticeVersions(id);
        const drafts = await read.noticeDraftLocales(id);
        const locales = [...new Set([...versions.map(({ locale }) => locale), ...drafts])].sort();
        return {
          key,
          name,
          locales: locales.map((locale) => {
            const newest = versions.find((one) => one.locale === locale);
            const { version = null, publishedAt = null } = newest ?? {};
            return { locale, version, publishedAt, hasDraft: drafts.includes(locale) };
          }),
        };
      }),
    ),
    profiles: PROFILES.map(({ id, name, locales }) => ({ id, name, locales })),
  };
}
