/** A figure of several rounds. */
export interface Figure {
  median: number;
  min: number;
  max: number;
  /** How many rounds it is of. */
  of: number;
}

export function figureOf(values: number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return { median: (low + high) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN, of: sorted.length };
}

/** With against without, round by round: what stood beside each other in time is compared. Rounds without a base are left out. */
export function ratioOf(values: number[], bases: number[]): Figure {
  return figureOf(values.flatMap((value, at) => (bases[at] ? [value / bases[at]] : [])));
}

/** `median (least to most)`. */
export function show({ median, min, max, of }: Figure, digits = 0): string {
  if (of === 0) return '-';
  const text = (value: number): string => value.toFixed(digits);
  return text(min) === text(max) ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
}

/** Rows with aligned columns; the first row is the head, the first column text. */
export function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) => {
      const cells = row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)));
      return `  ${cells.join('   ')}`.trimEnd();
    })
    .join('\n');
}
