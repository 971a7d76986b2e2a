import { relayWords } from '../../shared/i18n/relay.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { formPurposes } from '../../shared/notice.ts';
import { languageName } from '../sites/language.ts';
import { escapeHtml } from '../sites/loader.ts';
import type { NoticeRow } from '../store/rows.ts';

const STYLE_LINK = '<link rel="stylesheet" href="/notice.css">';

/**
 * A published notice as a page that can be read and printed without JavaScript, for as long as a record names it (PR-09).
 * `style` is how it finds its look: a page in an archive carries it.
 */
export function noticePage(notice: NoticeRow, siteName: string, style = STYLE_LINK): string {
  const { doc } = notice;
  const { form, cookie, purposes } = doc.words;
  const language = languageName(doc.locale);
  const version = fill(relayWords['notice.version'], {
    version: notice.version,
    date: new Date(notice.publishedAt).toISOString().slice(0, 10),
    language,
  });
  const boxes = formPurposes(doc)
    .map(({ id }) => purposes[id])
    .map(
      (words) =>
        `<li><span class="box" role="img" aria-label="${e(relayWords['notice.unticked'])}"></span><span>${e(words?.label)} <small>${e(words?.note)}</small></span></li>`,
    )
    .join('');
  const names = doc.purposes
    .map(({ id }) => purposes[id])
    .map((words) => `<li><span></span><span>${e(words?.name)} <small>${e(words?.label)}</small></span></li>`)
    .join('');
  const rows = doc.full.table.map(({ term, text }) => `<div><dt>${e(term)}</dt><dd>${e(text)}</dd></div>`).join('');
  const sections = doc.full.sections
    .map(({ heading, paragraphs }) => `<h3>${e(heading)}</h3>${paragraphs.map((text) => `<p>${e(text)}</p>`).join('')}`)
    .join('');
  return `<!doctype html>
<html lang="${e(doc.locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${e(fill(relayWords['notice.title'], { title: doc.full.title, site: siteName }))}</title>
${style}
</head>
<body translate="no">
<main>
<header><h1>${e(doc.full.title)}</h1><p>${e(siteName)} · ${e(version)}</p></header>
<section aria-labelledby="form"><h2 id="form">${e(relayWords['notice.form'])}</h2>
<div class="paper"><p class="quiet">${e(form.question)} <small>${e(form.questionPlaceholder)} ${e(form.questionHint)}</small></p>
<p class="quiet">${e(form.name)} <small>${e(form[doc.fields.name === 'required' ? 'needed' : 'optional'])}</small> · ${e(form.email)} <small>${e(form[doc.fields.email === 'required' ? 'needed' : 'optional'])}</small></p>
<p>${e(form.clause)} <u>${e(form.readFull)}</u></p>
<ul>${boxes}</ul>
<p class="quiet"><b>${e(form.start)}</b> <small>${e(form.promise)} / ${e(form.away)}</small></p></div></section>
<section aria-labelledby="cookie"><h2 id="cookie">${e(relayWords['notice.cookie'])}</h2>
<div class="paper"><p><b>${e(cookie.title)}</b> ${e(cookie.body)}</p><p class="quiet"><b>${e(cookie.refuse)}</b> · <b>${e(cookie.accept)}</b></p></div></section>
<section aria-labelledby="named"><h2 id="named">${e(relayWords['notice.named'])}</h2><ul>${names}</ul></section>
<section aria-labelledby="full"><h2 id="full">${e(relayWords['notice.full'])}</h2>
<dl class="paper">${rows}</dl>${sections}</section>
<footer><p>${e(relayWords['notice.hash'])}<br><code>${notice.hash}</code></p></footer>
</main>
</body>
</html>
`;
}

function e(text: string | undefined): string {
  return escapeHtml(text ?? '');
}
