import { makeReceiptLink } from '../../server/receipts/receipt-links.ts';
import { changePerson, readWords } from '../../server/requests/words.ts';
import { reasonPlace } from '../../server/retention/holds.ts';
import type { ConversationRow } from '../../server/store/rows.ts';
import { visitorKeys } from '../../server/visitors/keys.ts';
import { findHolder, tokenHash } from '../../server/visitors/sessions.ts';
import { newId } from '../../shared/ids.ts';
import { DAY } from '../../shared/limits.ts';
import type { TestAgent } from './agent.ts';
import { post } from './http.ts';
import { askAsAgent, askAsVisitor, dataOf, visitorSocket } from './sockets.ts';
import type { TestRelay } from './start-relay.ts';
import { decisionOf, postStart, startRequestFor } from './visitor.ts';

export interface Canary {
  conversationId: string;
  visitorId: string;
  session: string;
  /** What was written, one text for each field that takes one, and the tokens. */
  texts: string[];
  /** Every name under which the store has this visitor or what is theirs. */
  ids: string[];
  /** The wrapped keys as they were stored. */
  keys: Buffer[];
}

/** A restriction that ended, an objection, and a recipient who was told, as each leaves its row. */
async function rightsOf({ ctx }: TestRelay, { id, siteId, visitorId }: ConversationRow, answer: string): Promise<void> {
  const [first] = await ctx.store.read.consentEventsOf(id);
  const keys = await visitorKeys(ctx, ctx.store.read, visitorId);
  await ctx.store.write(async (tx) => {
    const lifted = { ground: 'request', askedBy: 'visitor', at: 1, toldAt: 2, toldBy: 'chat', liftedAt: 3 } as const;
    await tx.restrictions.insert({ id: newId(), siteId, visitorId, ...lifted });
    const objection = newId();
    await tx.restrictions.insertObjection({
      ...{ id: objection, siteId, visitorId, conversationId: id, purpose: 'statistics', noticeHash: first?.noticeHash ?? '' },
      ...{ at: ctx.clock(), state: 'upheld', reason: null, decidedAt: ctx.clock() },
      answerSealed: keys.seal('consent', { table: 'objection', column: 'answer', row: objection }, answer),
    });
    const webhook = { id: newId(), siteId, recipient: 'Harbour Hosting', url: 'https://gone.example/', events: [] };
    await tx.webhooks.insert({ ...webhook, secretSealed: null, createdAt: 0, pausedAt: null, removedAt: 1 });
    const untried = { attempts: 0, claimedUntil: 0, nextAt: 0, lastAt: null, lastOutcome: null, acceptedAt: null };
    const about = {
      visitorId,
      erasureId: null,
      event: 'data.rectified',
      payloadSealed: null,
      createdAt: 1,
      confirmedAt: 2,
    } as const;
    await tx.webhooks.insertDelivery({ ...about, ...untried, id: newId(), webhookId: webhook.id });
  });
}

/** What the desk writes into a request: who asks, and the letter that answers. */
async function answerAll({ ctx }: TestRelay, asks: { id: string }[], words: { name: string; answer: string }): Promise<void> {
  await ctx.store.write(async (tx) => {
    for (const { id } of asks) await changePerson(ctx, tx, id, { words });
  });
  for (const { id } of asks) {
    const person = await ctx.store.read.requests.person(id);
    const kept = person && (await readWords(ctx, ctx.store.read, person));
    if (kept?.name !== words.name || kept.answer !== words.answer) throw new Error('the words of a request were not kept');
  }
}

/** Walks the whole road of a visitor, with texts of their own in every field and a row in every table. */
export async function startCanary(relay: TestRelay, agent: TestAgent, mark: string): Promise<Canary> {
  const texts = {
    name: `Canary ${mark} name`,
    email: `canary.${mark}@example.ie`,
    first: `canary-${mark}-first-message`,
    page: `http://shop.example/canary-${mark}-page`,
    userAgent: `Mozilla/5.0 (Canary-${mark}-browser)`,
    reason: `canary-${mark}-reason-of-a-hold`,
    ip: '203.0.113.161',
    second: `canary-${mark}-second-message`,
    answer: `canary-${mark}-answer`,
    request: `canary-${mark}-request`,
    contact: `canary-${mark}-contact`,
    asker: `Canary ${mark} who asks`,
    letter: `canary-${mark}-letter-that-answers`,
    objection: `canary-${mark}-answer-to-an-objection`,
  };
  const { name, email, page } = texts;
  const request = await startRequestFor(relay, { name, email, page, message: { id: newId(), body: texts.first } });
  const { conversationId, session } = request;
  const started = await postStart(relay, request, { 'user-agent': texts.userAgent, 'x-forwarded-for': texts.ip });
  if (started.status !== 200) throw new Error(started.text);
  const socket = await visitorSocket(relay, { auth: { session } });
  const second = dataOf(await askAsVisitor(socket, 'message:send', { id: newId(), body: texts.second }));
  const answer = dataOf(await askAsAgent(agent.socket, 'message:send', { conversationId, id: newId(), body: texts.answer }));
  dataOf(await askAsAgent(agent.socket, 'ip:reveal', { conversationId }));
  const decided = await post(relay, '/api/consents/decide', decisionOf({ request, session }));
  if (decided.status !== 200) throw new Error(decided.text);
  const asked = { session, kind: 'object', text: texts.request, contact: texts.contact };
  const put = await post(relay, '/api/privacy/request', asked);
  if (put.status !== 200) throw new Error(put.text);
  socket.close();
  const { read } = relay.ctx.store;
  const holder = await findHolder(read, session, Date.now());
  if (!holder) throw new Error('the session does not hold');
  const { token } = await makeReceiptLink(relay.ctx, holder);
  const { visitorId } = holder.conversation;
  const sealing = await visitorKeys(relay.ctx, read, visitorId);
  const hold = { conversationId, id: newId(), agentId: agent.me.id, setAt: Date.now(), until: Date.now() + DAY };
  const reasonSealed = sealing.seal('consent', reasonPlace(hold.id), texts.reason);
  await relay.ctx.store.write((tx) => tx.retention.upsertHold({ ...hold, reasonSealed }));
  await rightsOf(relay, holder.conversation, texts.objection);
  const events = await read.consentEventsOf(conversationId);
  const keys = await read.dataKeysOf(visitorId);
  const asks = await read.requests.ofVisitor(visitorId);
  await answerAll(relay, asks, { name: texts.asker, answer: texts.letter });
  const ownKeys = (await Promise.all(asks.map(({ id }) => read.dataKeysOf(id)))).flat();
  return {
    conversationId,
    visitorId,
    session,
    texts: [...Object.values(texts), session, token],
    ids: [
      conversationId,
      visitorId,
      request.message.id,
      second.id,
      answer.id,
      tokenHash(session),
      tokenHash(token),
      hold.id,
      ...events.flatMap(({ recordId, actId }) => [recordId, actId]),
      ...[...keys, ...ownKeys].map(({ id }) => id),
    ],
    keys: keys.map(({ wrapped }) => Buffer.from(wrapped)),
  };
}
