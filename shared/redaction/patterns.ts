import type { Span } from './cards.ts';
import { DIGIT, type Glyphs, isWord, LETTER, pastGap } from './glyphs.ts';

/** Longest pattern, in characters. */
export const PATTERN_MAX = 40;
export const PATTERNS_MAX = 20;
const PATTERN_NAME_MAX = 40;
/** Longest of the owner's own numbers, as it is written. */
export const SPARED_MAX = 60;

/** One plain line that can stand between brackets. */
export function isPatternName(text: string): boolean {
  const name = text.trim();
  return (
    name !== '' && [...name].length <= PATTERN_NAME_MAX && name.isWellFormed() && !/[[\]\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/u.test(name)
  );
}

/** Why a pattern cannot be used. The words stand in the console's catalog. */
export type PatternFault =
  | 'empty'
  | 'long'
  | 'loose' // would take out half of what is written
  | 'run' // a + that follows no place
  | 'greedy' // what follows a + could belong to its run
  | 'escape'; // a \ at the end

type Kind = 'digit' | 'letter' | 'either' | 'exact' | 'gap';
interface Step {
  kind: Kind;
  /** Of `exact`: the character, in its small form. */
  code: number;
  /** One or more, as many as there are. */
  run: boolean;
}
/** A pattern that can be looked for. */
export type Compiled = readonly Step[];

const PLACES: Readonly<Record<string, Kind>> = { '#': 'digit', '@': 'letter', '*': 'either', ' ': 'gap' };

/**
 * What an owner writes, made ready: `#` is a digit, `@` a letter, `*` either, `+` after one of them a run of one or more,
 * a space a gap or none, `\` takes the next character as it is; all else stands for itself, large or small.
 * There is one way to match each place and none to go back, so no text can make it slow.
 */
export function compilePattern(source: string): Compiled | PatternFault {
  const pattern = source.trim().replace(/\s+/g, ' ');
  if (!pattern) return 'empty';
  if ([...pattern].length > PATTERN_MAX) return 'long';
  const steps: Step[] = [];
  let escaped = false;
  for (const character of pattern) {
    const kind = escaped ? undefined : PLACES[character];
    const last = steps.at(-1);
    if (!escaped && character === '\\') escaped = true;
    else if (!escaped && character === '+') {
      if (!last || last.run || last.kind === 'gap' || last.kind === 'exact') return 'run';
      last.run = true;
    } else {
      const code = character.toLowerCase().codePointAt(0) ?? 0;
      steps.push({ kind: kind ?? 'exact', code, run: false });
      escaped = false;
    }
  }
  if (escaped) return 'escape';
  return faultOf(steps) ?? steps;
}

const isDigit = ({ kind, code }: Step): boolean =>
  kind === 'digit' || (kind === 'exact' && /\p{Nd}/u.test(String.fromCodePoint(code)));
const isLetter = ({ kind, code }: Step): boolean =>
  kind === 'letter' || (kind === 'exact' && /\p{L}/u.test(String.fromCodePoint(code)));
const isPlace = (step: Step): boolean => step.kind === 'either' || isDigit(step) || isLetter(step);

/** Four letters or digits at least, and something in it that not every word has. */
function faultOf(steps: readonly Step[]): PatternFault | null {
  const exact = steps.filter((step) => step.kind === 'exact' && isLetter(step));
  if (steps.filter(isPlace).length < 4 || (!steps.some(isDigit) && exact.length < 3)) return 'loose';
  const isGreedy = steps.some((step, index) => {
    const next = steps.slice(index + 1).find(({ kind }) => kind !== 'gap');
    return (
      step.run &&
      next &&
      ((step.kind !== 'letter' && isDigit(next)) || (step.kind !== 'digit' && isLetter(next)) || next.kind === 'either')
    );
  });
  return isGreedy ? 'greedy' : null;
}

/** Where a pattern stands in a text, as a word of its own: never in the middle of a longer number or word. */
export function findPattern(glyphs: Glyphs, steps: Compiled): Span[] {
  const found: Span[] = [];
  const [first] = steps;
  const last = steps.at(-1);
  if (!first || !last) return found;
  for (let start = 0; start < glyphs.length; start++) {
    if (isPlace(first) && isWord(glyphs, start - 1)) continue;
    const end = endOf(glyphs, steps, start);
    if (end === null || (isPlace(last) && isWord(glyphs, end))) continue;
    found.push([start, end]);
    start = end - 1;
  }
  return found;
}

function endOf(glyphs: Glyphs, steps: Compiled, start: number): number | null {
  let index = start;
  for (const step of steps) {
    if (step.kind === 'gap') {
      index = pastGap(glyphs, index);
      continue;
    }
    if (!fits(glyphs, step, index)) return null;
    index++;
    while (step.run && fits(glyphs, step, index)) index++;
  }
  return index;
}

function fits({ kind, value, length }: Glyphs, { kind: wanted, code }: Step, index: number): boolean {
  if (index >= length) return false;
  const found = kind[index];
  if (wanted === 'digit') return found === DIGIT;
  if (wanted === 'letter') return found === LETTER;
  if (wanted === 'either') return found === DIGIT || found === LETTER;
  // A digit is known by its worth, in whatever script.
  return found === DIGIT ? code === 48 + (value[index] as number) : code === value[index];
}
