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

  it('knows every rule from PR-01 to PR-44 once, and loses none that was held', () => {
    const all = coverage();
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 44 }, (_, at) => `PR-${String(at + 1).padStart(2, '0')}`));
    const isHeld = (id: string): boolean => all.find((one) => one.id === id)?.state === 'held';
    expect(['PR-16', 'PR-22', 'PR-26', 'PR-30', 'PR-34', 'PR-38', 'PR-43'].filter((id) => !isHeld(id))).toEqual([]);
  });
});
