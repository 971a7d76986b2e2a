import type { AuditAction, AuditActor } from '../../shared/audit.ts';
import type { AuditLine, AuditPage, AuditSearchRequest } from '../../shared/audit-api.ts';
import { auditWords } from '../../shared/i18n/audit.en.ts';
import type { Context } from '../context.ts';
import { csvRow, visibleLine } from '../csv.ts';
import type { AuditCursor, AuditFilter } from '../store/audit.ts';
import type { ChainedAuditRow } from '../store/rows.ts';
import { recordAct } from './act.ts';

/** The audit as owners and the role `privacy` see it: agents by name, visitors by their ids alone (PR-82). */

const PAGE = 50;
const EXPORTED_AT_ONCE = 500;
const NAME_MAX = 120;

/** One page, the newest first. The look stands in the audit before it is given, so the first page begins with it. */
export async function searchAudit(ctx: Context, actor: AuditActor, { before, ...asked }: AuditSearchRequest): Promise<AuditPage> {
  const { read } = ctx.store;
  const filter = asFilter(asked);
  await recordReading(ctx, actor, 'audit.searched', filter);
  const agents = (await read.audit.agents()).map(({ id, name }) => ({ id, name: visibleLine(name, NAME_MAX) }));
  const rows = await read.audit.search(filter, before ?? null, PAGE + 1);
  const lines = rows.slice(0, PAGE).map(presenter(agents));
  const last = lines.at(-1);
  return { lines, next: last && rows.length > PAGE ? { at: last.at, id: last.id } : null, agents };
}

/** Everything that fits, in pieces of a file: a relay has more lines than fit into its memory. */
export async function* exportAudit(
  ctx: Context,
  actor: AuditActor,
  format: 'csv' | 'json',
  asked: Omit<AuditSearchRequest, 'before'>,
): AsyncGenerator<string> {
  const { read } = ctx.store;
  const filter = asFilter(asked);
  await recordReading(ctx, actor, 'audit.exported', filter, format);
  const present = presenter((await read.audit.agents()).map(({ id, name }) => ({ id, name: visibleLine(name, NAME_MAX) })));
  const made = new Date(ctx.clock()).toISOString();
  yield format === 'csv' ? csvRow(CSV_HEAD) : `{"schema":"parley-audit/1","made":"${made}","lines":[`;
  let isFirst = true;
  for (let before: AuditCursor | null = null; ; ) {
    const rows: ChainedAuditRow[] = await read.audit.search(filter, before, EXPORTED_AT_ONCE);
    for (const line of rows.map(present)) {
      yield format === 'csv' ? csvRow(csvCells(line)) : `${isFirst ? '' : ','}\n${JSON.stringify(exported(line))}`;
      isFirst = false;
    }
    const last = rows.at(-1);
    if (!last || rows.length < EXPORTED_AT_ONCE) break;
    before = { at: last.at, id: last.id };
  }
  if (format === 'json') yield '\n]}\n';
}

function asFilter({ action, agentId, object, from, until }: Omit<AuditSearchRequest, 'before'>): AuditFilter {
  return { action: action ?? null, agentId: agentId ?? null, object: object ?? null, from: from ?? null, until: until ?? null };
}

/** Whom it was asked for stands in the line while they are there: nobody who was erased is named again. */
async function recordReading(ctx: Context, actor: AuditActor, action: AuditAction, filter: AuditFilter, format?: string) {
  const now = ctx.clock();
  await ctx.store.write(async (tx) => {
    const isThere = filter.object !== null && (await tx.audit.holdConversation(filter.object));
    const detail = {
      ...(format && { format }),
      ...(filter.action && { action: filter.action }),
      ...(filter.agentId && { agent: filter.agentId }),
    };
    await recordAct(tx, { actor, action, object: isThere ? (filter.object ?? '') : 'audit', detail }, now);
  });
}

function presenter(agents: AuditPage['agents']): (row: ChainedAuditRow) => AuditLine {
  const names = new Map(agents.map(({ id, name }) => [id, name]));
  // What was written past the relay is shown as harmlessly as what it wrote itself.
  const plain = (text: string): string => visibleLine(text);
  return (row) => ({
    id: row.id,
    at: row.at,
    // Old lines do not say who it was, where it was no agent.
    actor: row.actor ?? (row.agentId === null ? null : 'agent'),
    agent: row.agentId === null ? null : { id: plain(row.agentId), name: names.get(row.agentId) ?? null },
    session: row.session && plain(row.session),
    action: plain(row.action),
    object: plain(row.object),
    detail:
      row.detail &&
      Object.fromEntries(
        Object.entries(row.detail).map(([key, value]) => [plain(key), typeof value === 'string' ? plain(value) : value]),
      ),
    seq: row.seq,
  });
}

const CSV_HEAD = [
  auditWords['csv.time'],
  auditWords['csv.actor'],
  auditWords['csv.agent'],
  auditWords['csv.agentId'],
  auditWords['csv.session'],
  auditWords['csv.action'],
  auditWords['csv.object'],
  auditWords['csv.detail'],
  auditWords['csv.entry'],
];

function csvCells({ at, actor, agent, session, action, object, detail, seq }: AuditLine) {
  const details = Object.entries(detail ?? {}).map(([key, value]) => `${key}=${value}`);
  const time = new Date(at).toISOString();
  return [time, actor, agent?.name ?? null, agent?.id ?? null, session, action, object, details.join(' '), seq];
}

const exported = ({ id, at, ...line }: AuditLine) => ({ id, time: new Date(at).toISOString(), ...line });
