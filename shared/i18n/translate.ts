/** Fills `{placeholders}` in one line of a catalog. An unknown one stays visible: a blank would hide the fault. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key]) : whole));
}
