import type { DataClass, DataKeyRow } from '../store/rows.ts';

/** Where a sealed value lives; bound into it, so that it opens in no other place. */
export interface Place {
  table: string;
  column: string;
  row: string;
}

/** One visitor's keys: a key per data class (PR-55). */
export interface VisitorKeys {
  seal(dataClass: DataClass, place: Place, plain: string | Uint8Array): Uint8Array;
  /** Throws `SealBroken` when value or key was altered or moved, or the key is shredded; `seal` does for the key. */
  open(dataClass: DataClass, place: Place, sealed: Uint8Array): Uint8Array;
  openText(dataClass: DataClass, place: Place, sealed: Uint8Array): string;
}

export interface Vault {
  readonly masterKeyId: string;
  /** Fresh keys for a new visitor, one per class: store the rows before anything that is sealed under them. */
  mint(visitorId: string, now: number): { rows: DataKeyRow[]; keys: VisitorKeys };
  /**
   * The keys of stored rows, each unwrapped when it is first used, and kept for a bounded number of visitors. A row that
   * names another visitor or master key throws `SealBroken` here, one that was altered where it is used.
   */
  keysOf(visitorId: string, rows: DataKeyRow[]): VisitorKeys;
  /** The unwrapped keys if they are in memory: saves the read of the rows. */
  cached(visitorId: string): VisitorKeys | null;
  /** Drops a visitor's unwrapped keys from memory. */
  forget(visitorId: string): void;
  /** The same for all: they are unwrapped again when they are asked for, where they still are. */
  forgetAll(): void;
  /** For the relay's own secrets (signing keys): sealed under the master key itself. */
  sealOwn(place: Place, plain: Uint8Array): Uint8Array;
  openOwn(place: Place, sealed: Uint8Array): Uint8Array;
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}
