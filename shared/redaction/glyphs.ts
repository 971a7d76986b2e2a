/** What a character is to whoever looks for numbers in a text. */
export const OTHER = 0;
/** May stand between two digits of one number: white space, a dash, a dot, a slash, or nothing that can be seen. */
export const GAP = 1;
export const DIGIT = 2;
export const LETTER = 3;

/** A text, character by character (code points), in arrays that are quick to walk. */
export interface Glyphs {
  length: number;
  kind: Uint8Array;
  /** A digit's worth, a letter's small form, or the code point. */
  value: Uint32Array;
  /** Where each begins in the text; after the last, where the text ends. */
  at: Uint32Array;
}

const DIGITS = /\p{Nd}/u;
const LETTERS = /\p{L}/u;
const GAPS = /[\s\p{Z}\p{Pd}\p{Cf}\p{M}.\u00b7\u2022\u2027\u2212_/]/u;

/** Reads a text once. Digits and letters of every script count, and the wide forms of East Asia as what they mean. */
export function glyphsOf(text: string): Glyphs {
  const kind = new Uint8Array(text.length);
  const value = new Uint32Array(text.length);
  const at = new Uint32Array(text.length + 1);
  let length = 0;
  for (let place = 0; place < text.length; length++) {
    const code = text.codePointAt(place) ?? 0;
    at[length] = place;
    place += code > 0xffff ? 2 : 1;
    kind[length] = kindOf(code);
    value[length] = kind[length] === DIGIT ? digitValue(code) : kind[length] === LETTER ? smallForm(code) : code;
  }
  at[length] = text.length;
  return { length, kind, value, at };
}

function kindOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) return LETTER;
  // What most gaps are, without a look into the tables of Unicode.
  if (code === 0x20 || code === 0x0a || (code >= 0x2d && code <= 0x2f)) return GAP;
  const character = String.fromCodePoint(code);
  if (GAPS.test(character)) return GAP;
  if (code < 0x80) return OTHER;
  return LETTERS.test(character) ? LETTER : DIGITS.test(character) ? DIGIT : OTHER;
}

const values = new Map<number, number>();

/** Every script's digits lie in rows of ten from zero to nine; some rows lie end to end. */
export function digitValue(code: number): number {
  if (code < 0x80) return code - 0x30;
  let value = values.get(code);
  if (value === undefined) {
    let zero = code;
    while (DIGITS.test(String.fromCodePoint(zero - 1))) zero--;
    value = (code - zero) % 10;
    values.set(code, value);
  }
  return value;
}

function smallForm(code: number): number {
  if (code < 0x80) return code | 32;
  const small = String.fromCodePoint(code).toLowerCase().codePointAt(0) ?? code;
  return small >= 0xff41 && small <= 0xff5a ? small - 0xfee0 : small;
}

/** Longest gap inside one number, e.g. the three characters of " - ". */
const GAP_MAX = 3;

/** Where a number goes on after what ends at `from`: past a gap, if there is one and it is no longer than a number has. */
export function pastGap({ kind, length }: Glyphs, from: number): number {
  let next = from;
  while (next < length && next - from <= GAP_MAX && kind[next] === GAP) next++;
  return next - from > GAP_MAX ? from : next;
}

/** True for a letter or a digit. */
export function isWord({ kind, length }: Glyphs, index: number): boolean {
  return index >= 0 && index < length && (kind[index] as number) >= DIGIT;
}
