import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { certificate } from '../../shared/erasure.ts';
import { canonicalBytes } from '../../shared/ledger.ts';

/**
 * The erasure log: a file beside the database that outlives it (PR-57). It names nobody. Each erasure has a line with its
 * certificate, the entries that it covers, by their hashes, and a digest of the id: in a backup from before they lead to the
 * person. Each daily
 * head has one, so that a log whose end was cut off is seen by the heads that are kept elsewhere; and each signing key, signed
 * by the one before, so that a backup from before a key knows it.
 */

const signature = z.strictObject({ alg: z.literal('Ed25519'), kid: z.string(), value: z.string() });
export const SCHEMA = 'parley-erasure-log/1';
const schema = z.literal(SCHEMA);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const logLine = z.discriminatedUnion('kind', [
  z.strictObject({
    schema,
    kind: z.literal('erasure'),
    certificate,
    /** The covered entries: a seq alone could be another's in a ledger that goes on from a backup. */
    covered: z.array(z.tuple([z.number().int().positive(), hash])),
    /** Of the visitor, or the conversation; for who is in no entry. Missing in the lines of earlier releases. */
    subject: hash.optional(),
    /** The site's erasure before this one: a line that was taken out leaves a gap. */
    before: z.string().nullable(),
    signature,
  }),
  z.strictObject({
    schema,
    kind: z.literal('head'),
    site_id: z.string(),
    size: z.number().int().positive(),
    root: hash,
    time: z.iso.datetime({ precision: 3 }),
    /** The site's newest erasure by then. */
    newest: z.string().nullable(),
    signature,
  }),
  z.strictObject({
    schema,
    kind: z.literal('key'),
    kid: z.string(),
    public_key: z.string(),
    created_at: z.number().int(),
    signature,
  }),
]);
export type LogLine = z.infer<typeof logLine>;
/** What the signature of a line is over. */
export function lineBytes(line: LogLine): Uint8Array {
  return canonicalBytes(Object.fromEntries(Object.entries(line).filter(([name]) => name !== 'signature')));
}

export const headName = (siteId: string, { size, root }: { size: number; root: string }): string => `${siteId} ${size} ${root}`;

/** A line as it stands; `line` is null where it is none of ours, `isTorn` where a crash may have left it. */
export interface ReadLine {
  number: number;
  line: LogLine | null;
  isTorn: boolean;
}

/** The lines of a log; none where there is no file. */
export function readLog(file: string): ReadLine[] {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return text.split('\n').flatMap((one, at) => {
    if (one === '') return [];
    const value = jsonOrNull(one);
    return [{ number: at + 1, line: logLine.safeParse(value).data ?? null, isTorn: value === null }];
  });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
