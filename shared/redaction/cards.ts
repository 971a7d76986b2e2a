import { DIGIT, type Glyphs, LETTER, pastGap } from './glyphs.ts';

/** From one glyph to before another. */
export type Span = readonly [start: number, end: number];

const SHORTEST = 12;
const LONGEST = 19;

/**
 * How the numbers of each issuer begin (ISO/IEC 7812), and how long they are. Visa's thirteen digits are issued no more,
 * and are those of many a bar code: they count only where they are no bar code and stand together.
 */
const ISSUERS = `
  4:13,16,19 51-55:16 2221-2720:16 34:15 37:15
  300-305:14,16,19 309:14,16,19 36:14,16,19 38-39:14,16,19
  6011:16-19 644-649:16-19 65:16-19 62:16-19 3528-3589:16-19 2200-2205:16-19
  5018:12-19 5020:12-19 5038:12-19 5893:12-19 6304:12-19 6759:12-19 6761-6763:12-19 676770:12-19 676774:12-19
  60:16 81-82:16 508:16 5019:16 636:16-19 637-639:16 9792:16 5060-5061:16,18,19 5078-5079:16,18,19
  509:16 5067:16 9704:16,19 8600:16 9860:16 1946:16,18,19 604001-604200:16-19`;

/** Of all numbers by their first six digits: from `low` to before `high`. */
interface Range {
  low: number;
  high: number;
  lengths: ReadonlySet<number>;
}

const between = (text: string): number[] => {
  const [first = 0, last = first] = text.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
};

const RANGES: readonly Range[] = ISSUERS.trim()
  .split(/\s+/)
  .map((line) => {
    const [prefix = '', lengths = ''] = line.split(':');
    const [first = '', last = first] = prefix.split('-');
    const unit = 10 ** (6 - first.length);
    const all = lengths.split(',').flatMap(between);
    return { low: Number(first) * unit, high: (Number(last) + 1) * unit, lengths: new Set(all) };
  });

/** True where a number of this length begins as one of the known issuers' do. `head` holds its first six digits. */
function isIssued(head: number, length: number): boolean {
  return RANGES.some(({ low, high, lengths }) => head >= low && head < high && lengths.has(length));
}

/**
 * Card numbers in a text: 12 to 19 digits in groups of any size with gaps of at most three characters, of a known issuer
 * and length, with a right check digit (Luhn, ISO/IEC 7812-1). A group is never cut: what stands in a longer row of
 * digits is another number. Each group looks at no more than 19 digits, so the time is that of the text.
 */
export function findCards(glyphs: Glyphs): Span[] {
  const found: Span[] = [];
  const groups = groupsOf(glyphs);
  for (const [index, { start, goesOn }] of groups.entries()) {
    if (goesOn === null || isGluedBefore(glyphs, start)) continue;
    for (const end of cardEnds(glyphs, groups, index)) if (!isGluedAfter(glyphs, end)) found.push([start, end]);
  }
  return found;
}

/** Digits that stand together. */
interface Group {
  start: number;
  end: number;
  /** Does it go on the number that the group before it may belong to? Null for a part of a date, which is no number's. */
  goesOn: boolean | null;
}

function groupsOf(glyphs: Glyphs): Group[] {
  const { kind, length } = glyphs;
  const groups: Group[] = [];
  let reach = -1;
  for (let index = 0; index < length; index++) {
    if (kind[index] !== DIGIT) continue;
    const start = index;
    while (index < length && kind[index] === DIGIT) index++;
    groups.push({ start, end: index, goesOn: reach === start });
    reach = pastGap(glyphs, index);
    markDate(glyphs, groups);
  }
  return groups;
}

/** Three groups that are a day, as 30.11.2026, 11/30/2026 or 2026-11-30: no number goes on in a date, nor after it. */
function markDate({ value }: Glyphs, groups: Group[]): void {
  const three = groups.slice(-3);
  const [first, middle, last] = three;
  if (!first || !middle || !last || middle.end - middle.start > 2) return;
  const isYearFirst = first.end - first.start === 4;
  const [year, day] = isYearFirst ? [first, last] : [last, first];
  if (year.end - year.start !== 4 || day.end - day.start > 2) return;
  const mark = value[first.end] as number;
  // A dash, a dot or a slash, the same twice.
  if (mark < 0x2d || mark > 0x2f || mark !== value[middle.end]) return;
  if (middle.start - first.end !== 1 || last.start - middle.end !== 1) return;
  const century = (value[year.start] as number) * 10 + (value[year.start + 1] as number);
  if (century === 19 || century === 20) for (const part of three) part.goesOn = null;
}

/** Where a card number that begins with this group may end. */
function cardEnds(glyphs: Glyphs, groups: readonly Group[], first: number): number[] {
  const { value } = glyphs;
  const ends: number[] = [];
  // The check sum of both kinds of length, even and odd: which digits count twice depends on where the number ends.
  let even = 0;
  let odd = 0;
  let head = 0;
  let count = 0;
  for (let at = first; at < groups.length; at++) {
    const { start, end, goesOn } = groups[at] as Group;
    if (count + end - start > LONGEST || (at > first && !goesOn)) break;
    for (let index = start; index < end; index++, count++) {
      const digit = value[index] as number;
      const twice = digit * 2 - (digit > 4 ? 9 : 0);
      even += count % 2 ? digit : twice;
      odd += count % 2 ? twice : digit;
      if (count < 6) head = head * 10 + digit;
    }
    const isValid = count >= SHORTEST && (count % 2 ? odd : even) % 10 === 0 && isIssued(head, count);
    if (isValid && !isOther(glyphs, (groups[first] as Group).start, end, count, at > first)) ends.push(end);
  }
  return ends;
}

/** A telephone number with its +, or a bar code (EAN-13): both have thirteen digits at most. */
function isOther({ value }: Glyphs, start: number, end: number, count: number, inGroups: boolean): boolean {
  if (count > 13) return false;
  if (start > 0 && value[start - 1] === 0x2b) return true;
  if (count !== 13 || value[start] !== 4) return false;
  let sum = 0;
  for (let index = start; index < end; index++) sum += (value[index] as number) * ((index - start) % 2 ? 3 : 1);
  return inGroups || sum % 10 === 0;
}

/** One letter or two between this and other digits: part of a parcel's number, a hash, an id. A whole word is not. */
function isGlued({ kind }: Glyphs, from: number, step: 1 | -1): boolean {
  let letters = 0;
  while (letters < 3 && kind[from + step * letters] === LETTER) letters++;
  return letters > 0 && letters < 3 && kind[from + step * letters] === DIGIT;
}
const isGluedBefore = (glyphs: Glyphs, start: number): boolean => isGlued(glyphs, start - 1, -1);
const isGluedAfter = (glyphs: Glyphs, end: number): boolean => isGlued(glyphs, end, 1);
