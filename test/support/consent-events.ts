import { openEvent } from '../../server/ledger/ledger.ts';
import { visitorKeys } from '../../server/visitors/keys.ts';
import type { ConsentEvent } from '../../shared/consent.ts';
import { conversations } from './stage.ts';
import type { TestRelay } from './start-relay.ts';

/** The consent events of the newest conversation, opened, oldest first. */
export async function newestEvents({ ctx }: TestRelay): Promise<ConsentEvent[]> {
  const [newest] = await conversations({ ctx });
  const rows = await ctx.store.read.consentEventsOf(newest?.id ?? '');
  const keys = await visitorKeys(ctx, ctx.store.read, newest?.visitorId ?? '');
  return rows.map((row) => openEvent(keys, row).event);
}
