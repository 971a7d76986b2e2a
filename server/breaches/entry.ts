import type { BreachEntry } from '../../shared/papers.ts';
import { lawOf } from '../papers/law.ts';
import type { BreachRow } from '../store/rows.ts';
import { authorityBy, OWNER_WITHIN } from './deadlines.ts';
import { reportOf } from './record.ts';

/** One breach as the desk lists it, field by field. */
export function breachEntry(row: BreachRow, notes: string | null): BreachEntry {
  const report = reportOf(row);
  const jurisdictions = [...new Set(report.sites.flatMap((site) => site.jurisdictions))];
  const known = jurisdictions.flatMap((one) => authorityBy(lawOf(one), row.detectedAt) ?? []);
  return {
    id: row.id,
    recordedAt: row.recordedAt,
    detectedAt: row.detectedAt,
    since: row.since,
    until: row.until,
    site: row.siteId === null ? null : (report.sites[0]?.key ?? null),
    persons: report.persons,
    conversations: report.conversations,
    state: row.state,
    decidedAt: row.decidedAt,
    notes: notes ?? '',
    ownerBy: row.detectedAt + OWNER_WITHIN,
    authorityBy: known.length > 0 ? Math.min(...known) : null,
  };
}
