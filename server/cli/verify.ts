import { AUDIT_CHAIN } from '../../shared/audit-entry.ts';
import { auditWords } from '../../shared/i18n/audit.en.ts';
import { erasureWords } from '../../shared/i18n/erasure.en.ts';
import { keyWords } from '../../shared/i18n/keys.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import type { TreeHead } from '../../shared/tree-head.ts';
import { type AuditReport, verifyAudit } from '../audit/verify.ts';
import type { Config } from '../config.ts';
import { keySource } from '../context.ts';
import { type LedgerReport, verifyLedger } from '../ledger/verify.ts';
import { readHeads } from '../ledger/witness.ts';
import { CannotOpen } from '../store/cannot-open.ts';
import type { SiteRow } from '../store/rows.ts';
import { findMasterKey } from '../vault/master-key.ts';
import { openBeside, openVault } from './open.ts';

/**
 * Walks every site's ledger, and the audit; 0 when all hold, 1 at the first fault of any. `headsFile` holds signed heads that were kept
 * outside of the database: up to the newest of them nothing can have been cut off unseen.
 */
export async function verifyCommand(config: Config, headsFile: string | null): Promise<number> {
  const kept = headsFile === null ? [] : headsIn(headsFile);
  const store = await openBeside(config);
  try {
    // Under another key every entry would look broken. Without any, all that is not sealed is still walked.
    const vault = findMasterKey(keySource(config)) ? await openVault(config, store) : null;
    if (!vault) console.log(keyWords['verify.closed']);
    let faults = 0;
    for (const site of await store.read.sites()) {
      const own = kept.filter((head) => head.site_id === site.id);
      const report = await verifyLedger(store.read, vault, site.id, own);
      if (report.fault) faults += 1;
      for (const line of words(site, report, own, headsFile)) console.log(line);
    }
    const ofAudit = kept.filter((head) => head.site_id === AUDIT_CHAIN);
    const audit = await verifyAudit(store.read, ofAudit);
    if (audit.fault) faults += 1;
    for (const line of auditLines(audit, ofAudit, headsFile)) console.log(line);
    const sites = new Set([AUDIT_CHAIN, ...(await store.read.sites()).map(({ id }) => id)]);
    for (const gone of new Set(kept.map((head) => head.site_id).filter((id) => !sites.has(id)))) {
      faults += 1;
      console.log(`${gone}: BROKEN: the heads of this site are in ${headsFile}, and the site is gone with its ledger.`);
    }
    return faults === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

function words({ key }: SiteRow, report: LedgerReport, kept: TreeHead[], headsFile: string | null): string[] {
  const { entries, events, erased, unopened, erasures, head, root, heads, fault } = report;
  if (fault) return [`${key}: BROKEN at entry ${fault.seq}: ${fault.kind}. Entries 1 to ${head.seq} hold.`];
  return [
    `${key}: whole. ${entries} entries, ${events} events, ${erased} erased, ${heads} signed heads. Last entry ${head.seq} ${head.hash}, root ${root}`,
    ...(erasures > 0 ? [fill(erasureWords['verify.erased'], { site: key, entries: erased, erasures })] : []),
    ...(unopened > 0 ? [fill(keyWords['verify.unopened'], { site: key, unopened })] : []),
    `${key}: ${tail(head.seq, kept, headsFile)}`,
  ];
}

function auditLines({ fault, head, ...counts }: AuditReport, kept: TreeHead[], headsFile: string | null): string[] {
  if (fault) return [fill(auditWords['verify.broken'], { ...fault, last: head.seq })];
  return [
    fill(auditWords['verify.whole'], { ...counts, last: head.seq, hash: head.hash }),
    ...(counts.unchained > 0 ? [fill(auditWords['verify.unchained'], { count: counts.unchained })] : []),
    `${AUDIT_CHAIN}: ${tail(head.seq, kept, headsFile)}`,
  ];
}

function tail(last: number, kept: TreeHead[], headsFile: string | null): string {
  const newest = kept.reduce<TreeHead | null>((most, one) => (most && most.size > one.size ? most : one), null);
  if (!newest) {
    const why =
      headsFile === null ? 'no head that was kept elsewhere was given (--heads FILE)' : `${headsFile} has no head of this site`;
    return `the tail after entry ${last} is not witnessed, nor is any entry before it: ${why}.`;
  }
  const witnessed = `entries 1 to ${newest.size} are witnessed by a head of ${newest.time} in ${headsFile}`;
  return newest.size === last ? `${witnessed}.` : `${witnessed}; the tail after it is not.`;
}

/** @throws CannotOpen when the file is not there; NoHead when a line of it is no head. */
function headsIn(file: string): TreeHead[] {
  try {
    return readHeads(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new CannotOpen(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
