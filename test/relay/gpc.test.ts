import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEvent } from '../../server/ledger/ledger.ts';
import { publishNotice } from '../../server/notices/publish.ts';
import { visitorKeys } from '../../server/visitors/keys.ts';
import { CHAT_COOKIE } from '../../shared/endpoints.ts';
import { get, post } from '../support/http.ts';
import { noticeWithThirdParty } from '../support/notices.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { decisionOf, frameBoot, postStart, startRequestFrom, startVisitor } from '../support/visitor.ts';

describe('[PR-33] Global Privacy Control', () => {
  let relay: TestRelay;

  beforeAll(async () => {
    relay = await startTestRelay();
    const site = await relay.ctx.store.read.siteByKey('demo');
    await relay.ctx.store.write((tx) => publishNotice(tx, site?.id ?? '', noticeWithThirdParty(), Date.now()));
  });
  afterAll(() => relay?.close());

  /** State and who decided, of each event of a conversation. */
  async function recorded(conversationId: string): Promise<string[]> {
    const rows = await relay.ctx.store.read.consentEventsOf(conversationId);
    const keys = await visitorKeys(relay.ctx, relay.ctx.store.read, rows[0]?.visitorId ?? '');
    return rows.map((row) => {
      const { event } = openEvent(keys, row);
      return `${row.purpose} ${row.state} by ${event.entity_id}, gpc ${event.signals?.gpc}`;
    });
  }
  async function startUnder(header: string | null) {
    const request = startRequestFrom(await frameBoot(relay));
    const reply = await postStart(relay, request, header === null ? {} : { 'sec-gpc': header });
    expect(reply.status).toBe(200);
    return recorded(request.conversationId);
  }

  it.each([
    ['1', true],
    ['1, 1', true],
    ['0, 1', true],
    ['0', false],
    ['true', false],
    ['11', false],
    ['', false],
    [null, false],
  ])('"Sec-GPC: %s" is %s', async (header, isOn) => {
    expect(await startUnder(header)).toEqual([
      `answer ConsentGiven by subject, gpc ${isOn}`,
      isOn ? 'news ConsentRefused by gpc, gpc true' : 'news ConsentGiven by subject, gpc false',
    ]);
  });

  it('marks for the form what goes to third parties, and nothing else', async () => {
    const { notice } = await frameBoot(relay);
    expect(notice.doc.purposes.map(({ id, thirdParty }) => [id, thirdParty])).toEqual([
      ['answer', undefined],
      ['news', true],
      ['persistence', undefined],
    ]);
  });

  it('is never turned round by an answer in the chat; the same answer again is the same act', async () => {
    const visitor = await startVisitor(relay);
    const act = decisionOf(visitor, { purpose: 'news', granted: true });
    for (let tries = 0; tries < 2; tries++) {
      const { status, body } = await post<{ consents: { purpose: string; state: string }[] }>(
        relay,
        '/api/consents/decide',
        act,
        { 'sec-gpc': '1' },
      );
      expect(status).toBe(200);
      expect(body.consents.find(({ purpose }) => purpose === 'news')?.state).toBe('ConsentWithdrawn');
    }
    expect((await recorded(visitor.conversationId)).slice(2)).toEqual(['news ConsentWithdrawn by gpc, gpc true']);
  });

  it('takes back what was granted before, when the browser comes with it; the chat goes on', async () => {
    const visitor = await startVisitor(relay);
    await post(relay, '/api/consents/decide', decisionOf(visitor, { granted: true }));
    const cookie = `${CHAT_COOKIE}=${visitor.session}`;
    await get(relay, '/frame/demo', { cookie });
    expect(await recorded(visitor.conversationId)).toHaveLength(3);
    for (let visits = 0; visits < 2; visits++) await get(relay, '/frame/demo', { cookie, 'sec-gpc': '1' });
    expect((await recorded(visitor.conversationId)).slice(3)).toEqual(['news ConsentWithdrawn by gpc, gpc true']);
    expect((await relay.ctx.store.read.conversation(visitor.conversationId))?.status).toBe('open');
    const socket = await visitor.connect();
    socket.close();
  });
});
