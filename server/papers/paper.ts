/**
 * A paper as it is made, before it is HTML or Markdown. Texts are plain: what draws them escapes them, whoever wrote them
 * (PR-73).
 */

/** A place that only the owner can fill, with what belongs there. */
export interface Blank {
  blank: string;
}

/** A name or a number that must be read letter by letter. */
export interface Code {
  code: string;
}

export type Cell = string | Blank | Code;

/** Several stand below each other. */
export type Cells = Cell | readonly Cell[];

export type Block =
  | { kind: 'text'; cells: Cells }
  | { kind: 'list'; items: readonly Cells[] }
  /** Terms, each with what belongs to it. */
  | { kind: 'facts'; rows: readonly (readonly [term: string, cells: Cells])[] }
  | { kind: 'table'; head: readonly string[]; rows: readonly (readonly Cells[])[] };

export interface Section {
  heading: string;
  blocks: readonly Block[];
  /** Parts of it, a level down. */
  parts?: readonly { heading: string; blocks: readonly Block[] }[];
}

export interface Paper {
  title: string;
  /** From which law it is asked for, and what it is. */
  about: string;
  sections: readonly Section[];
  /** From what it was made, and when. */
  made: readonly (readonly [term: string, cells: Cells])[];
}

export const blank = (what: string): Blank => ({ blank: what });
export const code = (text: string): Code => ({ code: text });
export const text = (...cells: Cell[]): Block => ({ kind: 'text', cells });
export const list = (items: readonly Cells[]): Block => ({ kind: 'list', items });
export const facts = (...rows: (readonly [string, Cells])[]): Block => ({ kind: 'facts', rows });
export const table = (head: readonly string[], rows: readonly (readonly Cells[])[]): Block => ({ kind: 'table', head, rows });

export function each(cells: Cells): readonly Cell[] {
  return Array.isArray(cells) ? cells : [cells as Cell];
}

/** How many places of a paper wait for its owner. */
export function countBlanks({ sections }: Paper): number {
  const inCells = (cells: Cells): number => each(cells).filter((cell) => typeof cell !== 'string' && 'blank' in cell).length;
  const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
  const inBlock = (block: Block): number => {
    if (block.kind === 'text') return inCells(block.cells);
    if (block.kind === 'list') return sum(block.items.map(inCells));
    if (block.kind === 'facts') return sum(block.rows.map(([, cells]) => inCells(cells)));
    return sum(block.rows.flat().map(inCells));
  };
  return sum(sections.flatMap(({ blocks, parts = [] }) => [...blocks, ...parts.flatMap((part) => part.blocks)]).map(inBlock));
}
