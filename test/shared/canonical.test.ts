import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../../shared/canonical.ts';
import { canonicalVectors } from '../support/vectors.ts';

describe('canonical JSON in the browser', () => {
  const vectors = canonicalVectors();

  it.each(vectors.values)('is as RFC 8785 says: $name', ({ input, canonical }) => {
    expect(canonicalJson(JSON.parse(input) as Json)).toBe(canonical);
  });

  it.each(vectors.numbers)('writes the number %s as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it('is to the letter what the library of the ledger writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        // Lone surrogates are no text; the library throws and so does every door of the relay.
        fc.pre(text.isWellFormed() && !/\\ud[89a-f]/i.test(text));
        expect(canonicalJson(value as Json)).toBe(canonicalize(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves out what is not there', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });
});
