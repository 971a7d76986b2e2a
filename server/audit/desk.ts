import type { AuditAction, AuditActor } from '../../shared/audit.ts';
import type { AuditFilterInput, AuditLine, AuditPage, AuditRequest } from '../../shared/audit-api.ts';
import { DAY } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { csvLine, oneLine } from '../csv.ts';
import type { AuditCursor, AuditFilter } from '../store/audit.ts';
import type { ChainedAuditRow } from '../store/rows.ts';
import { recordAct } from './act.ts';

/** The audit as owners and the role `privacy` see it: agents by name, visitors by their ids alone (PR-82). */

const PAGE = 50;
const EXPORTED_AT_ONCE = 500;
const TEXT_MAX = 200;

type Format = 'csv' | 'json';

/** One page, the newest first. The look stands in the audit before it is given, so the first page begins with it. */
export async function searchAudit(ctx: Context, actor: AuditActor, { filter: asked, before }: AuditRequest): Promise<AuditPage> {
  const { read } = ctx.store;
  const filter = asFilter(asked);
  await recordReading(ctx, actor, 'audit.searched', filter);
  const agents = await agentNames(ctx);
  const rows = await read.audit.search(filter, before, PAGE + 1);
  const page = rows.slice(0, PAGE);
  const last = page.at(-1);
  const next = last && rows.length > PAGE ? { at: last.at, id: last.id } : null;
  return { lines: page.map(presenter(agents)).sort(newestFirst), next, agents };
}

/** Everything that fits, in pieces of a file: a relay has more lines than fit into its memory. Written down before. */
export async function exportAudit(
  ctx: Context,
  actor: AuditActor,
  format: Format,
  asked: AuditFilterInput,
): Promise<AsyncGenerator<string>> {
  const filter = asFilter(asked);
  await recordReading(ctx, actor, 'audit.exported', filter, format);
  const made = new Date(ctx.clock()).toISOString();
  return format === 'csv' ? asCsv(linesOf(ctx, filter)) : asJson(linesOf(ctx, filter), made);
}

async function* asCsv(pages: AsyncGenerator<AuditLine[]>): AsyncGenerator<string> {
  // The mark tells table programs that this is UTF-8.
  yield `\uFEFF${csvLine(COLUMNS)}`;
  for await (const lines of pages) yield lines.map((line) => csvLine(cellsOf(line))).join('');
}

async function* asJson(pages: AsyncGenerator<AuditLine[]>, made: string): AsyncGenerator<string> {
  let begun = false;
  yield `{"schema":"parley-audit/1","made":"${made}","lines":[`;
  for await (const lines of pages) {
    if (lines.length > 0) yield `${begun ? ',' : ''}\n${lines.map((line) => JSON.stringify(recordOf(line))).join(',\n')}`;
    begun = true;
  }
  yield '\n]}\n';
}

async function* linesOf(ctx: Context, filter: AuditFilter): AsyncGenerator<AuditLine[]> {
  const present = presenter(await agentNames(ctx));
  for (let before: AuditCursor | null = null; ; ) {
    const rows: ChainedAuditRow[] = await ctx.store.read.audit.search(filter, before, EXPORTED_AT_ONCE);
    yield rows.map(present).sort(newestFirst);
    const last = rows.at(-1);
    if (!last || rows.length < EXPORTED_AT_ONCE) return;
    before = { at: last.at, id: last.id };
  }
}

/** Within one millisecond the chain knows the order. */
const newestFirst = (one: AuditLine, other: AuditLine): number => other.at - one.at || (other.seq ?? 0) - (one.seq ?? 0);

/** Days are UTC, both included. */
function asFilter({ action, agent, object, from, to }: AuditFilterInput): AuditFilter {
  return {
    action: action ?? null,
    agentId: agent ?? null,
    object: object ?? null,
    from: from === undefined ? null : Date.parse(from),
    until: to === undefined ? null : Date.parse(to) + DAY,
  };
}

/** Whom it was asked for stands in the line while they are there: nobody who was erased is named again. */
async function recordReading(ctx: Context, actor: AuditActor, action: AuditAction, filter: AuditFilter, format?: Format) {
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

/** What was written past the relay is shown as harmlessly as what it wrote itself. */
const plain = (text: string): string => oneLine(text).slice(0, TEXT_MAX);

async function agentNames(ctx: Context): Promise<AuditPage['agents']> {
  return (await ctx.store.read.audit.agents()).map(({ id, name }) => ({ id, name: plain(name) }));
}

function presenter(agents: AuditPage['agents']): (row: ChainedAuditRow) => AuditLine {
  const names = new Map(agents.map(({ id, name }) => [id, name]));
  return (row) => ({
    id: row.id,
    at: row.at,
    // Old lines do not say who it was, where it was no agent.
    actor: row.actor ?? (row.agentId === null ? null : 'agent'),
    agent: row.agentId === null ? null : { id: plain(row.agentId), name: names.get(row.agentId) ?? null },
    session: row.session && plain(row.session),
    action: plain(row.action),
    object: plain(row.object),
    detail: row.detail && plainDetail(row.detail),
    seq: row.seq,
  });
}

const plainDetail = (detail: NonNullable<AuditLine['detail']>): NonNullable<AuditLine['detail']> =>
  Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [plain(key), typeof value === 'string' ? plain(value) : value]),
  );

const COLUMNS = ['time_utc', 'who', 'agent', 'agent_id', 'session', 'action', 'object', 'detail', 'entry'] as const;

function cellsOf({ at, actor, agent, session, action, object, detail, seq }: AuditLine): (string | number | null)[] {
  const details = Object.entries(detail ?? {}).map(([key, value]) => `${key}=${value}`);
  const time = new Date(at).toISOString();
  return [time, actor, agent?.name ?? null, agent?.id ?? null, session, action, object, details.join(' '), seq];
}

function recordOf({ id, at, actor, agent, session, action, object, detail, seq }: AuditLine) {
  return { id, time_utc: new Date(at).toISOString(), who: actor, agent, session, action, object, detail, entry: seq };
}
