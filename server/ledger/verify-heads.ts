import type { KeyObject } from 'node:crypto';
import { NO_LEAVES, type Peaks, rootOf, withLeaf } from '../../shared/merkle.ts';
import { headBytes, type TreeHead } from '../../shared/tree-head.ts';
import { nodeHash } from './ledger.ts';
import { isSigned } from './signing.ts';

export type HeadFault =
  | 'unknown_key' // a head was signed by a key that is not in the store
  | 'forged_head' // its signature does not hold
  | 'rewritten' // what stands in the ledger up to here is not what was signed
  | 'cut_tail'; // a head was signed for more entries than there are

/** Holds signed heads against a ledger that is walked past it, entry by entry. */
export class HeadsCheck {
  readonly count: number;
  readonly #keys: ReadonlyMap<string, KeyObject>;
  /** The shortest first. */
  readonly #ahead: TreeHead[];
  #peaks: Peaks = NO_LEAVES;
  #at = 0;

  constructor(keys: ReadonlyMap<string, KeyObject>, siteId: string, heads: readonly TreeHead[]) {
    this.#keys = keys;
    this.#ahead = heads.filter((head) => head.site_id === siteId).sort((a, b) => a.size - b.size);
    this.count = this.#ahead.length;
  }

  /** The next entry's hash; tells what is wrong with a head that ends here. */
  passed(entryHash: string): HeadFault | null {
    this.#peaks = withLeaf(nodeHash, this.#peaks, entryHash);
    for (; this.#next?.size === this.#peaks.size; this.#at++) {
      const fault = this.#signatureFault(this.#next) ?? (this.#next.root === this.root() ? null : 'rewritten');
      if (fault) return fault;
    }
    return null;
  }

  /** There are no more entries. */
  end(): HeadFault | null {
    return this.#next ? (this.#signatureFault(this.#next) ?? 'cut_tail') : null;
  }

  root(): string {
    return rootOf(nodeHash, this.#peaks);
  }

  get #next(): TreeHead | undefined {
    return this.#ahead[this.#at];
  }

  #signatureFault(head: TreeHead): HeadFault | null {
    const key = this.#keys.get(head.signature.kid);
    if (!key) return 'unknown_key';
    return isSigned(headBytes(head), head.signature, key) ? null : 'forged_head';
  }
}
