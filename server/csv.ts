/** What a spreadsheet would run as a formula, also after a line end that it takes for a new cell (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\n]/;
const QUOTED = /[",\r\n]/;
/** Controls, line ends of every kind, and the marks that turn the direction of writing or cannot be seen. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/gu;

export type Cell = string | number | boolean | null;

/** A text in one visible line, for whoever reads what was exported. */
export function visibleLine(text: string, max = 500): string {
  return [...text.replace(UNSEEN, '\ufffd')].slice(0, max).join('');
}

/** One record with its line end (RFC 4180). A cell that would be a formula gets an apostrophe, which shows it as text. */
export function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  const text = visibleLine(safe, Number.POSITIVE_INFINITY);
  return QUOTED.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
