import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTATIONS } from '../../scripts/mutations.mjs';
import { coverage, coverageTable } from '../../scripts/privacy-coverage.mjs';
import { promisesTable } from '../../scripts/promises-table.mjs';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('the list of promises', () => {
  it('is what docs/promises.md says', () => {
    expect(read('docs/promises.md')).toBe(promisesTable(MUTATIONS));
  });

  it.each(MUTATIONS.map((one) => [one.promise, one] as const))(
    'has a place to break, once: %s',
    (_, { file, also, ...first }) => {
      for (const { find, replace } of [first, ...(also ? [also] : [])]) {
        expect(read(file).split(find)).toHaveLength(2);
        expect(replace).not.toBe(find);
      }
    },
  );
});

describe('the coverage of the rules of privacy', () => {
  it('is what docs/privacy/coverage.md says', () => {
    expect(read('docs/privacy/coverage.md')).toBe(coverageTable(coverage()));
  });

  it('says of a rule that is held how far it reaches, and calls it held', () => {
    const covered = coverage();
    expect(covered.find(({ id }) => id === 'PR-50')).toMatchObject({ state: 'held', why: expect.stringContaining('no file') });
    expect(coverageTable(covered)).toMatch(/^\| PR-50 \| [^|]+ \| held \| [^|]*no file[^|]* \| /m);
  });

  it('knows every rule once, and holds each of PR-01 to PR-44, or says why it is not ours', () => {
    const all = coverage();
    const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
    const measured = [...span(1, 66), ...span(71, 74), 81, 82].map((number) => `PR-${String(number).padStart(2, '0')}`);
    expect(all.map(({ id }) => id)).toEqual(measured);
    const missing = all.slice(0, 44).filter(({ state, why }) => state !== 'held' && !(state === 'not ours' && why));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });
});
