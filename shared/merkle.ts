import type { Hash } from './ledger.ts';
import { toHex } from './sha256.ts';

/**
 * The Merkle tree of RFC 6962 §2.1 (RFC 9162 §2.1) over the ledger's entries, whose `entryHash` is the leaf hash
 * already. A tree that grows is known by its peaks: the roots of its perfect subtrees, the largest first.
 */
export interface Peaks {
  readonly size: number;
  /** Hex, one for each bit of `size`. */
  readonly roots: readonly string[];
}

export const NO_LEAVES: Peaks = { size: 0, roots: [] };

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** SHA-256(0x01 ‖ left ‖ right). */
function node(hash: Hash, left: string, right: string): string {
  const both = new Uint8Array(65);
  both[0] = 1;
  both.set(bytesOf(left), 1);
  both.set(bytesOf(right), 33);
  return toHex(hash(both));
}

/** The peaks after one more leaf hash. */
export function withLeaf(hash: Hash, { size, roots }: Peaks, leaf: string): Peaks {
  const next = [...roots, leaf];
  // Each trailing 1 of the size is a subtree that the new leaf completes to the next height.
  for (let left = size; left % 2 === 1; left = Math.floor(left / 2)) {
    const right = next.pop() ?? '';
    next.push(node(hash, next.pop() ?? '', right));
  }
  return { size: size + 1, roots: next };
}

/** A growing tree that keeps the way from some of its leaves to the peaks. */
export interface Marked extends Peaks {
  /** By a name of the leaf: in which peak it stands, and the siblings on its way there. */
  readonly marks: ReadonlyMap<number, { at: number; path: string[] }>;
}

export function unmarked({ size, roots }: Peaks): Marked {
  return { size, roots, marks: new Map() };
}

/** The tree after one more leaf, which is marked by its number from 1 where `wanted` names it. */
export function withMarkedLeaf(hash: Hash, tree: Marked, leaf: string, wanted: ReadonlySet<number>): Marked {
  const roots = [...tree.roots, leaf];
  const marks = new Map(tree.marks);
  const number = tree.size + 1;
  if (wanted.has(number)) marks.set(number, { at: roots.length - 1, path: [] });
  for (let left = tree.size; left % 2 === 1; left = Math.floor(left / 2)) {
    const right = roots.pop() ?? '';
    const other = roots.pop() ?? '';
    for (const mark of marks.values()) {
      if (mark.at < roots.length) continue;
      mark.path.push(mark.at === roots.length ? right : other);
      mark.at = roots.length;
    }
    roots.push(node(hash, other, right));
  }
  return { size: number, roots, marks };
}

/** The inclusion path of a marked leaf in the whole tree, from the leaf up (RFC 9162 §2.1.3.1); null for one that is not marked. */
export function inclusionPath(hash: Hash, { roots, marks }: Marked, number: number): string[] | null {
  const mark = marks.get(number);
  if (!mark) return null;
  const path = [...mark.path];
  roots.reduceRight((right, left, at) => {
    if (at === mark.at) path.push(right);
    else if (at < mark.at) path.push(left);
    return node(hash, left, right);
  });
  return path;
}

/** The root that a path leads to from leaf `number` of `size` (RFC 9162 §2.1.3.2); null where no such path exists. */
export function rootByPath(hash: Hash, leaf: string, number: number, size: number, path: readonly string[]): string | null {
  if (number < 1 || number > size) return null;
  let at = number - 1;
  let last = size - 1;
  let root = leaf;
  const half = (value: number): number => Math.floor(value / 2);
  for (const sibling of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      root = node(hash, sibling, root);
      while (at % 2 === 0 && at !== 0) {
        at = half(at);
        last = half(last);
      }
    } else root = node(hash, root, sibling);
    at = half(at);
    last = half(last);
  }
  return last === 0 ? root : null;
}

/** The Merkle tree hash of all leaves, hex; of none, the hash of nothing. */
export function rootOf(hash: Hash, { roots }: Peaks): string {
  if (roots.length === 0) return toHex(hash(new Uint8Array()));
  return roots.reduceRight((right, left) => node(hash, left, right));
}
