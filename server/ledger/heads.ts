import { setImmediate } from 'node:timers/promises';
import { checkLink, GENESIS, type Head } from '../../shared/ledger.ts';
import { DAY } from '../../shared/limits.ts';
import { NO_LEAVES, type Peaks, rootOf, withLeaf } from '../../shared/merkle.ts';
import { headBytes, type TreeHead } from '../../shared/tree-head.ts';
import type { Context } from '../context.ts';
import type { TreeHeadRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import type { Chain } from './chains.ts';
import { nodeHash, plainEntry } from './ledger.ts';

/** A head is made at least this often (PR-43). */
export const HEAD_EVERY = DAY;

const PAGE = 500;

/** A relay does not put its name to a ledger that does not hold. */
export class BrokenLedger extends Error {
  override readonly name = 'BrokenLedger';
}

/**
 * Signs how long a chain is and what stands in it; null while there is nothing in it, or the newest head is young.
 * @throws BrokenLedger when what was added since the newest head does not follow it.
 */
export async function signHead(ctx: Pick<Context, 'store' | 'signing' | 'clock'>, chain: Chain): Promise<TreeHead | null> {
  const { read } = ctx.store;
  const newest = await chain.newestHead(read);
  const now = ctx.clock();
  if (newest && now - newest.at < HEAD_EVERY) return null;
  const peaks = await grown(read, chain, newest);
  if (peaks.size === 0) return null;
  const statement = {
    schema: 'parley-tree-head/1' as const,
    site_id: chain.id,
    size: peaks.size,
    root: rootOf(nodeHash, peaks),
    time: new Date(now).toISOString(),
  };
  const { kid, value, alg } = ctx.signing.sign(headBytes(statement));
  const row = {
    siteId: chain.id,
    size: peaks.size,
    at: now,
    root: statement.root,
    peaks: [...peaks.roots],
    kid,
    signature: value,
  };
  const made = await ctx.store.write(async (tx) => {
    // Another relay on the same database may have been quicker.
    const there = await chain.newestHead(tx);
    if (there && now - there.at < HEAD_EVERY) return false;
    await chain.insertHead(tx, row);
    return true;
  });
  return made ? { ...statement, signature: { alg, kid, value } } : null;
}

/** The tree of the newest head with what was appended since. */
async function grown(reads: Reads, chain: Chain, newest: TreeHeadRow | null): Promise<Peaks> {
  let peaks: Peaks = newest ? { size: newest.size, roots: newest.peaks } : NO_LEAVES;
  if (newest && rootOf(nodeHash, peaks) !== newest.root)
    throw new BrokenLedger('the peaks of the newest head are not those of its root');
  let last: Head = GENESIS;
  if (peaks.size > 0) {
    const entry = await chain.entry(reads, peaks.size);
    if (!entry) throw new BrokenLedger(`entry ${peaks.size}, which a head covers, is gone`);
    last = { seq: entry.seq, hash: entry.hash };
  }
  for (;;) {
    const page = await chain.entries(reads, last.seq, PAGE);
    if (page.length === 0) return peaks;
    for (const row of page) {
      const fault = checkLink(nodeHash, last, plainEntry(row), row.hash);
      if (fault) throw new BrokenLedger(`entry ${row.seq}: ${fault}`);
      peaks = withLeaf(nodeHash, peaks, row.hash);
      last = { seq: row.seq, hash: row.hash };
    }
    // On SQLite nothing else gives the event loop a turn.
    await setImmediate();
  }
}

/** A stored head as it was signed. */
export function asTreeHead({ siteId, size, root, at, kid, signature }: TreeHeadRow): TreeHead {
  return {
    schema: 'parley-tree-head/1',
    site_id: siteId,
    size,
    root,
    time: new Date(at).toISOString(),
    signature: { alg: 'Ed25519', kid, value: signature },
  };
}

/** Every head of a chain that was made after a moment, oldest first. */
export async function headsAfter(reads: Reads, chain: Chain, at: number): Promise<TreeHead[]> {
  const heads: TreeHeadRow[] = [];
  for (let after = at; ; ) {
    const page = await chain.heads(reads, after, PAGE);
    heads.push(...page);
    if (page.length < PAGE) return heads.map(asTreeHead);
    after = page.at(-1)?.at ?? after;
  }
}
