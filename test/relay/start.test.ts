import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presentInbox } from '../../server/conversations/present.ts';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { SUBJECT_TABLES } from '../../server/store/subject.ts';
import type { NoticeInForce, Started } from '../../shared/api.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import { newActId, newId, newSessionToken } from '../../shared/ids.ts';
import { countRows } from '../support/database.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { frameBoot, postStart, startRequestFor, startVisitor } from '../support/visitor.ts';

describe('the start of a conversation', () => {
  let relay: TestRelay;

  beforeAll(async () => {
    relay = await startTestRelay();
  });
  afterAll(() => relay?.close());

  it('opens a conversation with its first message, and gives back what was agreed', async () => {
    const { started, request } = await startVisitor(relay);
    expect(started.conversation).toMatchObject({ id: request.conversationId, status: 'open', keptUntil: null });
    expect(started.messages).toEqual([
      {
        id: request.message.id,
        seq: 1,
        author: 'visitor',
        agentId: null,
        name: null,
        body: request.message.body,
        at: expect.any(Number),
      },
    ]);
    expect(started.consents.map(({ purpose, state }) => [purpose, state])).toEqual([
      ['answer', 'ConsentGiven'],
      ['news', 'ConsentGiven'],
    ]);
    expect(started.joined).toBe(false);
  });

  it('[PR-34] records a refusal of an optional purpose as much as a grant', async () => {
    const request = await startRequestFor(relay);
    const decisions = request.decisions.map((one) => ({ ...one, granted: one.purpose !== 'news' }));
    const { body } = await postStart(relay, { ...request, decisions });
    expect(body.consents.map(({ purpose, state }) => [purpose, state])).toEqual([
      ['answer', 'ConsentGiven'],
      ['news', 'ConsentRefused'],
    ]);
  });

  it('[PR-21] sets no cookie and puts no token in its answer', async () => {
    const request = await startRequestFor(relay);
    const reply = await postStart(relay, request);
    expect(reply.headers.getSetCookie()).toEqual([]);
    expect(reply.text).not.toContain(request.session);
  });

  it('[PR-37] takes the time from the relay, whatever the browser says', async () => {
    const before = Date.now();
    const { started } = await startVisitor(relay, { clientTime: '2099-01-01T00:00:00Z' });
    for (const { at } of started.consents) {
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(Date.now());
    }
  });

  it('answers a repeat the same, and writes no second row', async () => {
    const request = await startRequestFor(relay);
    const first = await postStart(relay, request);
    const rows = countRows(relay);
    const second = await postStart(relay, request);
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(countRows(relay)).toEqual(rows);
  });

  it('makes one conversation of fifty parallel starts', async () => {
    const rows = countRows(relay);
    const request = await startRequestFor(relay);
    const replies = await Promise.all(Array.from({ length: 50 }, () => postStart(relay, request)));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(new Set(replies.map(({ body }) => body.messages.length))).toEqual(new Set([1]));
    const after = countRows(relay);
    expect(grown(rows, after)).toMatchObject({
      conversation: 1,
      visitor: 1,
      session: 1,
      message: 1,
      consent_event: 2,
      ledger_entry: 2,
    });
  });

  it('makes fifty conversations of fifty visitors at once, in a ledger without a gap', async () => {
    const requests = await Promise.all(Array.from({ length: 50 }, () => startRequestFor(relay)));
    const replies = await Promise.all(requests.map((request) => postStart(relay, request)));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    const site = await relay.ctx.store.read.siteByKey('demo');
    const report = await verifyLedger(relay.ctx.store.read, relay.ctx.vault, site?.id ?? '');
    expect(report.fault).toBeNull();
    expect(report.events).toBe(countRows(relay).consent_event);
  });

  it('refuses the same conversation under another token, as a conflict', async () => {
    const { request } = await startVisitor(relay);
    const rows = countRows(relay);
    const reply = await postStart<ErrorBody>(relay, { ...request, session: newSessionToken() });
    expect([reply.status, reply.body.error.code]).toEqual([409, 'conflict']);
    expect(countRows(relay)).toEqual(rows);
  });

  it('refuses a message id that has another text already, and leaves no row', async () => {
    const { request } = await startVisitor(relay);
    const rows = countRows(relay);
    const other = await startRequestFor(relay, { message: { id: request.message.id, body: 'Something else' } });
    const reply = await postStart<ErrorBody>(relay, other);
    expect([reply.status, reply.body.error.code]).toEqual([409, 'conflict']);
    expect(countRows(relay)).toEqual(rows);
  });

  it('refuses to repeat the start with another first message', async () => {
    const { request } = await startVisitor(relay);
    const rows = countRows(relay);
    const reply = await postStart<ErrorBody>(relay, { ...request, message: { id: request.message.id, body: 'Something else' } });
    expect([reply.status, reply.body.error?.code]).toEqual([409, 'conflict']);
    expect(countRows(relay)).toEqual(rows);
  });

  it('answers a repeat whose text was altered under a new id as things stand, and stores nothing', async () => {
    const { request, started } = await startVisitor(relay);
    const rows = countRows(relay);
    const reply = await postStart<Started>(relay, { ...request, message: { id: newId(), body: 'The same, said better' } });
    expect(reply.status).toBe(200);
    expect(reply.body.messages.map((message) => message.id)).toEqual([request.message.id]);
    expect(started.conversation.id).toBe(reply.body.conversation.id);
    expect(countRows(relay)).toEqual(rows);
  });

  it('refuses a session token or an act that is in use elsewhere', async () => {
    const { request } = await startVisitor(relay);
    const rows = countRows(relay);
    for (const taken of [{ session: request.session }, { actId: request.actId }]) {
      const reply = await postStart<ErrorBody>(relay, await startRequestFor(relay, taken));
      expect([reply.status, reply.body.error.code]).toEqual([409, 'conflict']);
    }
    expect(countRows(relay)).toEqual(rows);
  });

  it('[PR-38] refuses words that are not a published notice, with those that are, and leaves no row', async () => {
    const rows = countRows(relay);
    const { notice } = await frameBoot(relay);
    const reply = await postStart<ErrorBody & { notice: NoticeInForce }>(
      relay,
      await startRequestFor(relay, { noticeHash: 'f'.repeat(64) }),
    );
    expect([reply.status, reply.body.error.code]).toEqual([422, 'notice_unknown']);
    expect(reply.body.notice).toEqual(notice);
    expect(countRows(relay)).toEqual(rows);
  });

  it('[PR-30] refuses a start without the consent that it rests on, and leaves no row', async () => {
    // What the relay writes of its own as it begins is nobody's.
    const ofPeople = () => {
      const rows = countRows(relay);
      return ['ledger_entry', ...SUBJECT_TABLES].map((table) => [table, rows[table]]);
    };
    const rows = ofPeople();
    const request = await startRequestFor(relay);
    const [answer, news] = request.decisions;
    const lacking = [
      [],
      [news],
      [answer],
      [{ ...answer, granted: false }, news],
      [answer, answer],
      [answer, { ...news, purpose: 'persistence' }],
      [answer, news, { ...news, purpose: 'advertising' }],
    ];
    for (const decisions of lacking) {
      const reply = await postStart<ErrorBody>(relay, { ...request, decisions });
      expect([reply.status, reply.body.error.code]).toEqual([422, 'consent_required']);
    }
    expect(ofPeople()).toEqual(rows);
  });

  it('refuses a site that does not exist', async () => {
    const reply = await postStart<ErrorBody>(relay, await startRequestFor(relay, { site: 'elsewhere' }));
    expect([reply.status, reply.body.error.code]).toEqual([404, 'not_found']);
  });

  it.each([
    ['page', 'http://shop.example/\ud800'],
    ['page', 'http://aoife:secret@shop.example/'],
    ['name', 'Aoife\u202e'],
    ['name', 'Aoife\u2028'],
  ])('refuses a %s that is %j, and leaves no row', async (field, value) => {
    const rows = countRows(relay);
    const reply = await postStart<ErrorBody>(relay, await startRequestFor(relay, { [field]: value }));
    expect([reply.status, reply.body.error.fields]).toEqual([400, { [field]: 'invalid' }]);
    expect(countRows(relay)).toEqual(rows);
  });

  it('takes a name of which nothing can be seen for none', async () => {
    const request = await startRequestFor(relay, { name: '\u200b' });
    expect((await postStart(relay, request)).status).toBe(200);
    const row = await relay.ctx.store.read.inboxRow(request.conversationId);
    expect(row && (await presentInbox(relay.ctx, row)).visitorName).toBeNull();
  });

  it('names the fields at fault and nothing of what stood in them', async () => {
    const reply = await postStart<ErrorBody>(relay, await startRequestFor(relay, { email: 'secret-word@nowhere' }));
    expect(reply.status).toBe(400);
    expect(Object.keys(reply.body.error.fields ?? {})).toEqual(['email']);
    expect(reply.text).not.toContain('secret-word');
  });
});

describe('parallel starts on PostgreSQL', () => {
  let database: TestDatabase;
  let nodes: TestRelay[] = [];

  beforeAll(async () => {
    database = await createDatabase();
    const masterKey = 'ab'.repeat(32);
    const env = { DATABASE_URL: database.url, PARLEY_MASTER_KEY: masterKey, PARLEY_PUBLIC_URL: 'http://localhost:1' };
    nodes = [await startTestRelay({ env }), await startTestRelay({ env })];
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await database?.drop();
  });

  it('make one conversation over two nodes', async () => {
    const [one, two] = nodes;
    if (!one || !two) throw new Error('two nodes');
    // Both stand for the same public origin; each is spoken to at its own port.
    const at = (node: TestRelay) => ({ origin: `http://localhost:${node.port}` });
    const origin = { origin: 'http://localhost:1' };
    const request = await startRequestFor(at(one));
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, turn) => postStart<Started>(at(turn % 2 ? one : two), request, origin)),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    const sync = await one.ctx.store.read.messagesAfter(request.conversationId, 0, 10);
    expect(sync).toHaveLength(1);
    const site = await one.ctx.store.read.siteByKey('demo');
    const report = await verifyLedger(two.ctx.store.read, two.ctx.vault, site?.id ?? '');
    expect(report).toMatchObject({ fault: null, events: 2 });
  });

  it('keep the ledger of one site whole while both nodes append', async () => {
    const [one, two] = nodes;
    if (!one || !two) throw new Error('two nodes');
    const at = (node: TestRelay) => ({ origin: `http://localhost:${node.port}` });
    const base = await startRequestFor(at(one));
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, turn) =>
        postStart(
          at(turn % 2 ? one : two),
          {
            ...base,
            session: newSessionToken(),
            conversationId: newId(),
            actId: newActId(),
            message: { id: newId(), body: `Visitor ${turn}` },
          },
          { origin: 'http://localhost:1' },
        ),
      ),
    );
    expect(replies.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([]);
    const site = await one.ctx.store.read.siteByKey('demo');
    expect(await verifyLedger(one.ctx.store.read, one.ctx.vault, site?.id ?? '')).toMatchObject({ fault: null, events: 122 });
  });
});

function grown(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([name, rows]) => [name, rows - (before[name] ?? 0)]));
}
