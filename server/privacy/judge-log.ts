import type { KeyObject } from 'node:crypto';
import { certificateBytes } from '../../shared/erasure.ts';
import type { TreeHead } from '../../shared/tree-head.ts';
import { isSigned, keyId, publicKeyIn, publicKeys } from '../ledger/signing.ts';
import type { Reads } from '../store/store.ts';
import { headName, type LogLine, lineBytes, type ReadLine } from './log-line.ts';

/** What speaks against a log. */
export type LogFault =
  | { kind: 'forged'; line: number } // not signed by a key of the relay, or altered since
  | { kind: 'gap'; erasure: string } // an erasure that is said to have been, and has no line
  | { kind: 'short'; site: string; time: string }; // a head that was made is not in it: its end was cut off, or it is another's

export type LoggedErasure = LogLine & { kind: 'erasure' };

export interface Judged {
  erasures: LoggedErasure[];
  /** Keys that the log vouches for, oldest first. */
  keys: (LogLine & { kind: 'key' })[];
  faults: LogFault[];
  /** When its newest line was made; null for none. */
  newest: string | null;
}

/**
 * Holds a log against the keys and heads of a restored database, heads that were kept elsewhere (`kept`), and the last
 * erasures that other backups know (`mentioned`). A torn line is none: what it was to say stands further down, or is a gap.
 */
export async function judgeLog(
  lines: readonly ReadLine[],
  reads: Reads,
  kept: readonly TreeHead[],
  mentioned: readonly string[],
): Promise<Judged> {
  const keys = await publicKeys(reads);
  const judged: Judged = { erasures: [], keys: [], faults: [], newest: null };
  const heads: (LogLine & { kind: 'head' })[] = [];
  const times: string[] = [];
  for (const { number, line, isTorn } of lines) {
    if (isTorn) continue;
    if (!line || !holds(line, keys)) judged.faults.push({ kind: 'forged', line: number });
    else if (line.kind === 'key') {
      if (!keys.has(line.kid)) judged.keys.push(line);
      keys.set(line.kid, publicKeyIn(line.public_key));
    } else if (line.kind === 'head') {
      heads.push(line);
      times.push(line.time);
    } else {
      judged.erasures.push(line);
      times.push(line.certificate.time);
    }
  }
  judged.newest = times.toSorted().at(-1) ?? null;
  judged.faults.push(...(await gaps(judged.erasures, heads, reads, mentioned)), ...(await cuts(heads, reads, kept)));
  return judged;
}

/** Signed by a key that is known by then; a certificate by the one that it names. */
function holds(line: LogLine, keys: ReadonlyMap<string, KeyObject>): boolean {
  const key = keys.get(line.signature.kid);
  if (!key || !isSigned(lineBytes(line), line.signature, key)) return false;
  if (line.kind === 'key') return isKey(line);
  if (line.kind === 'head') return true;
  const { signature, ...unsigned } = line.certificate;
  const signer = keys.get(signature.kid);
  const same = JSON.stringify(line.covered.map(([seq]) => seq)) === JSON.stringify(line.certificate.ledger.covers);
  return same && signer !== undefined && isSigned(certificateBytes(unsigned), signature, signer);
}

function isKey({ kid, public_key }: LogLine & { kind: 'key' }): boolean {
  try {
    return keyId(publicKeyIn(public_key)) === kid;
  } catch {
    return false;
  }
}

async function gaps(
  erasures: readonly LoggedErasure[],
  heads: readonly (LogLine & { kind: 'head' })[],
  reads: Reads,
  mentioned: readonly string[],
): Promise<LogFault[]> {
  const known = new Set(erasures.map(({ certificate }) => certificate.erasure_id));
  for (const { id: siteId } of await reads.sites()) for (const id of await erasedIn(reads, siteId)) known.add(id);
  const named = [...erasures.map(({ before }) => before), ...heads.map(({ newest }) => newest), ...mentioned];
  const missing = new Set(named.filter((id) => id !== null && !known.has(id)));
  return [...missing].map((id) => ({ kind: 'gap', erasure: String(id) }));
}

async function erasedIn(reads: Reads, siteId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after = 0; ; ) {
    const page = await reads.erasures(siteId, after, 500);
    ids.push(...page.map(({ id }) => id));
    const last = page.at(-1);
    if (!last) return ids;
    after = last.seq;
  }
}

/** The newest head of each site, of the database and of those kept elsewhere, has to be in the log. */
async function cuts(
  heads: readonly (LogLine & { kind: 'head' })[],
  reads: Reads,
  kept: readonly TreeHead[],
): Promise<LogFault[]> {
  const noted = new Set(heads.map((head) => headName(head.site_id, head)));
  const faults: LogFault[] = [];
  for (const { id: site } of await reads.sites()) {
    const own = await reads.newestTreeHead(site);
    const elsewhere = kept.filter(({ site_id }) => site_id === site).toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
    const newest = elsewhere.at(-1);
    if (newest && !noted.has(headName(site, newest))) faults.push({ kind: 'short', site, time: newest.time });
    else if (own && !noted.has(headName(site, own))) faults.push({ kind: 'short', site, time: new Date(own.at).toISOString() });
  }
  return faults;
}
