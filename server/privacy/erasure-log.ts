import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { canonicalBytes } from '../../shared/ledger.ts';
import type { Context } from '../context.ts';
import { appendLines, makeFolder } from '../durable-files.ts';
import { certificateOf } from '../ledger/certificate.ts';
import { readTombstone } from '../ledger/ledger.ts';
import { type Signature, type SigningKey, signingKeyOf } from '../ledger/signing.ts';
import type { ErasureRow, SigningKeyRow } from '../store/rows.ts';
import type { Reads } from '../store/store.ts';
import { headName, type LogLine, readLog, SCHEMA } from './log-line.ts';

type Unsigned<Line> = Line extends unknown ? Omit<Line, 'signature' | 'schema'> : never;

type Logs = Pick<Context, 'store' | 'vault' | 'signing'>;

const PAGE = 200;

/** What stands in the file: ids of erasures, names of heads and of keys; and how long it was then. */
interface Known {
  erasures: Set<string>;
  heads: Set<string>;
  keys: Set<string>;
  size: number;
}

/** Everything that the file has is known; what the store has and the file has not is added. */
export class ErasureLog {
  readonly file: string;
  #known: Known | null = null;
  /** Of each site the last erasure that was looked at. */
  readonly #walked = new Map<string, { seq: number; id: string | null }>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(file: string) {
    this.file = file;
  }

  /**
   * Adds what is missing, on the disk when this resolves: after a commit, at each start, and again and again, so that a
   * crash between the commit and the line leaves no gap. A line that another program added meanwhile may be there twice.
   * @throws when the file cannot be read or written: it is tried again.
   */
  complete(ctx: Logs): Promise<void> {
    const next = this.#turn.then(() => this.#complete(ctx));
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #complete(ctx: Logs): Promise<void> {
    const known = this.#read();
    const lines: LogLine[] = [];
    for (const line of keyLines(ctx, await ctx.store.read.signingKeys())) if (!known.keys.has(line.kid)) lines.push(line);
    const walked = new Map<string, { seq: number; id: string | null }>();
    for (const { id: siteId } of await ctx.store.read.sites()) {
      const last = await this.#walk(ctx, siteId, (line) => {
        if (!known.erasures.has(line.certificate.erasure_id)) lines.push(line);
      });
      walked.set(siteId, last);
      const head = await ctx.store.read.newestTreeHead(siteId);
      if (!head || known.heads.has(headName(siteId, head))) continue;
      const { size, root, at } = head;
      const time = new Date(at).toISOString();
      lines.push(signed(ctx.signing, { kind: 'head', site_id: siteId, size, root, time, newest: last.id }));
    }
    if (lines.length > 0) {
      if (!existsSync(this.file)) makeFolder(dirname(this.file));
      appendLines(this.file, lines);
    }
    for (const line of lines) note(known, line);
    known.size = statSync(this.file).size;
    for (const [siteId, last] of walked) this.#walked.set(siteId, last);
  }

  async #walk({ store: { read }, signing }: Logs, siteId: string, each: (line: LogLine & { kind: 'erasure' }) => void) {
    let last = this.#walked.get(siteId) ?? { seq: 0, id: null };
    for (;;) {
      const rows = await read.erasures(siteId, last.seq, PAGE);
      for (const row of rows) {
        each(signed(signing, { kind: 'erasure', ...(await whatWent(read, row)), before: last.id }));
        last = { seq: row.seq, id: row.id };
      }
      if (rows.length < PAGE) return last;
    }
  }

  /** What the file has; read again when it is another file than before, or shorter. */
  #read(): Known {
    const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
    if (this.#known && size >= this.#known.size) return this.#known;
    const known: Known = { erasures: new Set(), heads: new Set(), keys: new Set(), size };
    for (const { line } of readLog(this.file)) if (line) note(known, line);
    this.#walked.clear();
    this.#known = known;
    return known;
  }
}

function note(known: Known, line: LogLine): void {
  if (line.kind === 'erasure') known.erasures.add(line.certificate.erasure_id);
  else if (line.kind === 'head') known.heads.add(headName(line.site_id, line));
  else known.keys.add(line.kid);
}

type Signed<Line> = { schema: typeof SCHEMA } & Line & { signature: Signature };

function signed<Line extends Unsigned<LogLine>>(key: SigningKey, line: Line): Signed<Line> {
  const whole = { schema: SCHEMA as typeof SCHEMA, ...line };
  return { ...whole, signature: key.sign(canonicalBytes(whole)) };
}

async function whatWent(
  read: Reads,
  row: ErasureRow,
): Promise<Pick<LogLine & { kind: 'erasure' }, 'certificate' | 'covered' | 'subject'>> {
  const entry = await read.ledgerEntry(row.siteId, row.seq);
  const covers = (entry && readTombstone(entry)?.covers) ?? [];
  const covered: [number, string][] = [];
  for (const seq of covers) {
    const gone = await read.ledgerEntry(row.siteId, seq);
    if (gone) covered.push([seq, gone.hash]);
  }
  const subject = row.subjectDigest;
  return { certificate: certificateOf(row, entry?.hash ?? '', covers), covered, ...(subject !== null && { subject }) };
}

/** Each key, signed by the one before it where that can still sign; else by itself, which nobody has to believe. */
function* keyLines({ vault }: Logs, rows: SigningKeyRow[]): Generator<LogLine & { kind: 'key' }> {
  let before: SigningKey | null = null;
  for (const row of rows) {
    const own = signingKeyOf(vault, row);
    const signer: SigningKey | null = before ?? own;
    const line = { kind: 'key' as const, kid: row.kid, public_key: row.publicKey, created_at: row.createdAt };
    if (signer) yield signed(signer, line);
    before = own ?? before;
  }
}
