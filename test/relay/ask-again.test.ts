import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEvent } from '../../server/ledger/ledger.ts';
import { publicKeys } from '../../server/ledger/signing.ts';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { publishNotice } from '../../server/notices/publish.ts';
import { receiptFault } from '../../server/receipts/verify-receipt.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { visitorKeys } from '../../server/visitors/keys.ts';
import type { FrameBoot, ReceiptLink, Receipts } from '../../shared/api.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import { connectAgent, signIn } from '../support/agent.ts';
import { isCleared, keptVisitor } from '../support/chat-cookie.ts';
import { runCli } from '../support/cli.ts';
import { get, post, type Reply } from '../support/http.ts';
import { noticeWithThirdParty } from '../support/notices.ts';
import { askAsAgent, askAsVisitor, dataOf, factsOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, frameBoot, postStart, startRequestFrom, startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

/** The demo's notice in other words that say the same. */
function reworded(): NoticeDoc {
  const { words } = DEMO_NOTICE;
  const clause = words.form.clause.replace('answer you, and keeps', 'answer you and keeps');
  return { ...DEMO_NOTICE, version: 2, words: { ...words, form: { ...words.form, clause } } };
}

/** The reading list's addresses are kept longer, and nothing else is another. */
function longerNews(): NoticeDoc {
  const purposes = DEMO_NOTICE.purposes.map((one) => (one.id === 'news' ? { ...one, retention: 'P2Y' } : one));
  return { ...DEMO_NOTICE, version: 2, purposes };
}

describe('[PR-42] after a publication, a visitor who comes back', () => {
  let relay: TestRelay;

  beforeEach(async () => {
    relay = await startTestRelay();
  });
  afterEach(() => relay?.close());

  const publish = (doc: NoticeDoc) => relay.ctx.store.write((tx) => publishNotice(tx, DEMO_SITE_ID, doc, relay.ctx.clock()));
  const loadFrame = ({ session }: TestVisitor): Promise<Reply<unknown>> =>
    get(relay, '/frame/demo', { cookie: `${CHAT_COOKIE}=${session}`, 'sec-fetch-site': 'cross-site' });
  const bootOf = ({ text }: Reply<unknown>): FrameBoot =>
    JSON.parse(/<script[^>]*\bid="boot"[^>]*>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '') as FrameBoot;
  const states = async ({ conversationId }: TestVisitor): Promise<string[]> =>
    (await relay.ctx.store.read.consentEventsOf(conversationId)).map(({ purpose, state }) => `${purpose} ${state}`);

  const kept = async (): Promise<TestVisitor> => (await keptVisitor(relay)).visitor;

  it('finds the form with the new words where a recipient was added; the agents read why, and the record holds', async () => {
    const visitor = await kept();
    const { token } = (await post<ReceiptLink>(relay, '/api/receipts', { session: visitor.session })).body;
    const agent = await connectAgent(relay);
    const facts = factsOf(agent.socket);
    const { hash } = await publish(noticeWithThirdParty());
    const frame = await loadFrame(visitor);
    const boot = bootOf(frame);
    expect([isCleared(frame), boot.resume, boot.noteIs, boot.notice.hash]).toEqual([true, null, 'changed', hash]);
    expect((await states(visitor)).slice(3)).toEqual([
      'answer ConsentInvalidated',
      'news ConsentInvalidated',
      'persistence ConsentInvalidated',
    ]);
    await waitFor(() => JSON.stringify(facts).includes('"closedBy":"notice"'), 'the agents to be told');
    const { conversationId } = visitor;
    const card = dataOf(await askAsAgent(agent.socket, 'consent:card', { conversationId }));
    expect([card.state, card.notice.version, card.purposes.map(({ state }) => state)]).toEqual([
      'expired',
      1,
      ['ConsentInvalidated', 'ConsentInvalidated', 'ConsentInvalidated'],
    ]);
    expect(await askAsAgent(agent.socket, 'conversation:reopen', { conversationId })).toMatchObject({ ok: false });
    agent.socket.close();
    await expect(visitor.connect()).rejects.toThrow('unauthorized');

    const rows = await relay.ctx.store.read.consentEventsOf(conversationId);
    const keys = await visitorKeys(relay.ctx, relay.ctx.store.read, rows[0]?.visitorId ?? '');
    const [given, , , invalid] = rows.map((row) => openEvent(keys, row).event);
    expect(invalid).toMatchObject({
      entity_id: 'operator',
      control_id: 'notice',
      action: 'publication',
      prev_record_id: given?.record_id,
      notice_hash: given?.notice_hash,
      ip_commitment: null,
    });
    const { receipts } = (await post<Receipts>(relay, '/api/receipts/open', { token })).body;
    const published = await publicKeys(relay.ctx.store.read);
    expect(receipts.map((receipt) => receiptFault(receipt, published))).toEqual(receipts.map(() => null));
    const verified = await runCli(['verify'], { PARLEY_DATA: relay.dataDir });
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('demo: whole. 6 entries')]);

    // The second load finds nothing more to end, and the new words open a chat of their own.
    expect(bootOf(await loadFrame(visitor)).noteIs).toBeUndefined();
    expect(await states(visitor)).toHaveLength(6);
    expect((await postStart(relay, startRequestFrom(boot))).status).toBe(200);
  });

  it('and starts from a form that stood open without the cookie, begins a chat of their own under the new words', async () => {
    const visitor = await kept();
    const { hash } = await publish(noticeWithThirdParty());
    const request = startRequestFrom(await frameBoot(relay));
    const reply = await postStart(relay, request, { cookie: `${CHAT_COOKIE}=${visitor.session}` });
    expect([reply.status, reply.body.joined, reply.body.conversation.id]).toEqual([200, false, request.conversationId]);
    const rows = await relay.ctx.store.read.consentEventsOf(request.conversationId);
    expect(new Set(rows.map(({ noticeHash }) => noticeHash))).toEqual(new Set([hash]));
    expect((await states(visitor)).slice(3)).toHaveLength(3);
  });

  it('goes on as before where a comma was changed', async () => {
    const visitor = await kept();
    await publish(reworded());
    const frame = await loadFrame(visitor);
    expect([isCleared(frame), bootOf(frame).resume?.conversationId]).toEqual([false, visitor.conversationId]);
    expect(bootOf(frame).noteIs).toBeUndefined();
    expect(await states(visitor)).toHaveLength(3);
    (await visitor.connect()).close();
  });

  it('keeps the chat where only another purpose was changed, and loses that one', async () => {
    const [visitor, other] = [await kept(), await startVisitor(relay)];
    await publish(longerNews());
    const frame = await loadFrame(visitor);
    expect([isCleared(frame), bootOf(frame).resume?.conversationId]).toEqual([false, visitor.conversationId]);
    expect((await states(visitor)).slice(3)).toEqual(['news ConsentInvalidated']);
    const socket = await other.connect();
    socket.close();
    expect((await states(other)).slice(2)).toEqual(['news ConsentInvalidated']);
  });

  it('and one who stayed, agrees to nothing any more that the new words say otherwise, and is shown them', async () => {
    const visitor = await startVisitor(relay);
    const { hash } = await publish(longerNews());
    const answer = (purpose: string, noticeHash: string, granted = true) =>
      post<ErrorBody & { notice?: { hash: string } }>(
        relay,
        '/api/consents/decide',
        decisionOf(visitor, { purpose, noticeHash, granted }),
      );
    const old = visitor.request.noticeHash;
    expect((await answer('news', old, false)).status).toBe(200);
    const refused = await answer('news', old);
    expect([refused.status, refused.body.error.code, refused.body.notice?.hash]).toEqual([422, 'notice_unknown', hash]);
    expect((await answer('news', hash)).status).toBe(200);
    // What they say alike is agreed to under either.
    expect((await answer('persistence', old)).status).toBe(200);
  });

  it('by the socket of a page that was away is let in no more; one that stayed goes on', async () => {
    const [running, away] = [await startVisitor(relay), await startVisitor(relay)];
    const socket = await running.connect();
    await publish(noticeWithThirdParty());
    const sent = { id: newId(), body: 'Still here' };
    expect(dataOf(await askAsVisitor(socket, 'message:send', sent)).seq).toBe(2);
    // A link that breaks for a moment is no return.
    socket.close();
    const again = await running.connect();
    expect(await states(running)).toHaveLength(2);
    again.close();
    await expect(away.connect()).rejects.toThrow('consent_expired');
    await expect(away.connect()).rejects.toThrow('unauthorized');
    expect((await states(away)).slice(2)).toEqual(['answer ConsentInvalidated', 'news ConsentInvalidated']);
    expect(await relay.ctx.store.read.conversation(away.conversationId)).toMatchObject({
      status: 'closed',
      closedBy: 'notice',
      waitingSince: null,
    });
  });

  it('is counted before: how many a draft would ask again', async () => {
    const { cookie } = await signIn(relay);
    const desk = async (doc?: NoticeDoc): Promise<NoticeDesk> =>
      doc
        ? (await post<NoticeDesk>(relay, '/api/agent/notices/demo/draft', { doc }, { cookie })).body
        : (await get<NoticeDesk>(relay, '/api/agent/notices/demo/en', { cookie })).body;
    const boot = await frameBoot(relay);
    await startVisitor(relay);
    const refusing = startRequestFrom(boot);
    const decisions = refusing.decisions.map((one) => ({ ...one, granted: one.purpose === 'answer' }));
    expect((await postStart(relay, { ...refusing, decisions })).status).toBe(200);
    expect([(await desk()).affected, (await desk()).material]).toEqual([0, false]);
    const drafts = [reworded(), longerNews(), noticeWithThirdParty()];
    const counted: unknown[] = [];
    for (const doc of drafts) {
      const { affected, material } = await desk(doc);
      counted.push([affected, material]);
    }
    expect(counted).toEqual([
      [0, false],
      [1, true],
      [2, true],
    ]);
    // Published, they are still to come back.
    const { draft } = await desk();
    await post(relay, '/api/agent/notices/demo/publish', { locale: 'en', hash: draft?.hash }, { cookie });
    expect((await desk()).affected).toBe(2);
  });
});
