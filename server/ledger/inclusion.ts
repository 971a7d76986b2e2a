import { setImmediate } from 'node:timers/promises';
import { inclusionPath, NO_LEAVES, rootOf, unmarked, withMarkedLeaf } from '../../shared/merkle.ts';
import type { Receipt } from '../../shared/receipt.ts';
import type { Reads } from '../store/store.ts';
import { asTreeHead } from './heads.ts';
import { nodeHash } from './ledger.ts';

export type Inclusion = NonNullable<Receipt['records'][number]['inclusion']>;

const PAGE = 500;
/** So many entries are read for one request; what lies beyond goes without its proof, which the operator's has. */
const ENTRIES_MAX = 20_000;

/**
 * Where each of these entries stands under the first signed head that covers it. A head brings the peaks of its tree, so
 * only what was appended between it and the one before is read.
 */
export async function inclusionsOf(
  reads: Reads,
  siteId: string,
  seqs: readonly number[],
  entriesMax = ENTRIES_MAX,
): Promise<Map<number, Inclusion>> {
  const found = new Map<number, Inclusion>();
  let left = entriesMax;
  // The newest first: if something goes without, it is what was longest ago.
  for (const seq of [...new Set(seqs)].sort((a, b) => b - a)) {
    if (found.has(seq)) continue;
    const head = await reads.treeHeadCovering(siteId, seq);
    if (!head) continue;
    const before = await reads.treeHeadBefore(siteId, seq);
    const from = before ? { size: before.size, roots: before.peaks } : NO_LEAVES;
    left -= head.size - from.size;
    if (left < 0) break;
    const wanted = new Set(seqs.filter((one) => one > from.size && one <= head.size));
    let tree = unmarked(from);
    while (tree.size < head.size) {
      const page = await reads.ledgerEntries(siteId, tree.size, Math.min(PAGE, head.size - tree.size));
      if (page.length === 0) break;
      for (const row of page) tree = withMarkedLeaf(nodeHash, tree, row.hash, wanted);
      // On SQLite nothing else gives the event loop a turn.
      await setImmediate();
    }
    // What is no longer what was signed proves nothing; `parley verify` says what happened to it.
    if (tree.size !== head.size || rootOf(nodeHash, tree) !== head.root) continue;
    for (const one of wanted) {
      const path = inclusionPath(nodeHash, tree, one);
      if (path) found.set(one, { head: asTreeHead(head), path });
    }
  }
  return found;
}
