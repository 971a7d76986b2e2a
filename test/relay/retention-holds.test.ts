import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { liftRestriction, restrictVisitor, tellOfLift } from '../../server/restriction/restrict.ts';
import { setHold } from '../../server/retention/holds.ts';
import { lateness, previewRetention, runRetention } from '../../server/retention/job.ts';
import { DAY } from '../../shared/limits.ts';
import { endedVisitor, startPlain } from '../support/aged.ts';
import { textsOnDisk } from '../support/database.ts';
import { OWNER, startTestRelay, type TestRelay } from '../support/start-relay.ts';

let began: number;
let now: number;
let relay: TestRelay;

beforeEach(async () => {
  began = Date.now();
  now = began;
  relay = await startTestRelay({ overrides: { clock: () => now } });
});
afterEach(() => relay?.close());

const run = () => runRetention(relay.ctx, true);
const actorOf = async () => {
  const agent = await relay.ctx.store.read.agentByEmail(OWNER.email);
  return { kind: 'agent' as const, id: agent?.id ?? '', session: null };
};

describe('a legal hold (PR-61)', () => {
  it('stops the clocks of a conversation, and lets go by itself when it ends', async () => {
    const [held, free] = [await endedVisitor(relay), await endedVisitor(relay)];
    const actor = await actorOf();
    const until = began + 200 * DAY;
    await setHold(relay.ctx, actor, { conversationId: held.conversationId, reason: 'Claim 7 of Aoife', until });
    now = began + 100 * DAY;
    expect(await previewRetention(relay.ctx)).toMatchObject({ counts: { messages: 1, form: 2, evidence: 2 }, held: 1 });
    expect((await run()).counts).toEqual({ messages: 1, form: 2, evidence: 2 });
    const { read } = relay.ctx.store;
    expect(await read.messagesAfter(held.conversationId, 0, 9)).toHaveLength(1);
    expect(await read.messagesAfter(free.conversationId, 0, 9)).toEqual([]);
    // What is held is not late.
    expect((await lateness(read, now + 2 * DAY)).overdue).toEqual([]);
    now = until;
    expect((await run()).counts).toEqual({ messages: 1, form: 2, evidence: 2 });
    expect(await read.retention.hold(held.conversationId)).toBeNull();
    expect(textsOnDisk(relay, ['Claim 7 of Aoife'])).toEqual([]);
  });

  it('blocks no erasure that is asked for', async () => {
    const { conversationId } = await startPlain(relay);
    const actor = await actorOf();
    await setHold(relay.ctx, actor, { conversationId, reason: 'Claim 8', until: now + DAY });
    const order = { actor: { kind: 'visitor' as const }, reason: 'request' as const };
    const { certificate } = await eraseVisitor(relay.ctx, { conversationId }, order);
    expect(certificate.counts).toMatchObject({ legal_hold: 1, visitor: 1 });
    expect(await relay.ctx.store.read.conversation(conversationId)).toBeNull();
  });

  it('is not needed while a person’s data is restricted: it waits, and goes when that is lifted', async () => {
    const { conversationId } = await endedVisitor(relay);
    await restrictVisitor(relay.ctx, { conversationId }, { actor: { kind: 'visitor' }, ground: 'claims' });
    now = began + 100 * DAY;
    expect((await run()).counts).toEqual({});
    expect(await relay.ctx.store.read.messagesAfter(conversationId, 0, 9)).toHaveLength(1);
    const { visitorId } = (await relay.ctx.store.read.conversation(conversationId)) ?? { visitorId: '' };
    const actor = await actorOf();
    await tellOfLift(relay.ctx, visitorId, 'post', actor);
    await liftRestriction(relay.ctx, visitorId, actor);
    now += DAY;
    expect((await run()).counts).toMatchObject({ messages: 1, evidence: 2 });
  });
});
