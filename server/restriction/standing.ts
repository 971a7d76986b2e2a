import type { Standing } from '../../shared/restriction.ts';
import type { Context } from '../context.ts';
import type { ConversationRow } from '../store/rows.ts';
import { toldOfVisitor } from '../webhooks/told.ts';
import { noticeOf, objectablePurposes, objectionsOf } from './object.ts';
import { isOwnRestriction } from './restrict.ts';

/** The newest: who asks again and again is told again and again. */
const TOLD_MOST = 60;

/** How it stands with what a visitor asked for: restriction, objections, requests, and who was told of what: for the visitor (PR-53). */
export async function standingOf(ctx: Context, { id, visitorId }: ConversationRow): Promise<Standing> {
  const { read } = ctx.store;
  const [restriction, objections, requests, told, { doc }] = await Promise.all([
    read.restrictions.inForce(visitorId),
    objectionsOf(ctx, read, visitorId),
    read.requests.ofVisitor(visitorId),
    toldOfVisitor(read, visitorId),
    noticeOf(read, id),
  ]);
  const nameOf = (purpose: string): string => doc.words.purposes[purpose]?.name ?? purpose;
  const held = objections.filter(({ state }) => state !== 'overruled').map(({ purpose }) => purpose);
  return {
    restriction: restriction && { since: restriction.at, toldAt: restriction.toldAt, isOwn: isOwnRestriction(restriction) },
    objections: objections.map((one) => ({ ...one, name: nameOf(one.purpose) })),
    requests: requests.map(({ number, kind, receivedAt, answerDue, answeredAt, outcome }) => {
      return { number, kind, receivedAt, due: answeredAt === null ? answerDue : null, answeredAt, outcome };
    }),
    objectable: objectablePurposes(doc)
      .filter((purpose) => !held.includes(purpose))
      .map((purpose) => ({ purpose, name: nameOf(purpose) })),
    told: told.slice(-TOLD_MOST).map(({ event, at, recipient, confirmedAt }) => ({ event, at, recipient, confirmedAt })),
  };
}
