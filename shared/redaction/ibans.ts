import type { Span } from './cards.ts';
import { DIGIT, GAP, type Glyphs, isWord, LETTER, pastGap } from './glyphs.ts';

/** How long an IBAN of each country is (the registry of ISO 13616, release 101). */
const LENGTHS = `
  15 NO 16 BE 18 DK FI FK FO GL NL SD 19 MK SI 20 AT BA EE KZ LT LU MN XK 21 CH HR LI LV
  22 BG BH CR DE GB GE IE ME RS VA 23 AE GI IL IQ OM SO TL 24 AD CZ ES MD PK RO SA SE SK TN VG
  25 LY PT 26 IS TR 27 BI DJ FR GR IT MC MR SM 28 AL AZ BY CY DO GT HN HU LB NI PL SV 29 BR EG PS QA UA
  30 JO KW MU YE 31 MT SC 32 LC 33 RU`;

const BY_COUNTRY: ReadonlyMap<string, number> = new Map(
  LENGTHS.trim()
    .split(/\s+(?=\d)/)
    .flatMap((line) => {
      const [length, ...countries] = line.split(' ').filter(Boolean);
      return countries.map((country) => [country.trim().toLowerCase(), Number(length)] as const);
    }),
);

/** Every country's IBAN has as many digits and more; words that happen to divide by 97 have not. */
const DIGITS_MIN = 12;

/**
 * IBANs in a text, in small letters or capitals, in groups of any size with gaps of at most three characters: a known
 * country, its length, the right check digits (mod 97, ISO 7064).
 */
export function findIbans(glyphs: Glyphs): Span[] {
  const found: Span[] = [];
  for (let start = 0; start + 1 < glyphs.length; start++) {
    const end = ibanEnd(glyphs, start);
    if (end === null) continue;
    found.push([start, end]);
    start = end - 1;
  }
  return found;
}

/** Where the IBAN ends that begins here; null where none does. */
function ibanEnd(glyphs: Glyphs, start: number): number | null {
  const { kind, value, length } = glyphs;
  if (kind[start] !== LETTER || kind[start + 1] !== LETTER) return null;
  const country = [value[start], value[start + 1]] as [number, number];
  const total = BY_COUNTRY.get(String.fromCodePoint(...country));
  // "no. 3705..." is no account in Norway.
  const isApart = kind[start + 2] === GAP && value[start + 2] !== 0x2e;
  if (kind[start + (isApart ? 3 : 2)] !== DIGIT) return null;
  if (total === undefined || (kind[start - 1] === LETTER && !followsItsName(glyphs, start))) return null;
  const check: number[] = [];
  let digits = 0;
  let rest = 0;
  let index = start + 2;
  for (let place = 2; place < total; place++) {
    index = pastGap(glyphs, index);
    const one = worth(glyphs, index);
    if (index >= length || one === null || (place < 4 && one > 9)) return null;
    if (one < 10) digits++;
    if (place < 4) check.push(one);
    else rest = appended(rest, one);
    index++;
  }
  for (const one of [...country.map((code) => code - 87), ...check]) rest = appended(rest, one);
  return rest === 1 && digits >= DIGITS_MIN && kind[index] !== DIGIT ? index : null;
}

const appended = (rest: number, one: number): number => (rest * (one > 9 ? 100 : 10) + one) % 97;

/** As the check reckons: a digit is itself, a to z are 10 to 35. */
function worth({ kind, value }: Glyphs, index: number): number | null {
  const one = value[index] as number;
  if (kind[index] === DIGIT) return one;
  return kind[index] === LETTER && one >= 97 && one <= 122 ? one - 87 : null;
}

/** "IBANDE89...", written in one. */
function followsItsName(glyphs: Glyphs, start: number): boolean {
  const name = String.fromCodePoint(...glyphs.value.subarray(Math.max(0, start - 4), start));
  return name === 'iban' && !isWord(glyphs, start - 5);
}
