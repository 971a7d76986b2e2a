import { afterEach, describe, expect, it } from 'vitest';
import { USUAL_LIVES } from '../../server/backup/lives.ts';
import type { ErasedForGood, ReceiptLink } from '../../shared/api.ts';
import { durationMs } from '../../shared/durations.ts';
import type { ErasurePreview } from '../../shared/erasures.ts';
import type { Done, RequestPreview } from '../../shared/requests.ts';
import type { Survivor, Survivors } from '../../shared/survivors.ts';
import { connectAgent } from '../support/agent.ts';
import { startCanary } from '../support/canary.ts';
import { dumpTables } from '../support/database.ts';
import { post } from '../support/http.ts';
import { keepAccessUnder } from '../support/notices.ts';
import { addRecipient } from '../support/recipient.ts';
import { startRequestDesk } from '../support/requests.ts';
import { secondConversation } from '../support/second-conversation.ts';
import { startTestRelay } from '../support/start-relay.ts';
import { startVisitor } from '../support/visitor.ts';

/** Which survivor a row stands for, by its table. What a chat leaves in others is of nobody, or a mistake. */
const STANDS_FOR: Record<string, Survivor['what']> = {
  ledger_entry: 'ledger',
  erasure: 'certificate',
  audit: 'audit',
  audit_entry: 'audit',
  request: 'request',
  request_step: 'request',
  access_log: 'access_log',
  webhook_delivery: 'recipients',
  // The key of the log of access; of a visitor there is none.
  data_key: 'access_log',
};
/** How long the chains are, what the relay says of itself, and whom the owner tells: nothing in it is left by somebody. */
const OF_THE_RELAY = [
  'ledger_head',
  'audit_head',
  'tree_head',
  'audit_tree_head',
  'agent_session',
  'retention_state',
  'retention_run',
  'webhook',
];
/** What no table has. */
const ELSEWHERE: Survivor['what'][] = ['backup_keys', 'backup_data', 'audit_copy'];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const kinds = (survivors: Survivor[]): string[] => survivors.map(({ what }) => what).toSorted();
const one = (survivors: Survivor[], what: Survivor['what']): Survivor | undefined => survivors.find((each) => each.what === what);

/** A relay on which somebody chats with everything there is, and what it has before they came. */
async function chatted(isBrazil: boolean) {
  const relay = await startTestRelay({ env: { PARLEY_TRUST_PROXY: '1' } });
  const agent = await connectAgent(relay);
  closing.push(async () => {
    agent.socket.close();
    await relay.close();
  });
  if (isBrazil) await keepAccessUnder(relay);
  await addRecipient(relay, agent, { events: ['visitor.erased'] });
  const before = dumpTables(relay);
  const canary = await startCanary(relay, agent, 'left');
  return { relay, agent, canary, before };
}

describe('what survives an erasure is named before and after it (PR-58)', () => {
  for (const [law, isBrazil] of [
    ['without a log of access', false],
    ['under Brazil’s', true],
  ] as const)
    it(`is all that is left in the tables, and nothing else is: ${law}`, async () => {
      const { relay, agent, canary, before } = await chatted(isBrazil);
      const { session, conversationId } = canary;
      const { token } = (await post<ReceiptLink>(relay, '/api/receipts', { session })).body;
      const asked = await Promise.all([
        post<Survivors>(relay, '/api/privacy/survivors', { session }),
        post<Survivors>(relay, '/api/privacy/survivors', { session: null, link: token }),
        post<ErasurePreview>(relay, '/api/agent/erasures/preview', { conversationId }, { cookie: agent.cookie }),
      ]);
      expect(asked.map(({ status }) => status)).toEqual([200, 200, 200]);
      const [told] = asked.map(({ body }) => kinds(body.survivors));
      for (const { body } of asked) expect(kinds(body.survivors)).toEqual(told);
      expect((await post(relay, '/api/privacy/survivors', { session: null })).status).toBe(401);
      expect((await post(relay, '/api/privacy/survivors', { session: null, link: 'G'.repeat(43) })).status).toBe(404);

      const due = (dumpTables(relay).access_log as { due_at: number }[]).map(({ due_at }) => due_at);
      const { status, body } = await post<ErasedForGood>(relay, '/api/privacy/erase', { session });
      expect([status, kinds(body.survivors)]).toEqual([200, told]);
      const after = dumpTables(relay);
      const left = Object.entries(after).flatMap(([table, rows]) => {
        const known = new Set((before[table] ?? []).map((row) => JSON.stringify(row)));
        const isNew = rows.some((row) => !known.has(JSON.stringify(row)));
        return isNew && !OF_THE_RELAY.includes(table) ? [STANDS_FOR[table] ?? table] : [];
      });
      expect([...new Set(left)].toSorted()).toEqual(told?.filter((what) => !ELSEWHERE.includes(what as Survivor['what'])));

      const log = one(body.survivors, 'access_log');
      expect(log?.until).toBe(isBrazil ? due[0] : undefined);
      expect(log?.ground).toBe(isBrazil ? 'access_law' : undefined);
      expect(one(body.survivors, 'recipients')).toMatchObject({ end: 'confirmed', names: [expect.any(String)] });
      for (const each of body.survivors) expect(each.until === null).toBe(each.end !== 'day' && each.end !== 'answered');
      const text = JSON.stringify(body.survivors);
      expect([...canary.texts, ...canary.ids, '203.0.113'].filter((mark) => text.includes(mark))).toEqual([]);
      // As it was signed: the certificate has not become another by it.
      expect(Object.keys(body.certificate)).not.toContain('survivors');
    });

  it('follows what is set up: the audit’s period, its copies, no recipient, nothing asked', async () => {
    const relay = await startTestRelay({ env: { PARLEY_AUDIT_KEEP: 'P6M', PARLEY_AUDIT_URL: 'http://127.0.0.1:9/none' } });
    closing.push(() => relay.close());
    const { session } = await startVisitor(relay);
    const began = Date.now();
    const { survivors } = (await post<Survivors>(relay, '/api/privacy/survivors', { session })).body;
    expect(kinds(survivors)).toEqual(['audit', 'audit_copy', 'backup_data', 'backup_keys', 'certificate', 'ledger']);
    const lives = { audit: 'P6M', backup_keys: USUAL_LIVES.keys, backup_data: USUAL_LIVES.data } as const;
    for (const [what, period] of Object.entries(lives)) {
      const until = one(survivors, what as Survivor['what'])?.until ?? 0;
      expect([what, Math.round((until - began - durationMs(period)) / 60_000)]).toEqual([what, 0]);
    }
  });

  it('for one conversation of several names no recipient and no request: the visitor stays', async () => {
    const { relay, agent, canary } = await chatted(true);
    await secondConversation(relay, canary.conversationId, 'Again');
    const preview = async (scope: string) =>
      (
        await post<ErasurePreview>(
          relay,
          '/api/agent/erasures/preview',
          { conversationId: canary.conversationId, scope },
          { cookie: agent.cookie },
        )
      ).body.survivors;
    const [whole, single] = [await preview('visitor'), await preview('conversation')];
    expect(kinds(whole).filter((what) => !kinds(single).includes(what))).toEqual(['recipients', 'request']);
    expect(kinds(single)).toContain('access_log');
  });

  it('stands in the letter that answers a request, with the log of access and its last day, and leads to no line of it', async () => {
    const desk = await startRequestDesk();
    closing.push(() => desk.relay.close());
    const erased = async (email: string) => {
      const visitor = await startVisitor(desk.relay, { email });
      const { id } = await desk.enterFor(visitor, { kind: 'erase' });
      const { survivors } = (await desk.ask<RequestPreview>('/preview', { id })).body;
      expect((await desk.ask<Done>('/do', { id })).status).toBe(200);
      return { id, survivors, letter: await desk.draft({ id, letter: 'answer', outcome: 'done' }) };
    };
    const plain = await erased('plain@example.ie');
    expect(kinds(plain.survivors)).toEqual(['audit', 'backup_data', 'backup_keys', 'certificate', 'ledger', 'request']);
    expect(plain.letter).toContain('This is left, with why and until when:\n\n- Keys in copies against loss');
    expect(plain.letter).toContain('without who asked');
    expect(plain.letter).not.toContain('IP address');

    await keepAccessUnder(desk.relay);
    const brazil = await erased('brazil@example.br');
    expect(kinds(brazil.survivors)).toContain('access_log');
    // Six months from a Tuesday in March, to the day.
    expect(brazil.letter).toMatch(
      /The time and the IP address .* Article 15, demands it\. Until 7 September 2026 at the latest\./,
    );
    const dueAt = (dumpTables(desk.relay).access_log as { due_at: number }[])[0]?.due_at;
    expect(JSON.stringify(dumpTables(desk.relay).request_step)).not.toContain(String(dueAt));
  });
});
