import type { ObjectionView, RestrictedTalk, RestrictedView, RestrictionShelf } from '../../shared/restriction.ts';
import type { AgentActor } from '../agents/sessions.ts';
import { recordAct } from '../audit/act.ts';
import type { Context } from '../context.ts';
import { presentMessages } from '../conversations/present.ts';
import { Refusal } from '../errors.ts';
import type { ObjectionRow, RestrictionRow } from '../store/restrictions.ts';
import type { MessageRow } from '../store/rows.ts';
import { openForm, visitorKeys } from '../visitors/keys.ts';
import { isGate, presentObjection } from './object.ts';

const OBJECTIONS_SHOWN = 100;
const MESSAGES_AT_A_TIME = 500;

/** Who is restricted and what was objected to: codes, numbers and times, no name. */
export async function restrictionShelf(ctx: Context): Promise<RestrictionShelf> {
  const { read } = ctx.store;
  const sites = new Map((await read.sites()).map(({ id, name }) => [id, name]));
  const objections = await Promise.all(
    (await read.restrictions.objections(OBJECTIONS_SHOWN)).map((row) => objectionView(ctx, row, sites)),
  );
  return {
    restricted: await Promise.all((await read.restrictions.all()).map((row) => restrictedView(ctx, row, sites))),
    objections: objections.filter((one) => one !== null),
  };
}

async function restrictedView(ctx: Context, row: RestrictionRow, sites: Map<string, string>): Promise<RestrictedView> {
  const { visitorId, siteId, ground, askedBy, at, toldAt, toldBy } = row;
  const conversations = (await ctx.store.read.conversationsOf(visitorId)).map(({ id, createdAt, lastAt }) => {
    return { id, createdAt, lastAt };
  });
  return { visitorId, site: sites.get(siteId) ?? '', ground, askedBy, since: at, toldAt, toldBy, conversations };
}

/** Null for somebody who was erased meanwhile. */
async function objectionView(ctx: Context, row: ObjectionRow, sites: Map<string, string>): Promise<ObjectionView | null> {
  const { visitorId, siteId, conversationId, purpose, noticeHash } = row;
  try {
    const keys = await visitorKeys(ctx, ctx.store.read, visitorId);
    const notice = await ctx.store.read.noticeByHash(noticeHash);
    return {
      ...presentObjection(keys, row),
      visitorId,
      site: sites.get(siteId) ?? '',
      conversationId,
      name: notice?.doc.words.purposes[purpose]?.name ?? purpose,
      isGate: notice !== null && isGate(notice.doc, purpose),
    };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return null;
    throw error;
  }
}

/**
 * What was said with a restricted person, for claims and to decide on the restriction (GDPR Art. 18(2)): for whoever looks
 * after privacy alone. The look is written down before it is given (PR-81).
 * @throws Refusal `not_found`, also for a conversation that is not restricted: that one is in the inbox.
 */
export async function openRestricted(ctx: Context, actor: AgentActor, conversationId: string): Promise<RestrictedTalk> {
  const { store } = ctx;
  const now = ctx.clock();
  const visitorId = await store.write(async (tx) => {
    // No line may name a conversation that was erased meanwhile.
    const conversation = await tx.lockConversation(conversationId);
    if (!conversation || conversation.restrictedAt === null) throw new Refusal('not_found');
    await recordAct(tx, { actor, action: 'restricted.viewed', object: conversationId }, now);
    return conversation.visitorId;
  });
  const keys = await visitorKeys(ctx, store.read, visitorId);
  const rows: MessageRow[] = [];
  for (let more = true; more; ) {
    const next = await store.read.messagesAfter(conversationId, rows.at(-1)?.seq ?? 0, MESSAGES_AT_A_TIME);
    rows.push(...next);
    more = next.length === MESSAGES_AT_A_TIME;
  }
  const visitor = await store.read.visitor(visitorId);
  return {
    conversationId,
    visitor: openForm(keys, visitorId, visitor?.formSealed ?? null),
    messages: presentMessages(keys, rows),
  };
}
