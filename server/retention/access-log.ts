import { randomBytes } from 'node:crypto';
import { durationMs } from '../../shared/durations.ts';
import { DAY } from '../../shared/limits.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import type { Context } from '../context.ts';
import type { Reads, Tx } from '../store/store.ts';
import type { VisitorKeys } from '../vault/vault.ts';

/** Under this name its key stands among the data keys, so that a rotation of the master key wraps it anew too. */
const KEY = 'access_log';
const AT_A_TIME = 500;

const place = (id: string) => ({ table: 'access_log', column: 'value', row: id });

/**
 * Keeps time and address of an access where a law demands it and the notice says so (PR-62: Marco Civil, Art. 15), and
 * nothing else. It is tied to no visitor and sealed under a key that is no visitor's; no door of the relay leads to it.
 */
export async function keepAccess(
  ctx: Pick<Context, 'vault'>,
  tx: Tx,
  { siteId, doc, ip }: { siteId: string; doc: NoticeDoc; ip: string | null },
  now: number,
): Promise<void> {
  const period = doc.facts?.accessLog;
  if (period === undefined || ip === null) return;
  const keys = await keysOf(ctx, tx, now);
  const id = randomBytes(16).toString('hex');
  const valueSealed = keys.seal('evidence', place(id), JSON.stringify({ ip, time: new Date(now).toISOString() }));
  await tx.accessLog.insert({ id, siteId, valueSealed, dueAt: accessKeptUntil(period, now) });
}

/** When what is kept of an access goes. To the day: the hour is sealed. */
export const accessKeptUntil = (period: string, at: number): number => Math.ceil((at + durationMs(period)) / DAY) * DAY;

/** Two relays that make the key at once: one of them meets a unique index, and the start is tried again. */
async function keysOf({ vault }: Pick<Context, 'vault'>, tx: Tx, now: number): Promise<VisitorKeys> {
  const rows = await tx.dataKeysOf(KEY);
  if (rows.length > 0) return vault.keysOf(KEY, rows);
  const minted = vault.mint(KEY, now);
  for (const row of minted.rows) if (row.class === 'evidence') await tx.insertDataKey(row);
  return minted.keys;
}

export interface Access {
  siteId: string;
  ip: string;
  time: string;
}

/** All of it, in no order that says who came when: for whoever has the command line, and an order of a court. */
export async function* readAccess({ vault }: Pick<Context, 'vault'>, reads: Reads): AsyncGenerator<Access> {
  const rows = await reads.dataKeysOf(KEY);
  const keys = vault.keysOf(KEY, rows);
  for (let after = ''; ; ) {
    const page = await reads.accessLog.page(after, AT_A_TIME);
    for (const { id, siteId, valueSealed } of page) {
      const { ip, time } = JSON.parse(keys.openText('evidence', place(id), valueSealed)) as { ip: string; time: string };
      yield { siteId, ip, time };
    }
    const last = page.at(-1);
    if (!last) return;
    after = last.id;
  }
}
