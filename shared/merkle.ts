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

/** The Merkle tree hash of all leaves, hex; of none, the hash of nothing. */
export function rootOf(hash: Hash, { roots }: Peaks): string {
  if (roots.length === 0) return toHex(hash(new Uint8Array()));
  return roots.reduceRight((right, left) => node(hash, left, right));
}
