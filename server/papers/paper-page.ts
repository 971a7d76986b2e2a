import { papersWords } from '../../shared/i18n/papers.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { escapeHtml } from '../sites/loader.ts';
import { type Block, type Cell, type Cells, each, type Paper } from './paper.ts';

/** How a page of the relay finds its look: nothing inline. One that is written to a file carries it along. */
export const PAPER_LINKS = '<link rel="stylesheet" href="/notice.css">\n<link rel="stylesheet" href="/papers.css">';

/** Nothing in a file runs or is fetched, whatever an owner has typed. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A paper as a page to read and to print, without any script. `style` is how it finds its look (PR-73). */
export function paperPage(paper: Paper, style: { links: string } | { inline: string }): string {
  const isFile = 'inline' in style;
  const policy = isFile ? `<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n` : '';
  const look = isFile ? `<style>\n${style.inline}</style>` : style.links;
  const sections = paper.sections.map(({ heading, blocks, parts = [] }, at) => {
    const inParts = parts.map((part) => `<h3>${e(part.heading)}</h3>\n${part.blocks.map(blockHtml).join('\n')}`).join('\n');
    return `<section aria-labelledby="s${at}"><h2 id="s${at}">${e(heading)}</h2>\n${blocks.map(blockHtml).join('\n')}\n${inParts}</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${policy}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${e(paper.title)}</title>
${look}
</head>
<body translate="no">
<main class="sheet">
<header><h1>${e(paper.title)}</h1><p>${e(paper.about)}</p></header>
${sections.join('\n')}
<section aria-labelledby="made" class="made"><h2 id="made">${e(papersWords['made.heading'])}</h2>\n${blockHtml({ kind: 'facts', rows: paper.made })}</section>
</main>
</body>
</html>
`;
}

const e = escapeHtml;

function blockHtml(block: Block): string {
  if (block.kind === 'text')
    return each(block.cells)
      .map((cell) => `<p>${cellHtml(cell)}</p>`)
      .join('');
  if (block.kind === 'list') return `<ul class="plain">${block.items.map((item) => `<li>${cellsHtml(item)}</li>`).join('')}</ul>`;
  if (block.kind === 'facts') {
    const rows = block.rows.map(([term, cells]) => `<div><dt>${e(term)}</dt><dd>${cellsHtml(cells)}</dd></div>`);
    return `<dl class="paper">${rows.join('\n')}</dl>`;
  }
  const head = block.head.map((one) => `<th scope="col">${e(one)}</th>`).join('');
  // Each cell says its column, for paper and screens that are too narrow for a table.
  const row = (cells: readonly Cells[]): string =>
    `<tr>${cells.map((cell, at) => `<td data-head="${e(block.head[at] ?? '')}">${cellsHtml(cell)}</td>`).join('')}</tr>`;
  return `<table class="paper"><thead><tr>${head}</tr></thead><tbody>\n${block.rows.map(row).join('\n')}\n</tbody></table>`;
}

const cellsHtml = (cells: Cells): string => each(cells).map(cellHtml).join('<br>');

function cellHtml(cell: Cell): string {
  if (typeof cell === 'string') return `<span dir="auto">${e(cell)}</span>`;
  if ('code' in cell) return `<code>${e(cell.code)}</code>`;
  return `<span class="blank">${e(fill(papersWords.blank, { what: cell.blank }))}</span>`;
}
