/** A stretch of text that was taken out, put in, or is in both. */
export interface Stretch {
  kind: 'out' | 'in' | 'both';
  text: string;
}

/** Above this many pairs of words the two texts are set one after the other, whole. */
const MOST = 400_000;

/** What changed from one text to another, word by word. */
export function wordDiff(before: string, after: string): Stretch[] {
  const split = (text: string): string[] => text.match(/\S+\s*/g) ?? [];
  const [a, b] = [split(before), split(after)];
  if (a.length * b.length > MOST)
    return [
      { kind: 'out', text: before },
      { kind: 'in', text: after },
    ];
  const same = (x: string | undefined, y: string | undefined) => x?.trim() === y?.trim();
  // The longest run of words that both have, from the end to the start.
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = longest[i];
      if (row) row[j] = same(a[i], b[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const found: Stretch[] = [];
  const put = (kind: Stretch['kind'], text = '') => {
    const last = found.at(-1);
    if (last?.kind === kind) last.text += text;
    else found.push({ kind, text });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && same(a[i], b[j])) {
      put('both', b[j]);
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      put('out', a[i]);
      i += 1;
    } else {
      put('in', b[j]);
      j += 1;
    }
  }
  return found;
}
