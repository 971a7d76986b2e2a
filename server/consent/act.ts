import type { DecideRequest } from '../../shared/api.ts';
import type { Context } from '../context.ts';
import { settingsInForce } from '../notices/generated.ts';
import { buildOf } from '../releases/build-of.ts';
import { FIRST_LOOK } from '../retention/periods.ts';
import type { ConversationRow, NoticeRow } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { keysToSeal } from '../visitors/keys.ts';
import { type RequestEvidence, sealEvidence } from './evidence.ts';
import type { Act } from './record.ts';

/** An act inside a conversation: what its events share, with the evidence of its request sealed and stored. */
export async function openAct(
  ctx: Context,
  tx: Tx,
  conversation: ConversationRow,
  notice: NoticeRow,
  input: Pick<DecideRequest, 'actId' | 'clientTime' | 'viewport' | 'build'>,
  from: RequestEvidence,
  now: number,
): Promise<Act> {
  const site = await tx.siteById(conversation.siteId);
  const keys = await keysToSeal(ctx, tx, conversation.visitorId);
  const ipMode = site ? settingsInForce(site.settings, notice.doc).ipMode : 'none';
  const evidence = sealEvidence(keys, input.actId, conversation.visitorId, from, ipMode, now);
  for (const row of evidence.rows) await tx.insertEvidence(row);
  if (evidence.rows.length > 0) await tx.retention.watch(conversation.id, ['evidence'], now, now + FIRST_LOOK);
  return {
    actId: input.actId,
    siteId: conversation.siteId,
    subjectId: conversation.visitorId,
    conversationId: conversation.id,
    notice,
    from,
    commitments: evidence.commitments,
    clientTime: input.clientTime,
    page: null,
    viewport: input.viewport,
    build: await buildOf(ctx, tx, input.build),
    now,
  };
}
