import { readdirSync, readFileSync } from 'node:fs';
import type { ConsentEvent } from '../../shared/consent.ts';
import type { Head, LedgerEntry } from '../../shared/ledger.ts';

/** One frozen ledger: what a store holds of a site, with every seal opened. */
export interface LedgerVector {
  description: string;
  site_id: string;
  /** The first entry at fault and what is wrong with it; null in a valid vector. */
  fault: { seq: number; kind: string } | null;
  head: Head;
  /** Ed25519, SPKI PEM, by `kid`. */
  public_keys: Record<string, string>;
  /** The published notices under their hashes. */
  notices: Record<string, unknown>;
  /** A tombstone's own text stands beside its entry. */
  entries: (LedgerEntry & { hash: string; tombstone?: string })[];
  events: { seq: number; salt: string; event: ConsentEvent; columns?: Record<string, string> }[];
}

const folder = new URL('../vectors/', import.meta.url);

export function ledgerVectors(kind: 'valid' | 'invalid'): [name: string, vector: LedgerVector][] {
  return readdirSync(new URL(`ledger/${kind}/`, folder))
    .sort()
    .map((file) => [
      file.replace(/\.json$/, ''),
      JSON.parse(readFileSync(new URL(`ledger/${kind}/${file}`, folder), 'utf8')) as LedgerVector,
    ]);
}

export interface CanonicalVectors {
  values: { name: string; input: string; canonical: string }[];
  /** IEEE 754 bits in hex, and the number as it is written. */
  numbers: [bits: string, text: string][];
  refused: string[];
}

export function canonicalVectors(): CanonicalVectors {
  return JSON.parse(readFileSync(new URL('rfc8785.json', folder), 'utf8')) as CanonicalVectors;
}
