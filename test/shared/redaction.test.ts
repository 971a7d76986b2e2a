import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitValue } from '../../shared/redaction/glyphs.ts';
import { compilePattern } from '../../shared/redaction/patterns.ts';
import { DEFAULT_RULES, findIn, type OwnPattern, type RedactionRules, redacted } from '../../shared/redaction/redaction.ts';
import { cardNumber, withCheckDigit, written } from '../support/numbers.ts';

const IBANS = JSON.parse(readFileSync(new URL('../vectors/ibans.json', import.meta.url), 'utf8')) as string[];
const CARD = '[card number removed]';
const IBAN = '[account number removed]';
const clean = (text: string): string => redacted(text, DEFAULT_RULES);
const own = (pattern: string, name = 'Member number'): RedactionRules => ({
  ...DEFAULT_RULES,
  own: [{ name, pattern, mode: 'remove' }],
});
/** Words around a number: what no number could be part of. */
const around = fc.constantFrom(
  '',
  'My card: ',
  'Número (',
  'Karte',
  '«',
  '👩‍💻 ',
  'כרטיס: ',
  'a, ',
  'Hi, order 12345.\nCard no. ',
);

describe('card numbers are found', () => {
  it('of every issuer and length, in any gaps and any script, and the text around stays byte for byte', () => {
    const card = cardNumber.chain((number) => fc.tuple(fc.constant(number), written(number)));
    fc.assert(
      fc.property(card, around, around, ([, text], before, after) => {
        const tail = after && ` ${after}`;
        expect(clean(`${before}${text}${tail}`)).toBe(`${before}${CARD}${tail}`);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['4242 4242 4242 4242', 'Visa'],
    ['4222222222222', 'Visa of thirteen digits'],
    ['5555-5555-5555-4444', 'Mastercard'],
    ['2223003122003222', 'Mastercard, the newer range'],
    ['3782 822463 10005', 'American Express'],
    ['3056 9300 0902 0004', 'Diners Club'],
    ['36227206271667', 'Diners Club of fourteen'],
    ['6011.1111.1111.1117', 'Discover'],
    ['3566 0020 2036 0505', 'JCB'],
    ['6205 5000 0000 0000 004', 'UnionPay of nineteen'],
    ['6759649826438453', 'Maestro'],
  ])('%s (%s)', (number) => {
    expect(clean(`My card is ${number}, thanks`)).toBe(`My card is ${CARD}, thanks`);
  });

  it('with the date and the code behind them, which stay or go, and never half of the number', () => {
    expect(clean('4111 1111 1111 1111 12/27 123')).toBe(`${CARD} 12/27 123`);
    expect(clean('order 12 4111 1111 1111 1111')).toBe(`order 12 ${CARD}`);
    expect(clean('Visa4111111111111111exp1227')).toBe(`Visa${CARD}exp1227`);
  });

  it('twice in a text', () => {
    expect(clean('4242424242424242, 5555555555554444')).toBe(`${CARD}, ${CARD}`);
  });
});

describe('what is no card number stays', () => {
  it.each([
    'Order 4111111111111112',
    'Call +49 151 23456789 or 00 33 6 12 34 56 78',
    '550e8400-e29b-41d4-a716-446655440000',
    'Parcel 1Z999AA10123456784, JJD014600003456789012',
    'USPS 9400 1000 0000 0000 0000 00',
    '978-3-16-148410-0 and 4006381333931',
    '2026-11-30 19:04:47, 30.11.2026, 1796065487000',
    'On 22.05.2026 12345674',
    'Amazon 302-1234567-1234568',
    'IMEI 490154203237518',
    '41111111111111111111111111111111',
    'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'GB29 NWBK 6016 1331 9268 20',
    '192.168.100.200:8080',
  ])('%s', (text) => {
    expect(clean(text)).toBe(text);
  });

  /** How many of a thousand are taken for something that they are not. */
  function rate(make: fc.Arbitrary<string>, count = 20_000): number {
    const texts = fc.sample(make, { numRuns: count, seed: 9 });
    return (1000 * texts.filter((text) => findIn(text, DEFAULT_RULES).length > 0).length) / count;
  }
  const digits = (length: number): fc.Arbitrary<string> =>
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''));
  const joined = (...parts: (fc.Arbitrary<string> | string)[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''));
  const pad = (min: number, max: number, width: number): fc.Arbitrary<string> =>
    fc.integer({ min, max }).map((value) => String(value).padStart(width, '0'));
  const date = joined(pad(1, 28, 2), '.', pad(1, 12, 2), '.', pad(1950, 2030, 4));

  it.each<[string, fc.Arbitrary<string>, number]>([
    ['ids (UUID)', fc.uuid(), 0.2],
    ['order numbers of up to eleven digits', fc.integer({ min: 4, max: 11 }).chain(digits), 0],
    ['orders with a year before them', joined(pad(2015, 2035, 4), '-', digits(8)), 0],
    ['telephone numbers with their country', joined('+', pad(1, 998, 1), ' ', digits(3), ' ', digits(7)), 0.1],
    ['telephone numbers of a country', joined('0', digits(3), ' ', digits(7)), 0],
    ['a telephone number and a date', joined('0', digits(3), ' ', digits(8), ', ', date), 0],
    ['a telephone number right before a date', joined('0', digits(3), ' ', digits(8), ' ', date), 0],
    ['dates and times', joined(date, ' ', pad(0, 23, 2), ':', pad(0, 59, 2)), 0],
    ['times as a machine writes them', pad(1_600_000_000_000, 1_999_999_999_999, 13), 0],
    ['books (ISBN-13)', joined('978-', digits(1), '-', digits(4), '-', digits(4), '-', digits(1)), 0],
    ['bar codes (EAN-13)', joined('4', digits(11)).map(withEan), 0],
    ['parcels of UPS', joined('1Z', fc.stringMatching(/^[A-Z0-9]{6}$/), digits(10)), 1],
    ['parcels of twelve digits', digits(12), 0.5],
    ['parcels of twenty and twenty-two', fc.constantFrom(20, 22).chain(digits), 0],
    // Nothing but the owner's word tells these from a card: one in ten has the right check digit by chance.
    ['any sixteen digits', digits(16), 40],
  ])('%s: no more than the stated number of a thousand', (_, make, most) => {
    expect(rate(make)).toBeLessThanOrEqual(most);
  });
});

function withEan(digits: string): string {
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1), 0);
  return digits + String((10 - (sum % 10)) % 10);
}

describe('account numbers are found', () => {
  it.each(IBANS)('%s, as it is published: at once, in fours, in small letters', (iban) => {
    const fours = iban.replace(/(.{4})(?=.)/g, '$1 ');
    for (const text of [iban, fours, fours.toLowerCase(), `IBAN${iban}`]) {
      expect(clean(`To ${text}, from me`)).toBe(`To ${text.startsWith('IBAN') ? 'IBAN' : ''}${IBAN}, from me`);
    }
  });

  it('for every country in the registry once', () => {
    expect(new Set(IBANS.map((iban) => iban.slice(0, 2))).size).toBe(IBANS.length);
    expect(IBANS.length).toBeGreaterThan(85);
  });

  it('in any gaps and any script', () => {
    const iban = fc.constantFrom(...IBANS).chain((one) => written(one.slice(2)).map((rest) => one.slice(0, 2) + rest));
    fc.assert(
      fc.property(
        iban,
        around.filter((text) => !/\p{L}$/u.test(text)),
        (text, before) => {
          expect(clean(`${before}${text} ok`)).toBe(`${before}${IBAN} ok`);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('and not with one digit changed, of another length, or inside a longer word', () => {
    for (const text of ['DE89370400440532013001', 'DE893704004405320130', 'DE893704004405320130000', 'XDE89370400440532013000']) {
      expect(findIn(text, DEFAULT_RULES).filter(({ kind }) => kind === 'iban')).toEqual([]);
    }
  });

  it('and are no card numbers, whatever digits stand in them', () => {
    const rules = { ...DEFAULT_RULES, ibans: 'off' as const };
    for (const iban of IBANS) expect(redacted(iban, rules)).toBe(iban);
  });
});

describe('an owner’s patterns', () => {
  it.each([
    ['KD-#####', 'My number is kd-12345.', 'My number is [Member number removed].'],
    ['KD-#####', 'KD-123456 and AKD-12345', 'KD-123456 and AKD-12345'],
    ['KD ####', 'KD1234, KD 1234, KD - 1234', '[Member number removed], [Member number removed], [Member number removed]'],
    ['@@######@', 'NI QQ123456C', 'NI [Member number removed]'],
    ['Case #+', 'see case 4711 and case 12', 'see [Member number removed] and [Member number removed]'],
    ['##+/@@+', '12/ab, 9/x9', '[Member number removed], 9/x9'],
    ['ref: \\#***', 'REF: #a1b', '[Member number removed]'],
    ['####', '١٢٣٤ 12345', '[Member number removed] 12345'],
  ])('%s in %s', (pattern, text, expected) => {
    expect(redacted(text, own(pattern))).toBe(expected);
  });

  it.each([
    ['', 'empty'],
    ['#'.repeat(41), 'long'],
    ['@@@@@', 'loose'],
    ['###', 'loose'],
    ['@+', 'loose'],
    ['+####', 'run'],
    ['KD+-###', 'run'],
    ['###+5#', 'greedy'],
    ['*+@####', 'greedy'],
    ['#+ ####', 'greedy'],
    ['####\\', 'escape'],
  ])('%s is refused: %s', (pattern, fault) => {
    expect(compilePattern(pattern)).toBe(fault);
  });

  it('leave their own marks alone', () => {
    const rules = own('@@@ ######+', 'abc 123456');
    expect(redacted(redacted('abc 654321', rules), rules)).toBe('[abc 123456 removed]');
  });
});

describe('the rules', () => {
  it('take nothing out where the owner says so', () => {
    const off: RedactionRules = { cards: 'off', ibans: 'off', own: [], spared: [] };
    expect(redacted('4242424242424242 DE89370400440532013000', off)).toBe('4242424242424242 DE89370400440532013000');
  });

  it('let the visitor send what the owner lets them, and that alone', () => {
    const rules: RedactionRules = { ...DEFAULT_RULES, cards: 'ask' };
    const text = '4242424242424242 DE89370400440532013000';
    expect(redacted(text, rules, true)).toBe(`4242424242424242 ${IBAN}`);
    expect(redacted(text, rules)).toBe(`${CARD} ${IBAN}`);
  });

  it('spare the owner’s own numbers, however they are written', () => {
    const rules: RedactionRules = { ...DEFAULT_RULES, spared: ['DE89 3704 0044 0532 0130 00'] };
    expect(redacted('Pay to de89370400440532013000', rules)).toBe('Pay to de89370400440532013000');
    expect(redacted('Pay to GB29NWBK60161331926819', rules)).toBe(`Pay to ${IBAN}`);
  });

  it('take out twice what they take out once: nothing more', () => {
    const piece = fc.oneof(
      cardNumber,
      fc.constantFrom(...IBANS),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(CARD, IBAN, '[Member number removed]', 'KD-12345', ' ', '-', 'DE', '4'),
    );
    const rules = own('KD-#####');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = redacted(pieces.join(''), rules);
        expect(redacted(once, rules)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('know every digit of Unicode by its worth', () => {
    let row = 0;
    for (let code = 0; code < 0x110000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      row = /\p{Nd}/u.test(String.fromCodePoint(code)) ? row + 1 : 0;
      if (row > 0) expect(digitValue(code)).toBe((row - 1) % 10);
    }
  });
});

describe('no text makes them slow', () => {
  const awkward: OwnPattern[] = [
    '*+ *+ *+ *+ *+ *+ *+ *+ *+ #',
    '@ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ @ #',
    '* * * * * * * * * * * * * * * * * * * #',
  ]
    .flatMap((pattern) => Array.from({ length: 7 }, () => pattern))
    .slice(0, 20)
    .map((pattern, index) => ({ name: `Own ${index}`, pattern, mode: 'remove' }));
  const fill = (piece: string): string => piece.repeat(Math.ceil(4000 / [...piece].length)).slice(0, 4000);
  const TEXTS = [
    '4',
    '4 ',
    '4 - ',
    '1',
    'a',
    'DE89 ',
    'de1',
    'iban',
    '4111 ',
    '4111111111111111 ',
    '4111111111111112',
    ' ',
    '-',
    '.',
    '𝟒',
    '𝟒\u200b',
    '٤ ',
    'DE89370400440532013000 ',
    'a1',
    'a 1 ',
    '[card number removed]',
    'MT84MALT',
    '0000000000000000000 ',
  ].map(fill);

  /** The best of several: the machine has other work. */
  function milliseconds(text: string, rules: RedactionRules): number {
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 15; run++) {
      const began = performance.now();
      findIn(text, rules);
      best = Math.min(best, performance.now() - began);
    }
    return best;
  }

  it('four thousand characters under five milliseconds', () => {
    for (const text of TEXTS) expect(milliseconds(text, DEFAULT_RULES), text.slice(0, 12)).toBeLessThan(5);
  });

  it('with twenty of the most awkward patterns under twenty-five', () => {
    for (const text of TEXTS) expect(milliseconds(text, { ...DEFAULT_RULES, own: awkward }), text.slice(0, 12)).toBeLessThan(25);
  });
});

it('the numbers that the tests make are right themselves', () => {
  expect(withCheckDigit('7992739871')).toBe('79927398713');
  expect(withCheckDigit('411111111111111')).toBe('4111111111111111');
});
