import { relayWords } from '../../shared/i18n/relay.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { languageName } from '../sites/language.ts';
import { escapeHtml } from '../sites/loader.ts';
import type { ShownScreen } from './shown.ts';

/** The page around a screen of the past: what it is, from when, and by which words and build. */
export function shownPage({ event, notice, siteName, screen }: ShownScreen, address: string): string {
  const said = (key: keyof typeof relayWords, values: Record<string, string | number> = {}): string =>
    escapeHtml(fill(relayWords[key], values));
  const about = said(screen === 'form' ? 'shown.about' : 'shown.decided', {
    time: event.event_time.replace('T', ' ').slice(0, 19),
    layout: relayWords[`shown.${event.viewport_class}`],
    language: languageName(notice.locale),
    version: notice.version,
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${said('shown.title')} · ${escapeHtml(siteName)}</title>
<link rel="stylesheet" href="/notice.css">
</head>
<body>
<main>
<header>
<h1>${said('shown.title')}</h1>
<p>${about}</p>
</header>
<iframe class="shown ${event.viewport_class}" src="${escapeHtml(address)}" title="${said(screen === 'form' ? 'shown.frame' : 'shown.screen')}"></iframe>
<footer>
<p>${said('shown.inert')}${screen === 'form' ? '' : ` ${said('shown.around')}`}</p>
<p>${said('shown.words')} <a href="/notice/${notice.hash}"><code>${notice.hash}</code></a></p>
<p>${said('shown.build')} <code>${escapeHtml(event.ui_build_hash)}</code></p>
</footer>
</main>
</body>
</html>
`;
}
