import type { KeyObject } from 'node:crypto';
import { certificateBytes } from '../../shared/erasure.ts';
import type { Tombstone } from '../../shared/ledger.ts';
import type { ErasureRow, LedgerEntryRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { certificateOf } from './certificate.ts';
import { isSigned } from './signing.ts';

export type ErasureFault =
  | 'unsigned_erasure' // an entry says that events were erased, and there is no certificate of it
  | 'forged_erasure'; // there is one, and its signature does not hold for what entry and row say

const PAGE = 500;

/**
 * Holds the entries that excuse missing events against signed certificates, in the order of the ledger: whoever has the
 * database in hand can chain an entry, but not sign for it.
 */
export class ErasuresCheck {
  readonly #reads: Reads;
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #siteId: string;
  #page: ErasureRow[] = [];

  constructor(reads: Reads, keys: ReadonlyMap<string, KeyObject>, siteId: string) {
    this.#reads = reads;
    this.#keys = keys;
    this.#siteId = siteId;
  }

  /** What is wrong with an entry that covers others; null when it was signed for. */
  async fault({ seq, hash }: LedgerEntryRow, { covers }: Tombstone): Promise<ErasureFault | null> {
    const row = await this.#rowAt(seq);
    if (!row) return 'unsigned_erasure';
    const { signature, ...unsigned } = certificateOf(row, hash, covers);
    const key = this.#keys.get(row.kid);
    // An entry can only cover what was there before it.
    const isOfBefore = covers.every((covered) => covered < seq);
    return isOfBefore && key && isSigned(certificateBytes(unsigned), signature, key) ? null : 'forged_erasure';
  }

  async #rowAt(seq: number): Promise<ErasureRow | null> {
    while (this.#page.length > 0 && (this.#page[0]?.seq ?? 0) < seq) this.#page.shift();
    if (this.#page.length === 0) this.#page = await this.#reads.erasures(this.#siteId, seq - 1, PAGE);
    return this.#page[0]?.seq === seq ? this.#page[0] : null;
  }
}
