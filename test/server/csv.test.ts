import { describe, expect, it } from 'vitest';
import { csvRow, visibleLine } from '../../server/csv.ts';

describe('a CSV record', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    [' spaced ', '" spaced "'],
    ['=1+1', `'=1+1`],
    ['+1', `'+1`],
    ['-1', `'-1`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `'\ufffd=1`],
    ['\r=1', `'\ufffd=1`],
    ['a\r\nb', 'a\ufffd\ufffdb'],
    ['a\u202eb\u0000\u2028', 'a\ufffdb\ufffd\ufffd'],
    ['Ünïcödé 👩', 'Ünïcödé 👩'],
  ])('has %j as %j (RFC 4180), and nothing that a spreadsheet would run', (text, cell) => {
    expect(csvRow([text])).toBe(`${cell}\r\n`);
  });

  it('has numbers as they are, and nothing for what is not there', () => {
    expect(csvRow([1, -2, true, null, 'x'])).toBe('1,-2,true,,x\r\n');
  });

  it('is cut where it is long, and never within a character', () => {
    expect(visibleLine('👩'.repeat(9), 3)).toBe('👩👩👩');
  });
});
