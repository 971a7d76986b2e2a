import { inForce } from '../../shared/consent.ts';
import { newActId } from '../../shared/ids.ts';
import { isThirdParty, type NoticePurpose } from '../../shared/notice.ts';
import type { Context } from '../context.ts';
import { appendEvents } from '../ledger/ledger.ts';
import { visitorKeys } from '../visitors/keys.ts';
import { openAct } from './act.ts';
import type { RequestEvidence } from './evidence.ts';
import { consentRecord, tellWithdrawn } from './record.ts';
import { newestByPurpose } from './states.ts';

/**
 * Under Global Privacy Control whatever goes to third parties is off, ticked or not, and never on (PR-33; Cal. Code Regs.
 * tit. 11 §7025(c)(1)). The chat itself goes on: answering is nobody's sale.
 */
export function isSignalledOff(purpose: NoticePurpose, { gpc }: Pick<RequestEvidence, 'gpc'>): boolean {
  return gpc && isThirdParty(purpose);
}

/** Takes back, by the browser's signal, what was granted for third parties before the signal came. */
export async function honourGpc(ctx: Context, conversationId: string, from: RequestEvidence): Promise<void> {
  if (!from.gpc) return;
  const now = ctx.clock();
  const isOff = await ctx.store.write(async (tx) => {
    const conversation = await tx.lockConversation(conversationId);
    const rows = newestByPurpose(await tx.consentEventsOf(conversationId)).filter((row) => inForce(row.state));
    if (!conversation || rows.length === 0) return false;
    const found = await Promise.all(
      rows.map(async (row) => {
        const notice = await tx.noticeByHash(row.noticeHash);
        const purpose = notice?.doc.purposes.find(({ id }) => id === row.purpose);
        return notice && purpose && isSignalledOff(purpose, from) ? [{ row, notice, purpose }] : [];
      }),
    );
    const off = found.flat();
    const [first] = off;
    if (!first) return false;
    const asked = { actId: newActId(), clientTime: null, viewport: 'desktop' as const };
    const act = await openAct(ctx, tx, conversation, first.notice, asked, from, now);
    const events = off.map(({ row, notice, purpose }) =>
      consentRecord(
        ctx,
        { ...act, notice },
        { purpose, state: 'ConsentWithdrawn', control: 'gpc', action: 'signal', by: 'gpc', prevRecordId: row.recordId },
      ),
    );
    await tellWithdrawn(ctx, tx, events, now);
    await appendEvents(ctx, tx, await visitorKeys(ctx, tx, conversation.visitorId), events, now);
    return true;
  });
  if (!isOff) return;
  ctx.world.consentsChanged(conversationId, from.requestId);
  ctx.world.conversationChanged(conversationId, from.requestId);
}
