import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErasedForGood, Withdrawn } from '../../shared/api.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type { InboxConversation } from '../../shared/events.ts';
import { newActId, newId, newSessionToken } from '../../shared/ids.ts';
import type { NoticeDesk, SiteSettingsShelf } from '../../shared/owner-api.ts';
import type { AfterWithdrawal } from '../../shared/reading.ts';
import { addAgent, connectAgent, signIn, type TestAgent } from '../support/agent.ts';
import { get, post } from '../support/http.ts';
import { askAsAgent, dataOf, factsOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { startVisitor, type TestVisitor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const AGENT = { name: 'Tomás', email: 'tomas@northwind.example', password: 'a sentence that is long enough' };
const PRIVACY = { name: 'Pádraig', email: 'dpo@northwind.example', password: 'another sentence, long enough' };
const CANARY = 'canary-a91c: the map is upside down';

let relay: TestRelay;
let agent: TestAgent;
let owner: TestAgent;

beforeAll(async () => {
  relay = await startTestRelay();
  await addAgent(relay, AGENT);
  await addAgent(relay, { ...PRIVACY, role: 'privacy' });
  [agent, owner] = [await connectAgent(relay, AGENT), await connectAgent(relay)];
});
afterAll(async () => {
  for (const one of [agent, owner]) one?.socket.close();
  await relay?.close();
});

const withdraw = (visitor: Pick<TestVisitor, 'session'>, nextSession: string | null = null) =>
  post<Withdrawn & ErrorBody>(relay, '/api/consents/withdraw', {
    ...{ session: visitor.session, nextSession, actId: newActId(), control: 'privacy.withdraw', action: 'click' },
    ...{ clientTime: null, viewport: 'desktop' },
  });
const begin = (): Promise<TestVisitor> => startVisitor(relay, { message: { id: newId(), body: CANARY } });
const set = async (from: AfterWithdrawal, to: AfterWithdrawal, cookie = owner.cookie) =>
  post<SiteSettingsShelf>(relay, '/api/agent/settings/demo/after-withdrawal', { afterWithdrawal: to, from }, { cookie });
const looks = async (): Promise<number> =>
  (await relay.ctx.store.read.audit.newest(200)).filter(({ action }) => action === 'talk.opened').length;

const setViewers = async (from: string, ipViewers: string): Promise<void> => {
  const reply = await post(relay, '/api/agent/settings/demo/ip-viewers', { from, ipViewers }, { cookie: owner.cookie });
  expect(reply.status).toBe(200);
};

/** Everything that one at the desk can get of a talk by asking. */
async function readAs({ socket }: TestAgent, conversationId: string): Promise<string> {
  return JSON.stringify([
    await askAsAgent(socket, 'conversation:open', { conversationId }),
    await askAsAgent(socket, 'conversation:sync', { conversationId, afterSeq: 0 }),
    await askAsAgent(socket, 'inbox:list', { view: 'all', before: null }),
    await askAsAgent(socket, 'conversation:close', { conversationId }),
    await askAsAgent(socket, 'consent:card', { conversationId }),
  ]);
}

describe('[PR-46] a talk after its withdrawal', () => {
  it('is locked to everybody at the desk: no word, no address; that it was withdrawn, and what was agreed, stays', async () => {
    const visitor = await begin();
    const { conversationId } = visitor;
    for (const one of [agent, owner]) expect(await readAs(one, conversationId)).toContain(CANARY);
    const reopened = dataOf(await askAsAgent(agent.socket, 'conversation:reopen', { conversationId }));
    expect(reopened.reading).toBe('open');
    const facts = factsOf(agent.socket);
    expect((await withdraw(visitor)).body.reading).toBe('locked');
    const told = (): InboxConversation | undefined =>
      facts
        .flatMap(({ name, fact }) => (name === 'inbox:changed' ? (fact as InboxConversation[]) : []))
        .findLast(({ id }) => id === conversationId);
    await waitFor(() => told()?.reading === 'locked', 'the desk to be told');
    expect(told()).toMatchObject({ last: null, withdrawnAt: expect.any(Number), visitorName: 'Aoife' });
    expect(JSON.stringify(facts)).not.toContain('upside down');
    for (const one of [agent, owner]) {
      const read = await readAs(one, conversationId);
      expect(read).not.toContain('upside down');
      expect(read).not.toContain('aoife@example.ie');
      const card = dataOf(await askAsAgent(one.socket, 'consent:card', { conversationId }));
      expect(card).toMatchObject({ state: 'withdrawn', reading: 'locked', visitor: { name: 'Aoife', email: null } });
    }
  });

  it('opens for one look to who answers for the site, never to who only answers in it, and each look is written down first', async () => {
    const visitor = await begin();
    const { conversationId } = visitor;
    const unlock = (one: TestAgent, afterSeq: number | null = null) =>
      askAsAgent(one.socket, 'conversation:unlock', { conversationId, afterSeq });
    // Before the withdrawal there is nothing to unlock, and nothing to write down.
    const before = await looks();
    expect(dataOf(await unlock(owner)).messages.map(({ body }) => body)).toEqual([CANARY]);
    expect(await looks()).toBe(before);
    await withdraw(visitor);
    expect(await unlock(agent)).toEqual({ ok: false, error: 'forbidden' });
    expect(await looks()).toBe(before);
    const privacy = await connectAgent(relay, PRIVACY);
    for (const [at, one] of [owner, privacy].entries()) {
      const opened = dataOf(await unlock(one));
      expect([opened.messages.map(({ body }) => body), opened.conversation.reading]).toEqual([[CANARY], 'locked']);
      expect(await looks()).toBe(before + at + 1);
    }
    expect(dataOf(await unlock(owner, 1)).messages).toEqual([]);
    const [look] = await relay.ctx.store.read.audit.newest(1);
    expect(look).toMatchObject({ action: 'talk.opened', agentId: owner.me.id, object: conversationId });
    // One look opens nothing for the next who asks.
    expect(await readAs(owner, conversationId)).not.toContain('upside down');
    privacy.socket.close();
  });
});

describe('[PR-46] the owner’s choice of who reads after a withdrawal', () => {
  const settings = async (): Promise<SiteSettingsShelf['sites'][number] | undefined> =>
    (await get<SiteSettingsShelf>(relay, '/api/agent/settings', { cookie: owner.cookie })).body.sites[0];
  const publish = async (): Promise<void> => {
    const { draft } = (await get<NoticeDesk>(relay, '/api/agent/notices/demo/en', { cookie: owner.cookie })).body;
    const body = { locale: 'en', hash: draft?.hash };
    expect((await post(relay, '/api/agent/notices/demo/publish', body, { cookie: owner.cookie })).status).toBe(200);
  };
  const readingOf = async (visitor: TestVisitor): Promise<string> => {
    const open = await askAsAgent(agent.socket, 'conversation:open', { conversationId: visitor.conversationId });
    return dataOf(open).conversation.reading;
  };

  it('is the owner’s alone, takes no ground that is none, and overwrites no other’s choice', async () => {
    const { cookie } = await signIn(relay, PRIVACY);
    for (const [who, status] of [
      [agent.cookie, 403],
      [cookie, 403],
      ['', 401],
    ] as const)
      expect((await set('locked', 'contract', who)).status).toBe(status);
    expect((await set('locked', 'consent' as AfterWithdrawal)).status).toBe(400);
    expect((await set('contract', 'legal_claims')).status).toBe(409);
    expect((await settings())?.afterWithdrawal).toBe('locked');
  });

  it('is for those alone who agreed to a notice that says so, is shown to them, and ends at once when it is locked again', async () => {
    const early = await begin();
    const between = await begin();
    expect((await set('locked', 'legal_obligation')).status).toBe(200);
    expect(await settings()).toMatchObject({ afterWithdrawal: 'legal_obligation', notices: [{ locale: 'en', says: 'locked' }] });
    const desk = (await get<NoticeDesk>(relay, '/api/agent/notices/demo/en', { cookie: owner.cookie })).body;
    expect(desk.notes.join()).toContain('for a legal duty');
    expect(desk.draft?.doc.full.table.at(-1)).toEqual({
      term: 'After you withdraw',
      text: 'The agents can still read the chat until it is erased, because the law obliges us to keep it',
    });
    // Set, and not yet said to anybody: locked.
    expect((await withdraw(between)).body.reading).toBe('locked');
    await publish();
    expect((await settings())?.notices).toEqual([{ locale: 'en', version: 2, says: 'legal_obligation' }]);
    const late = await begin();
    expect((await withdraw(early)).body.reading).toBe('locked');
    expect((await withdraw(late)).body.reading).toBe('legal_obligation');
    expect(await readAs(agent, late.conversationId)).toContain('upside down');
    expect(await readingOf(early)).toBe('locked');
    // Another ground than the one that was told is none.
    await set('legal_obligation', 'contract');
    expect(await readingOf(late)).toBe('locked');
    await set('contract', 'legal_obligation');
    expect(await readingOf(late)).toBe('legal_obligation');
    const facts = factsOf(agent.socket);
    await set('legal_obligation', 'locked');
    expect(await readingOf(late)).toBe('locked');
    const isTold = (): boolean =>
      facts.some(
        ({ name, fact }) =>
          name === 'inbox:changed' &&
          (fact as InboxConversation[]).some(({ id, reading }) => id === late.conversationId && reading === 'locked'),
      );
    await waitFor(isTold, 'the desk to be told');
    const acts = (await relay.ctx.store.read.audit.newest(200)).filter(({ action }) => action.startsWith('setting.'));
    expect(acts.map(({ action, agentId }) => [action.split('.').at(-1), agentId === owner.me.id]).reverse()).toEqual([
      ['legal_obligation', true],
      ['contract', true],
      ['legal_obligation', true],
      ['locked', true],
    ]);
    // Words of the choice leave the notice with it.
    await publish();
    expect(await settings()).toMatchObject({ afterWithdrawal: 'locked', notices: [{ version: 3, says: 'locked' }] });
  });
});

describe('[PR-47] who has withdrawn', () => {
  const ask = <T = ErrorBody>(path: string, session: string) => post<T>(relay, `/api/privacy/${path}`, { session });

  it('keeps what it takes to see, correct, take along and erase, under a token that speaks no more', async () => {
    const visitor = await begin();
    const next = newSessionToken();
    expect((await withdraw(visitor, next)).status).toBe(200);
    expect((await ask('form', visitor.session)).status).toBe(401);
    expect((await ask<{ name: string }>('form', next)).body.name).toBe('Aoife');
    expect((await ask('export', next)).status).toBe(200);
    const say = { session: next, actId: newActId(), purpose: 'news', granted: true, noticeHash: visitor.request.noticeHash };
    const decision = { ...say, control: 'x', action: 'click', clientTime: null, viewport: 'desktop', nextSession: null };
    expect((await post(relay, '/api/consents/decide', decision)).status).toBe(401);
    const erased = await ask<ErasedForGood>('erase', next);
    expect([erased.status, erased.body.certificate.by]).toEqual([200, 'visitor']);
    expect(await relay.ctx.store.read.conversation(visitor.conversationId)).toBeNull();
  });

  it('and lost the answer, asks again and gets it: one withdrawal, the rights still there', async () => {
    const visitor = await begin();
    const next = newSessionToken();
    await withdraw(visitor, next);
    const again = await withdraw(visitor, next);
    expect([again.status, again.body.reading]).toEqual([200, 'locked']);
    const events = await relay.ctx.store.read.consentEventsOf(visitor.conversationId);
    expect(events.filter(({ state }) => state === 'ConsentWithdrawn')).toHaveLength(2);
    expect((await ask('form', next)).status).toBe(200);
    expect((await withdraw(visitor)).status).toBe(401);
  });

  it('and has ended the chat before, under the same token, keeps it', async () => {
    const visitor = await begin();
    const next = newSessionToken();
    const end = { session: visitor.session, nextSession: next };
    expect((await post(relay, '/api/conversation/end', end)).status).toBe(200);
    // Its answer was lost: the page goes on with what it had, and with the token that it minted.
    expect((await withdraw(visitor, next)).status).toBe(200);
    expect((await ask('form', next)).status).toBe(200);
  });

  it('and minted no token, has none', async () => {
    const visitor = await begin();
    await withdraw(visitor);
    const sessions = await relay.ctx.store.read.sessionsOf(visitor.conversationId);
    expect(sessions.filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
  });
});

describe('[PR-46] the address of a talk after its withdrawal', () => {
  it('is closed to who only answers, also where the owner lets agents see addresses', async () => {
    const visitor = await begin();
    const { conversationId } = visitor;
    const revealedTo = async ({ socket }: TestAgent) => (await askAsAgent(socket, 'ip:reveal', { conversationId })).ok;
    await setViewers('privacy', 'agent');
    expect(await revealedTo(agent)).toBe(true);
    await withdraw(visitor);
    const { ip } = dataOf(await askAsAgent(agent.socket, 'consent:card', { conversationId }));
    expect([ip.mayReveal, ip.masked]).toEqual([false, null]);
    expect([await revealedTo(agent), await revealedTo(owner)]).toEqual([false, true]);
  });
});
