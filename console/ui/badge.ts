import { t } from '../i18n.ts';
import type { PlaceName } from './Rail.tsx';

/** The mark as an icon of the tab; with a dot while something is unread. Drawn here, so that no request is made. */
function icon(unread: boolean): string {
  const dot = unread ? '<circle cx="25" cy="7" r="7" fill="#fff"/><circle cx="25" cy="7" r="5.5" fill="#b03b34"/>' : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#05585f" d="M13 1h14a4 4 0 0 1 4 4v14a12 12 0 0 1-12 12H5a4 4 0 0 1-4-4V13A12 12 0 0 1 13 1Z"/><path stroke="#fff" stroke-width="2.6" stroke-linecap="round" d="M10 13.500h12M10 19h12"/>${dot}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const TITLES = {
  inbox: { quiet: 'app.title', unread: 'app.titleUnread' },
  privacy: { quiet: 'app.titlePrivacy', unread: 'app.titlePrivacyUnread' },
  notices: { quiet: 'app.titleNotices', unread: 'app.titleNoticesUnread' },
} as const;

/** Shows in title and icon how much is unread, wherever one is; null where nobody is signed in. */
export function showUnread(count: number | null, place: PlaceName = 'inbox'): void {
  const words = TITLES[place];
  const title = count === null ? t('app.name') : count > 0 ? t(words.unread, { count }) : t(words.quiet);
  if (document.title !== title) document.title = title;
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const href = icon((count ?? 0) > 0);
  if (link && link.href !== href) link.href = href;
}
