import { canonicalBytes, type Hash } from './ledger.ts';
import { toHex } from './sha256.ts';

/**
 * What an entry of the audit's chain commits to (PR-82): pure, and final in its first version, as the consent ledger's
 * rules are. The chain itself is made of the same entries and links (ledger.ts).
 */

/** The audit's chain among the sites', in entries and signed heads. Sites have ids of another form. */
export const AUDIT_CHAIN = 'audit';

/** Codes and numbers beside an act; never a text, a name or an address. */
export type AuditDetail = Readonly<Record<string, string | number>>;

/** One act as it is committed to. The object stands in it under a salt of its own, so that it can go and the act stays. */
export interface AuditStatement {
  v: 1;
  /** The line's id. */
  id: string;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  actor: 'agent' | 'visitor' | 'operator' | 'relay';
  agent_id: string | null;
  session: string | null;
  action: string;
  /** `commitObject` of what it was done to. */
  object: string;
  detail: AuditDetail | null;
}

/** Which acts were deleted when their time was over. Signed, because whoever has the database in hand can chain an entry. */
export interface AuditPurge {
  schema: 'parley-audit-purge/1';
  reason: 'retention';
  /** Acts older than this, RFC 3339, UTC. */
  before: string;
  /** First and last seq of each run, both included, ascending. */
  covers: readonly (readonly [number, number])[];
  signature: { alg: 'Ed25519'; kid: string; value: string };
}

const utf8 = new TextEncoder();

function tagged(hash: Hash, tag: string, ...parts: Uint8Array[]): string {
  const all = [utf8.encode(tag), Uint8Array.of(0), ...parts];
  const bytes = new Uint8Array(all.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return toHex(hash(bytes));
}

function requireSalt(salt: Uint8Array): Uint8Array {
  if (salt.length !== 32) throw new RangeError('a salt has 32 bytes');
  return salt;
}

/** SHA-256(tag ‖ 0x00 ‖ salt ‖ canonical statement). */
export function commitAct(hash: Hash, salt: Uint8Array, statement: AuditStatement): string {
  return tagged(hash, 'parley-audit/1', requireSalt(salt), canonicalBytes(statement));
}

/** The same for what the act was done to: without the salt nothing tells what it was. */
export function commitObject(hash: Hash, salt: Uint8Array, object: string): string {
  return tagged(hash, 'parley-audit-object/1', requireSalt(salt), utf8.encode(object));
}

/** What the signature of a purge is over. */
export function purgeBytes({ schema, reason, before, covers }: Omit<AuditPurge, 'signature'>): Uint8Array {
  return canonicalBytes({ schema, reason, before, covers });
}

export function commitPurge(hash: Hash, purge: AuditPurge): string {
  return tagged(hash, 'parley-audit-purge/1', canonicalBytes(purge));
}

/** Ascending numbers as runs without a gap. */
export function runsOf(seqs: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const seq of seqs) {
    const last = runs.at(-1);
    if (last && last[1] === seq - 1) last[1] = seq;
    else runs.push([seq, seq]);
  }
  return runs;
}
