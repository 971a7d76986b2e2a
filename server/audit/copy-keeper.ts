import { MINUTE, SECOND } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import { appendLines } from '../durable-files.ts';
import { every } from '../every.ts';
import { type CopiedEntry, entriesToCopy, urlTarget } from './copy.ts';
import { type LastCopied, lastInFile } from './copy-file.ts';

const LOOK_EVERY = 2 * SECOND;
const AT_ONCE = 200;
const ANSWER_WITHIN = 10 * SECOND;
/** Another relay leaves a place alone for so long: longer than one answer takes. */
const CLAIM = 30 * SECOND;
const PAUSE_MAX = MINUTE;

/** What was copied is not what the audit holds: it was cut and written anew, or the database is an older one. */
class CopyDiffers extends Error {
  override readonly name = 'CopyDiffers';
}

/** Brings the audit off this host while the relay runs, in order, going on where each place stands (PR-82). */
export function keepAuditCopied(ctx: Context): { stop(): Promise<void> } {
  const { file, url } = ctx.config.audit;
  const looks = [
    ...(file === null ? [] : [patient(ctx, 'audit not copied to the file', () => copyToFile(ctx, file))]),
    ...(url === null ? [] : [patient(ctx, 'audit not copied to the address', () => copyToUrl(ctx, url))]),
  ];
  return every(LOOK_EVERY, async () => {
    for (const look of looks) await look();
  });
}

/** After a failure it waits before it tries again, longer each time: nobody is helped by a door that is hammered on. */
function patient(ctx: Context, what: string, work: () => Promise<void>): () => Promise<void> {
  let pause = 0;
  let notBefore = 0;
  return async () => {
    if (performance.now() < notBefore) return;
    try {
      await work();
      pause = 0;
    } catch (error) {
      pause = Math.min(PAUSE_MAX, Math.max(LOOK_EVERY, 2 * pause));
      notBefore = performance.now() + pause;
      ctx.log.error({ err: error }, what);
    }
  };
}

async function copyToFile(ctx: Context, file: string): Promise<void> {
  for (let more = true; more; ) {
    const last = lastInFile(file);
    if (last) await requireSame(ctx, last);
    const entries = await entriesToCopy(ctx.store.read, last?.seq ?? 0, AT_ONCE);
    if (entries.length > 0) appendLines(file, entries);
    more = entries.length === AT_ONCE;
  }
}

/** @throws CopyDiffers */
async function requireSame(ctx: Context, { seq, hash }: LastCopied): Promise<void> {
  if ((await ctx.store.read.auditChain.entry(seq))?.hash !== hash)
    throw new CopyDiffers(`entry ${seq} of the copy is not in the audit: run parley verify, and keep the file`);
}

/** Where an address stands is in the store: a restart goes on after what was acknowledged last. */
async function copyToUrl(ctx: Context, url: string): Promise<void> {
  const { store, clock } = ctx;
  const target = urlTarget(url);
  for (let more = true; more; ) {
    if ((await store.read.auditChain.head()).seq <= (await store.read.auditChain.copiedUntil(target))) return;
    const now = clock();
    const from = await store.write((tx) => tx.auditChain.claimCopy(target, now, now + CLAIM));
    if (from === null) return;
    const entries = await entriesToCopy(store.read, from, AT_ONCE).catch(() => []);
    const sent = entries.length === 0 ? null : await send(url, entries).catch((error: unknown) => toError(error));
    const until = sent === null ? (entries.at(-1)?.entry.seq ?? from) : from;
    await store.write((tx) => tx.auditChain.noteCopied(target, until, clock()));
    if (sent) throw sent;
    more = entries.length === AT_ONCE;
  }
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** @throws for any answer but 2xx. The address is not repeated: it may hold a secret. */
async function send(url: string, entries: readonly CopiedEntry[]): Promise<null> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schema: 'parley-audit-copy/1', entries }),
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_WITHIN),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
  return null;
}
