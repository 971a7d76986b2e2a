import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import type { SiteRow } from '../store/rows.ts';
import { loaderScript } from './loader.ts';

/** With which the names of all pinned loaders of a site begin, and of no other's. */
export const pinnedPrefix = (key: string): string => `loaders/${key}.`;
export const pinnedName = (key: string, version: string): string => `${pinnedPrefix(key)}${version}.js`;

export interface Pinned {
  /** Path on the relay. */
  path: string;
  /** For the script tag: the browser runs these bytes or nothing (Subresource Integrity). */
  integrity: string;
}

/** Keeps the site's loader as it is now, under an address that stands for these very bytes (PR-27). */
export async function pinLoader(ctx: Pick<Context, 'assets' | 'origin' | 'store'>, site: SiteRow): Promise<Pinned> {
  const body = Buffer.from(loaderScript(ctx, site));
  const version = createHash('sha256').update(body).digest('hex').slice(0, 16);
  await ctx.store.write((tx) => tx.insertReleaseFile(pinnedName(site.key, version), body));
  return {
    path: `/s/${site.key}.${version}.js`,
    integrity: `sha384-${createHash('sha384').update(body).digest('base64')}`,
  };
}
