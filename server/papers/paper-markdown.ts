import { papersWords } from '../../shared/i18n/papers.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { type Block, type Cell, type Cells, each, type Paper } from './paper.ts';

/**
 * A paper as Markdown (CommonMark with tables), to be put into documents of one's own. Nothing in a text can end a cell,
 * begin a heading or be taken for HTML (PR-73).
 */
export function paperMarkdown(paper: Paper): string {
  const sections = paper.sections.map(({ heading, blocks, parts = [] }) =>
    [
      `## ${plain(heading)}`,
      ...blocks.map(blockMarkdown),
      ...parts.flatMap((part) => [`### ${plain(part.heading)}`, ...part.blocks.map(blockMarkdown)]),
    ].join('\n\n'),
  );
  const made = blockMarkdown({ kind: 'facts', rows: paper.made });
  const all = [`# ${plain(paper.title)}`, plain(paper.about), ...sections, `## ${plain(papersWords['made.heading'])}`, made];
  return `${all.join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  if (block.kind === 'text') return each(block.cells).map(cellMarkdown).join('\n\n');
  if (block.kind === 'list') return block.items.map((item) => `- ${cellsMarkdown(item)}`).join('\n');
  const [head, rows] =
    block.kind === 'facts'
      ? [[papersWords['table.term'], papersWords['table.text']], block.rows.map(([term, cells]) => [term, cells])]
      : [block.head, block.rows];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head.map(plain)), line(head.map(() => '---')), ...rows.map((row) => line(row.map(cellsMarkdown)))].join('\n');
}

const cellsMarkdown = (cells: Cells): string => each(cells).map(cellMarkdown).join('<br>');

function cellMarkdown(cell: Cell): string {
  if (typeof cell === 'string') return plain(cell);
  if ('code' in cell) return /^[\w.:/@-]+$/.test(cell.code) ? `\`${cell.code}\`` : plain(cell.code);
  return `**${plain(fill(papersWords.blank, { what: cell.blank }))}**`;
}

/** What would begin or end a cell, an element or a code span, even in a reader that knows no escapes. */
const AS_ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  '\\': '&#92;',
  '`': '&#96;',
};

/** Text as Markdown shows it word for word, on one line. */
export function plain(text: string): string {
  return (
    text
      // Control marks, and those that turn the direction of what follows.
      .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
      .replace(/ +/g, ' ')
      .trim()
      .replace(/[&<>|\\`]/g, (mark) => AS_ENTITY[mark] ?? mark)
      .replace(/[*_[\]~]/g, (mark) => `\\${mark}`)
      // At the beginning of a line these would be a heading, a list, a rule, a quotation.
      .replace(/^([#+=-])/, '\\$1')
      .replace(/^(\d+)([.)])/, '$1\\$2')
  );
}
