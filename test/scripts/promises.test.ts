import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTATIONS } from '../../scripts/mutations.mjs';
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
