import type { Standing } from '../../shared/restriction.ts';
import type { Context } from '../context.ts';
import type { ConversationRow } from '../store/rows.ts';
import { toldOfVisitor } from '../webhooks/told.ts';
import { noticeOf, objectablePurposes, objectionsOf } from './object.ts';

/** How it stands with a visitor's restriction and objections, and who was told of what: for the visitor (PR-53). */
export async function standingOf(ctx: Context, { id, visitorId }: ConversationRow): Promise<Standing> {
  const { read } = ctx.store;
  const [restriction, objections, told, { doc }] = await Promise.all([
    read.restrictions.inForce(visitorId),
    objectionsOf(ctx, read, visitorId),
    toldOfVisitor(read, visitorId),
    noticeOf(read, id),
  ]);
  const held = objections.filter(({ state }) => state !== 'overruled').map(({ purpose }) => purpose);
  return {
    restriction: restriction && { since: restriction.at, toldAt: restriction.toldAt },
    objections,
    objectable: objectablePurposes(doc)
      .filter((purpose) => !held.includes(purpose))
      .map((purpose) => ({ purpose, name: doc.words.purposes[purpose]?.name ?? purpose })),
    told: told.map(({ event, at, recipient, confirmedAt }) => ({ event, at, recipient, confirmedAt })),
  };
}
