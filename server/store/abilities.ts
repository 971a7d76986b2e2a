/**
 * What went wrong, in the store's own words.
 * `unique`: a unique index refused the row. `retry`: the members of a batch got in each other's way, or in another
 * node's; run them again. `unavailable`: the database cannot answer now. `broken`: it may have lost what it was given
 * to keep, and nothing may be acknowledged until the relay starts anew.
 */
export type Fault = 'unique' | 'retry' | 'unavailable' | 'broken';

export type Change = 'update' | 'delete' | 'truncate';

/** What an opener says its database can do. Nothing else in the store asks which database it is. */
export interface Abilities {
  /** Column types for text that compares byte by byte, for 64-bit integers, and for bytes. */
  textType: string;
  integerType: string;
  binaryType: string;
  /** Stands after the closing bracket of CREATE TABLE. */
  tableSuffix: string;
  /** True when several writers work at once and a row must be locked (`FOR UPDATE`) before it is judged. */
  lockRow: boolean;
  /** Opens a transaction for one member, for several who share it, and for reading everything as it is at one moment. */
  begin: { one: string; many: string; snapshot: string };
  /** Run first in the transaction that migrates: two relays that start at once do it one after the other. */
  lockSchema: string | null;
  /** Statements that make a table refuse these changes. */
  refuseChanges(table: string, changes: Change[]): string[];
  /**
   * What the schema has: a row for each column (`table`, `column`, `bytes`: 1 for one of bytes, in the order of the table),
   * and one for each reference (`table`, `to`).
   */
  catalog: { columns: string; references: string };
  /** Null for an error that is none of the store's faults: a defect of ours. */
  faultOf(error: unknown): Fault | null;
}
