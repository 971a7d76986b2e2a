import fc from 'fast-check';

/** The check digit by the letter of ISO/IEC 7812-1, annex B: from the right, every second digit twice. */
export function withCheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const twice = Number(digit) * (index % 2 ? 1 : 2);
    return total + Math.floor(twice / 10) + (twice % 10);
  }, 0);
  return digits + String((10 - (sum % 10)) % 10);
}

/** How cards in use begin, and how long their numbers are. */
const CARDS: readonly (readonly [prefix: string, lengths: readonly number[]])[] = [
  ['4', [16, 19]],
  ...['51', '52', '53', '54', '55', '2221', '2350', '2720'].map((prefix) => [prefix, [16]] as const),
  ...['34', '37'].map((prefix) => [prefix, [15]] as const),
  ...['300', '305', '36', '38', '39'].map((prefix) => [prefix, [14, 16]] as const),
  ...['6011', '644', '65', '3528', '3589', '62', '2200'].map((prefix) => [prefix, [16, 17, 18, 19]] as const),
  ...['5018', '5020', '5038', '5893', '6304', '6759', '6761', '6763'].map(
    (prefix) => [prefix, [12, 13, 14, 15, 16, 17, 18, 19]] as const,
  ),
  ...['6521', '8171', '508', '636', '9792', '5061', '9704'].map((prefix) => [prefix, [16]] as const),
];

/** A card number in ASCII digits, without gaps. */
export const cardNumber = fc
  .constantFrom(...CARDS)
  .chain(([prefix, lengths]) =>
    fc
      .constantFrom(...lengths)
      .chain((length) =>
        fc
          .array(fc.integer({ min: 0, max: 9 }), { minLength: length - prefix.length - 1, maxLength: length - prefix.length - 1 })
          .map((rest) => withCheckDigit(prefix + rest.join(''))),
      ),
  );

const GAPS = [
  ' ',
  '\u00a0',
  '\u2009',
  '\u3000',
  '\t',
  '\n',
  '-',
  '\u2010',
  '\u2011',
  '\u2013',
  '\u2014',
  '\u2212',
  '.',
  '\u00b7',
  '/',
  '_',
  '\u200b',
  '\u200e',
  '\u00ad',
  '\ufe0f',
];

/** Up to three characters that people, their programs or their phones put between the digits of a number. */
export const gap = fc.array(fc.constantFrom(...GAPS), { maxLength: 3 }).map((parts) => parts.join(''));

const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x1040, 0xff10, 0x104a0, 0x1d7ce, 0x1d7f6];

/** The same characters with a gap, or none, between any two, and the digits in any script. */
export function written(number: string): fc.Arbitrary<string> {
  const characters = [...number];
  const one = fc.tuple(fc.constantFrom(...ZEROS), gap);
  return fc.array(one, { minLength: characters.length, maxLength: characters.length }).map((parts) =>
    characters
      .map((character, index) => {
        const [zero, before] = parts[index] ?? [0x30, ''];
        const shown = /\d/.test(character) ? String.fromCodePoint(zero + Number(character)) : character;
        return index === 0 ? shown : before + shown;
      })
      .join(''),
  );
}
