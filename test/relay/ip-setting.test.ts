import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newActId } from '../../shared/ids.ts';
import type { IpMode, IpViewers } from '../../shared/ip.ts';
import type { NoticeDesk, SiteSettingsShelf } from '../../shared/owner-api.ts';
import { addAgent, connectAgent, type TestAgent } from '../support/agent.ts';
import { textsOnDisk } from '../support/database.ts';
import { get, post } from '../support/http.ts';
import { askAsAgent, dataOf, factsOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { postStart, startRequestFor } from '../support/visitor.ts';
import { waitFor } from '../support/wait-for.ts';

const PASSWORD = 'a sentence that is long enough';
const AGENT = { name: 'Tomás', email: 'tomas@northwind.example', password: PASSWORD };
const PRIVACY = { name: 'Pádraig', email: 'dpo@northwind.example', password: PASSWORD };
const FROM = { 'x-forwarded-for': '203.0.113.77' };

let relay: TestRelay;
let owner: TestAgent;
let privacy: TestAgent;
let agent: TestAgent;
let privacyId: string;

beforeAll(async () => {
  relay = await startTestRelay({ env: { PARLEY_TRUST_PROXY: '1' } });
  await addAgent(relay, AGENT);
  privacyId = await addAgent(relay, { ...PRIVACY, role: 'privacy' });
  [owner, privacy, agent] = [await connectAgent(relay), await connectAgent(relay, PRIVACY), await connectAgent(relay, AGENT)];
});
afterAll(async () => {
  for (const one of [owner, privacy, agent]) one?.socket.close();
  await relay?.close();
});

async function begin(): Promise<{ conversationId: string; session: string }> {
  const request = await startRequestFor(relay);
  expect((await postStart(relay, request, FROM)).status).toBe(200);
  return request;
}
const as = ({ cookie }: TestAgent) => ({ cookie });
const settings = async (who = owner) => (await get<SiteSettingsShelf>(relay, '/api/agent/settings', as(who))).body.sites[0]?.ip;
const setMode = (from: IpMode, ipMode: IpMode, { cookie } = owner) =>
  post<SiteSettingsShelf>(relay, '/api/agent/settings/demo/ip-mode', { from, ipMode }, { cookie });
const setViewers = (from: IpViewers, ipViewers: IpViewers, { cookie } = owner) =>
  post<SiteSettingsShelf>(relay, '/api/agent/settings/demo/ip-viewers', { from, ipViewers }, { cookie });
const cardIp = async ({ socket }: TestAgent, conversationId: string) =>
  dataOf(await askAsAgent(socket, 'consent:card', { conversationId })).ip;
const reveal = ({ socket }: TestAgent, conversationId: string) => askAsAgent(socket, 'ip:reveal', { conversationId });
const wholeOf = async (conversationId: string) => dataOf(await reveal(owner, conversationId)).ip;
const lines = async (begins: string) =>
  (await relay.ctx.store.read.audit.newest(300)).filter(({ action }) => action.startsWith(begins)).reverse();
const desk = async (): Promise<NoticeDesk> => (await get<NoticeDesk>(relay, '/api/agent/notices/demo/en', as(owner))).body;
async function publish(): Promise<void> {
  const body = { locale: 'en', hash: (await desk()).draft?.hash };
  expect((await post(relay, '/api/agent/notices/demo/publish', body, as(owner))).status).toBe(200);
}

describe('[PR-63] what is kept of an address, as an owner sets it', () => {
  it('is the owner’s alone to change and the privacy desk’s to see, takes no other word, and overwrites nobody’s choice', async () => {
    for (const change of [setMode('full', 'none', agent), setMode('full', 'none', privacy)])
      expect((await change).status).toBe(403);
    expect((await post(relay, '/api/agent/settings/demo/ip-mode', { from: 'full', ipMode: 'none' })).status).toBe(401);
    expect((await setMode('full', 'half' as IpMode)).status).toBe(400);
    expect((await setMode('none', 'truncated')).status).toBe(409);
    expect((await post(relay, '/api/agent/settings/nowhere/ip-mode', { from: 'full', ipMode: 'none' }, as(owner))).status).toBe(
      404,
    );
    expect(await settings(privacy)).toEqual({
      mode: 'full',
      viewers: 'privacy',
      notices: [{ locale: 'en', version: 1, says: 'full' }],
    });
    expect((await get(relay, '/api/agent/settings', as(agent))).status).toBe(403);
    expect(await lines('setting.ip')).toEqual([]);
  });

  it('is less at once, for the next who agrees and for a later act of who agreed before; more only once the notice says so', async () => {
    const early = await begin();
    expect((await setMode('full', 'truncated')).body.sites[0]?.ip).toMatchObject({
      mode: 'truncated',
      notices: [{ version: 1, says: 'full' }],
    });
    const cut = await begin();
    expect(await wholeOf(cut.conversationId)).toBe('203.0.113.0/24');
    // What was recorded before is told as it was, and stays until its own time.
    expect(await cardIp(owner, early.conversationId)).toMatchObject({ mode: 'full', masked: '203.0.113.•••' });
    await setMode('truncated', 'none');
    const nothing = await begin();
    expect(await cardIp(owner, nothing.conversationId)).toMatchObject({ mode: 'none', masked: null });
    expect([await wholeOf(nothing.conversationId), await wholeOf(early.conversationId)]).toEqual([null, '203.0.113.77']);
    const act = { actId: newActId(), control: 'privacy.withdraw', action: 'click', clientTime: null, viewport: 'desktop' };
    const withdraw = { ...act, session: early.session, nextSession: null };
    expect((await post(relay, '/api/consents/withdraw', withdraw, FROM)).status).toBe(200);
    const { read } = relay.ctx.store;
    expect([await read.evidence(act.actId, 'ip'), await read.evidence(act.actId, 'ua')]).toEqual([null, expect.anything()]);
    // The notice follows.
    const { notes, draft } = await desk();
    expect(notes.join()).toContain('not at all; the notice in force says whole. No more than the setting is kept');
    expect(draft?.doc.full.table).toContainEqual({ term: 'IP address', text: 'Not kept' });
    await publish();
    expect((await settings())?.notices).toEqual([{ locale: 'en', version: 2, says: 'none' }]);
    // Back to more: as the notice says, until another one does.
    await setMode('none', 'full');
    expect((await desk()).notes.join()).toContain(
      'whole; the notice in force says not at all. The relay does as the notice says',
    );
    expect(await wholeOf((await begin()).conversationId)).toBeNull();
    await publish();
    expect(await wholeOf((await begin()).conversationId)).toBe('203.0.113.77');
    expect(textsOnDisk(relay, ['203.0.113'])).toEqual([]);
    expect((await lines('setting.ip_mode')).map(({ action, agentId }) => [action, agentId === owner.me.id])).toEqual([
      ['setting.ip_mode.truncated', true],
      ['setting.ip_mode.none', true],
      ['setting.ip_mode.full', true],
    ]);
  });
});

describe('[PR-66] who may look at an address', () => {
  const hidden = { mode: 'full', masked: null, mayReveal: false };
  const covered = { mode: 'full', masked: '203.0.113.•••', mayReveal: true };

  it('[PR-74] is owners and the role privacy unless an owner says otherwise: an agent gets no part of it, and no line says so', async () => {
    const { conversationId } = await begin();
    for (const one of [owner, privacy]) {
      expect(await cardIp(one, conversationId)).toEqual(covered);
      expect(await reveal(one, conversationId)).toEqual({ ok: true, data: { ip: '203.0.113.77' } });
    }
    const before = await lines('ip.reveal');
    expect(before.slice(-2).map(({ agentId, object }) => [agentId, object])).toEqual([
      [owner.me.id, conversationId],
      [privacyId, conversationId],
    ]);
    expect(await cardIp(agent, conversationId)).toEqual(hidden);
    expect(await reveal(agent, conversationId)).toEqual({ ok: false, error: 'forbidden' });
    expect(await lines('ip.reveal')).toHaveLength(before.length);
  });

  it('is set by an owner, each change written down, in force with the next question, and told to whoever has it on a screen', async () => {
    const { conversationId } = await begin();
    for (const who of [privacy, agent]) expect((await setViewers('privacy', 'agent', who)).status).toBe(403);
    expect((await setViewers('privacy', 'visitor' as IpViewers)).status).toBe(400);
    expect((await setViewers('owner', 'agent')).status).toBe(409);
    dataOf(await askAsAgent(agent.socket, 'conversation:open', { conversationId }));
    const facts = factsOf(agent.socket);
    const told = (): number =>
      facts.filter(({ name, fact }) => name === 'consent:changed' && JSON.stringify(fact).includes(conversationId)).length;
    expect((await setViewers('privacy', 'agent')).body.sites[0]?.ip.viewers).toBe('agent');
    await waitFor(() => told() === 1, 'the desk to be told');
    expect(await cardIp(agent, conversationId)).toEqual(covered);
    expect(dataOf(await reveal(agent, conversationId)).ip).toBe('203.0.113.77');
    await setViewers('agent', 'owner');
    for (const one of [privacy, agent]) {
      expect(await cardIp(one, conversationId)).toEqual(hidden);
      expect(await reveal(one, conversationId)).toEqual({ ok: false, error: 'forbidden' });
    }
    expect(dataOf(await reveal(owner, conversationId)).ip).toBe('203.0.113.77');
    await setViewers('owner', 'privacy');
    expect((await lines('setting.ip_viewers')).map(({ action }) => action.split('.').at(-1))).toEqual([
      'agent',
      'owner',
      'privacy',
    ]);
  });

  it('goes by the role that somebody has now, not by that of when they signed in', async () => {
    const { conversationId } = await begin();
    expect((await reveal(privacy, conversationId)).ok).toBe(true);
    await relay.ctx.store.write((tx) => tx.updateAgent(privacyId, { role: 'agent' }));
    expect(await reveal(privacy, conversationId)).toEqual({ ok: false, error: 'forbidden' });
    expect(await cardIp(privacy, conversationId)).toEqual(hidden);
  });
});
