import { describe, expect, it } from 'vitest';
import { csvLine } from '../../server/csv.ts';

describe('a line of CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30', "'+49 30"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "' =1"],
    ['\u200b=1', "'\u200b=1"],
    ['＝1', "'＝1"],
    ['|calc', "'|calc"],
    ['a\u202e=1\u0000', '"a =1 "'],
  ])('defuses the formula %j', (text, cell) => expect(csvLine([text])).toBe(`${cell}\r\n`));

  it('keeps numbers, quotes what needs it, and stays one line', () => {
    expect(csvLine([1, -2, null, 'a,b', 'say "so"', 'two\r\nlines', 'plain'])).toBe(
      '1,-2,,"a,b","say ""so""",two lines,plain\r\n',
    );
  });
});
