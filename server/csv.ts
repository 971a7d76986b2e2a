/**
 * One line of RFC 4180, with a line end. A cell that a table program would take for a formula begins with an apostrophe
 * (OWASP, CSV Injection): it is read as text, and nothing is run.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** Controls, among them what ends a line, and marks that turn the direction of writing: they say nothing in a table. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
}

/** What table programs begin a formula with, also behind what they do not show. */
const FORMULA = /^[\s\p{Default_Ignorable_Code_Point}]*[=+\-@\t\r\n|%＝＋－＠]/u;

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = oneLine(value);
  const safe = FORMULA.test(value) ? `'${text}` : text;
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
