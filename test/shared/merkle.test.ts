import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hash } from '../../shared/ledger.ts';
import { inclusionPath, NO_LEAVES, rootByPath, rootOf, unmarked, withLeaf, withMarkedLeaf } from '../../shared/merkle.ts';

const hash: Hash = (bytes) => createHash('sha256').update(bytes).digest();
const hex = (...parts: Uint8Array[]): string => Buffer.from(hash(Buffer.concat(parts))).toString('hex');
const grown = (leaves: string[]) => leaves.reduce((peaks, leaf) => withLeaf(hash, peaks, leaf), NO_LEAVES);

/** The definition of RFC 6962 §2.1, word by word. */
function definedRoot(leaves: string[]): string {
  const [first] = leaves;
  if (first === undefined) return hex(new Uint8Array());
  if (leaves.length === 1) return first;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  const halves = [leaves.slice(0, k), leaves.slice(k)].map((half) => Buffer.from(definedRoot(half), 'hex'));
  return hex(Uint8Array.of(1), ...halves);
}

/** The leaves and roots that Certificate Transparency's own implementations test with. */
const KNOWN = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
] as const;

describe('[PR-43] the Merkle tree over the entries', () => {
  it('has the known roots of the known leaves, and the hash of nothing without any', () => {
    expect(rootOf(hash, NO_LEAVES)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    let peaks = NO_LEAVES;
    for (const [leaf, root] of KNOWN) {
      peaks = withLeaf(hash, peaks, hex(Uint8Array.of(0), Buffer.from(leaf, 'hex')));
      expect(rootOf(hash, peaks)).toBe(root);
    }
  });

  it('has at every size the root of the definition, and one peak for each bit of the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 80 }), (size) => {
        const leaves = Array.from({ length: size }, (_, at) => hex(Uint8Array.of(at)));
        const peaks = grown(leaves);
        expect(rootOf(hash, peaks)).toBe(definedRoot(leaves));
        expect(peaks.roots).toHaveLength([...size.toString(2)].filter((bit) => bit === '1').length);
      }),
    );
  });

  it('proves of each leaf that it stands where it does, from any head before it, and of no other leaf or place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (size, seed) => {
        const leaves = Array.from({ length: size }, (_, at) => hex(Uint8Array.of(at)));
        const known = seed % size;
        const later = new Set(Array.from({ length: size - known }, (_, at) => known + at + 1));
        let tree = unmarked(grown(leaves.slice(0, known)));
        for (const leaf of leaves.slice(known)) tree = withMarkedLeaf(hash, tree, leaf, later);
        const root = definedRoot(leaves);
        expect(rootOf(hash, tree)).toBe(root);
        for (const number of later) {
          const path = inclusionPath(hash, tree, number) ?? [];
          const leaf = leaves[number - 1] ?? '';
          expect(rootByPath(hash, leaf, number, size, path)).toBe(root);
          expect(rootByPath(hash, hex(Uint8Array.of(200)), number, size, path)).not.toBe(root);
          for (const other of [number - 1, number + 1]) {
            if (size > 1) expect(rootByPath(hash, leaf, other, size, path)).not.toBe(root);
          }
          expect(rootByPath(hash, leaf, number, size, [...path, leaf])).toBeNull();
          if (path.length > 0) expect(rootByPath(hash, leaf, number, size, path.slice(1))).not.toBe(root);
        }
        expect(inclusionPath(hash, tree, known)).toBeNull();
      }),
    );
  });

  it('has another root when any two leaves change places, or one is changed, missing or there twice', () => {
    const leaves = Array.from({ length: 21 }, (_, at) => hex(Uint8Array.of(at)));
    const others = leaves.flatMap((leaf, at) => [
      leaves.with(at, hex(Uint8Array.of(99))),
      leaves.toSpliced(at, 1),
      leaves.toSpliced(at, 0, leaf),
      ...leaves.slice(at + 1).map((other, step) => leaves.with(at, other).with(at + 1 + step, leaf)),
    ]);
    const roots = new Set([leaves, ...others].map((each) => rootOf(hash, grown(each))));
    // A leaf that stands there twice is the same list before and after itself.
    expect(roots.size).toBe(1 + others.length);
  });
});
