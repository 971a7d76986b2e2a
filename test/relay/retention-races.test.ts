import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncForAgent } from '../../server/conversations/conversations.ts';
import { postMessage } from '../../server/conversations/messages.ts';
import { verifyLedger } from '../../server/ledger/verify.ts';
import { keepRetention, runRetention } from '../../server/retention/job.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { newId } from '../../shared/ids.ts';
import { DAY, HOUR } from '../../shared/limits.ts';
import { endedVisitor, startPlain } from '../support/aged.ts';
import { createDatabase } from '../support/postgres.ts';
import { OWNER, startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { waitFor } from '../support/wait-for.ts';

let began: number;
let now: number;
let relay: TestRelay;

beforeEach(async () => {
  began = Date.now();
  now = began;
  relay = await startTestRelay({ overrides: { clock: () => now } });
});
afterEach(() => relay?.close());

const run = (on: TestRelay = relay) => runRetention(on.ctx, true);
const verified = async (on: TestRelay) => (await verifyLedger(on.ctx.store.read, on.ctx.vault, DEMO_SITE_ID)).fault;

describe('letting go of what is due, while others are at it (PR-61)', () => {
  it('never loses a word that is written at the same moment', async () => {
    await raceOf(relay);
  });

  it('never loses one on PostgreSQL either, and two relays there do not do it twice', async () => {
    const database = await createDatabase();
    const env = { DATABASE_URL: database.url, PARLEY_MASTER_KEY: 'ab'.repeat(32) };
    const options = { env, overrides: { clock: () => now } };
    const [one, other] = [await startTestRelay(options), await startTestRelay(options)];
    try {
      await raceOf(one);
      now = began;
      for (let n = 0; n < 12; n++) await endedVisitor(n % 2 ? one : other);
      now = began + 4 * 365 * DAY;
      const runs = await Promise.all([run(one), run(other)]);
      const events = runs.map(({ counts }) => counts.consent ?? 0).reduce((sum, count) => sum + count, 0);
      expect(runs.map(({ failed }) => failed)).toEqual([0, 0]);
      // Eighteen visitors, two events each, and each once.
      expect((await one.ctx.store.read.erasures(DEMO_SITE_ID, 0, 99)).length).toBe(18);
      expect(events).toBe(36);
      expect(await verified(one)).toBeNull();
      const again = await run(other);
      expect(again.counts).toEqual({});
    } finally {
      await one.close();
      await other.close();
      await database.drop();
    }
  });

  it('is not confused by a clock that jumps back', async () => {
    await endedVisitor(relay);
    now = began + 30 * DAY;
    await run();
    now = began - 10 * DAY;
    expect((await run()).counts).toEqual({});
    now = began + 90 * DAY;
    expect((await run()).counts).toEqual({ messages: 1, form: 2 });
    // A turn noted by a clock that was a year ahead is not waited for.
    await relay.ctx.store.write((tx) => tx.retention.finish(now, now + 365 * DAY));
    now += DAY;
    const keeper = keepRetention(relay.ctx);
    const { retention } = relay.ctx.store.read;
    await waitFor(async () => (await retention.state()).ranAt === now, 'the relay to look by itself');
    await keeper.stop();
    expect((await retention.state()).nextAt).toBe(now + HOUR);
  });
});

/** Words are written while the talk falls due: each is either kept, and then readable, or refused. */
async function raceOf(on: TestRelay): Promise<void> {
  const agent = await on.ctx.store.read.agentByEmail(OWNER.email);
  if (!agent) throw new Error('no owner');
  for (let round = 0; round < 6; round++) {
    now = began;
    const { conversationId } = await startPlain(on);
    now = began + 90 * DAY;
    const ids = Array.from({ length: 6 }, () => newId());
    const send = (id: string) => postMessage(on.ctx, conversationId, { kind: 'agent', agent }, { id, body: `word ${id}` });
    const [, ...ends] = await Promise.allSettled([run(on), ...ids.map(send)]);
    const { messages, conversation } = await syncForAgent(on.ctx, conversationId, 0);
    const kept = ids.filter((_, at) => ends[at]?.status === 'fulfilled');
    if (conversation.closedBy === 'retention') {
      // What was written just before went with the rest; nothing came after.
      expect(messages).toEqual([]);
    } else {
      expect(messages.map(({ id }) => id)).toEqual(expect.arrayContaining(kept));
      expect(messages.filter(({ id }) => ids.includes(id)).every(({ id, body }) => body === `word ${id}`)).toBe(true);
    }
  }
}
