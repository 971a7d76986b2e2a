import { type AuditPurge, commitPurge, purgeBytes, runsOf } from '../../shared/audit-entry.ts';
import { canonicalBytes } from '../../shared/ledger.ts';
import type { Context } from '../context.ts';
import { nodeHash } from '../ledger/ledger.ts';

/** Lines that one transaction deletes: nobody else waits long. */
const AT_ONCE = 500;

/**
 * Deletes the audit's lines from before a moment, in as many transactions as it takes, and gives their number (PR-60). Their
 * entries stay, with one more for each transaction that names them and is signed, so that a deletion by anybody else shows
 * (PR-82).
 */
export async function purgeAudit(ctx: Pick<Context, 'store' | 'signing' | 'clock'>, before: number): Promise<number> {
  for (let deleted = 0; ; ) {
    const gone = await purgeSome(ctx, before);
    deleted += gone;
    if (gone < AT_ONCE) return deleted;
  }
}

async function purgeSome({ store, signing, clock }: Pick<Context, 'store' | 'signing' | 'clock'>, before: number) {
  const now = clock();
  return store.write(async (tx) => {
    const old = await tx.audit.before(before, AT_ONCE);
    if (old.length === 0) return 0;
    await tx.audit.delete(old.map(({ id }) => id));
    const seqs = old.flatMap(({ seq }) => (seq === null ? [] : [seq])).sort((a, b) => a - b);
    // Lines from before the chain began have no entry to answer for.
    if (seqs.length === 0) return old.length;
    const unsigned = {
      schema: 'parley-audit-purge/1' as const,
      reason: 'retention' as const,
      before: new Date(before).toISOString(),
      covers: runsOf(seqs),
    };
    const purge: AuditPurge = { ...unsigned, signature: signing.sign(purgeBytes(unsigned)) };
    const body = Buffer.from(canonicalBytes(purge)).toString('utf8');
    tx.auditChain.append({ kind: 'tombstone', commitment: commitPurge(nodeHash, purge), at: now, body, line: null });
    return old.length;
  });
}

/** Null when there is none, or its text was damaged: verify then names it. */
export function readPurge(body: string | null): AuditPurge | null {
  if (body === null) return null;
  try {
    const { schema, reason, before, covers, signature } = JSON.parse(body) as AuditPurge;
    const isOne = schema === 'parley-audit-purge/1' && Array.isArray(covers) && typeof signature?.kid === 'string';
    return isOne ? { schema, reason, before, covers, signature } : null;
  } catch {
    return null;
  }
}
