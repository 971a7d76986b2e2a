import type { RegisterFilterInput, RegisterLine } from '../../shared/register.ts';
import type { Context } from '../context.ts';
import { csvLine } from '../csv.ts';
import { registerLines } from './register.ts';

const COLUMNS = [
  'entry',
  'time_utc',
  'site',
  'event',
  'purposes',
  'notice_version',
  'notice_language',
  'notice_sha256',
  'receipt',
  'conversation',
  'entry_sha256',
] as const;

/** The register as a table, in pieces: no name, no address, nothing that is sealed. */
export async function* registerCsv(ctx: Context, filter: RegisterFilterInput): AsyncGenerator<string> {
  // The mark tells table programs that this is UTF-8.
  yield `\uFEFF${csvLine(COLUMNS)}`;
  for await (const lines of registerLines(ctx, filter)) yield lines.map((line) => csvLine(cellsOf(line))).join('');
}

/** The same as a JSON array, one line after the other. */
export async function* registerJson(ctx: Context, filter: RegisterFilterInput): AsyncGenerator<string> {
  let begun = false;
  yield '[';
  for await (const lines of registerLines(ctx, filter)) {
    yield `${begun ? ',' : ''}\n${lines.map((line) => JSON.stringify(recordOf(line))).join(',\n')}`;
    begun = true;
  }
  yield '\n]\n';
}

function cellsOf(line: RegisterLine): (string | number | null)[] {
  const record = recordOf(line);
  const purposes = line.purposes.map(({ id, state }) => `${id}: ${state}`).join('; ');
  return COLUMNS.map((column) => (column === 'purposes' ? purposes : record[column]));
}

function recordOf({ id, kind, seq, at, site, state, purposes, notice, hash, conversationId }: RegisterLine) {
  return {
    entry: seq,
    time_utc: new Date(at).toISOString(),
    site,
    event: state,
    purposes: purposes.map((purpose) => ({ id: purpose.id, state: purpose.state })),
    notice_version: notice?.version ?? null,
    notice_language: notice?.locale ?? null,
    notice_sha256: notice?.hash ?? null,
    receipt: kind === 'act' ? id : null,
    erasure: kind === 'erasure' ? id : null,
    conversation: conversationId,
    entry_sha256: hash,
  };
}
