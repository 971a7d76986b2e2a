import type { FrameBoot, LoaderConfig } from '../../shared/api.ts';
import { type AccentRoles, deriveLook, type SiteLook } from '../../shared/colour.ts';
import { relayWords } from '../../shared/i18n/relay.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { noticeHead } from '../../shared/notice.ts';
import type { Context } from '../context.ts';
import { settingsInForce } from '../notices/generated.ts';
import type { NoticeRow, SiteRow } from '../store/rows.ts';

/** What the pages depend on beside the site. */
type Served = Pick<Context, 'assets' | 'origin'>;

const PLACEHOLDER = '"__PARLEY_SITE__"';

export function siteLook(site: SiteRow): SiteLook {
  return deriveLook(site.settings.colour, ([...site.name][0] ?? 'P').toUpperCase());
}

/** The loader for one site: the built script with the site's look and words in it. Nothing of the visitor's (PR-27). */
export function loaderScript(ctx: Served, site: SiteRow): string {
  const look = siteLook(site);
  const words = (key: keyof typeof relayWords): string => relayWords[key].replaceAll('{site}', site.name);
  const config: LoaderConfig = {
    key: site.key,
    relay: ctx.origin,
    host: ctx.origin + ctx.assets.hostModule,
    look: { light: launcherColours(look.light), dark: launcherColours(look.dark) },
    greeting: site.settings.greeting,
    words: {
      open: words('loader.open'),
      close: words('loader.close'),
      unread: words('loader.unread'),
      unreachable: words('loader.unreachable'),
      retry: words('loader.retry'),
      closeCard: words('loader.closeCard'),
      ended: words('loader.ended'),
    },
  };
  // A function as replacement: `$` in a name must stay a dollar sign.
  return ctx.assets.loader.replace(PLACEHOLDER, () => JSON.stringify(config));
}

function launcherColours({ accent, onAccent }: AccentRoles): LoaderConfig['look']['light'] {
  return { accent, onAccent };
}

/** JSON that may stand inside a script element. */
export function inlineJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function escapeHtml(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => named[character] ?? character);
}

/** The page of the frame with what it needs to draw without another request. */
export function framePage(
  { assets }: Served,
  site: SiteRow,
  notice: NoticeRow,
  now: Pick<FrameBoot, 'online' | 'resume' | 'note' | 'noteIs'>,
): string {
  const { afterWithdrawal } = settingsInForce(site.settings, notice.doc);
  const boot: FrameBoot = {
    site: { key: site.key, name: site.name, look: siteLook(site) },
    notice: { hash: notice.hash, doc: noticeHead(notice.doc) },
    ...(afterWithdrawal !== 'locked' && { afterWithdrawal }),
    ...now,
    chatModule: assets.chatModule,
    fullModule: assets.fullModule,
    privacyModule: assets.privacyModule,
    // The page does what is private by default without being told.
    ...(site.settings.redaction && { redaction: site.settings.redaction }),
  };
  return filledFrame(assets.frame, site, notice, boot);
}

/** The built page of a frame, of this release or an earlier one, with what belongs to a site and a notice in it. */
export function filledFrame(built: string, site: SiteRow, notice: NoticeRow, boot: FrameBoot): string {
  return built
    .replace('__LANG__', () => escapeHtml(notice.locale))
    .replace('__TITLE__', () => escapeHtml(fill(relayWords['loader.open'], { site: site.name })))
    .replace('<!--boot-->', () => `<script type="application/json" id="boot">${inlineJson(boot)}</script>`);
}
