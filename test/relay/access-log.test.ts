import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { eraseVisitor } from '../../server/privacy/erase.ts';
import { runRetention } from '../../server/retention/job.ts';
import { DEMO_SITE_ID } from '../../server/sites/demo-site.ts';
import { DAY } from '../../shared/limits.ts';
import { noticeHash } from '../../shared/notice.ts';
import { startPlain } from '../support/aged.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { runCli } from '../support/cli.ts';
import { dumpTables, textsOnDisk } from '../support/database.ts';
import { get } from '../support/http.ts';
import { askAsAgent, dataOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { postStart, startRequestFor } from '../support/visitor.ts';

const IP = '203.0.113.161';

describe('a log of access that a law asks for (PR-62)', () => {
  let relay: TestRelay;
  let agent: TestAgent;
  let ahead = 0;

  beforeAll(async () => {
    relay = await startTestRelay({ env: { PARLEY_TRUST_PROXY: '1' }, overrides: { clock: () => Date.now() + ahead } });
    agent = await connectAgent(relay);
  });
  afterAll(async () => {
    agent?.socket.close();
    await relay?.close();
  });

  // Not past the store: it may be writing its file anew.
  const lines = () => relay.ctx.store.read.accessLog.page('', 9);
  const begin = async (): Promise<string> => {
    const request = await startRequestFor(relay);
    const started = await postStart(relay, request, { 'x-forwarded-for': IP });
    expect(started.status).toBe(200);
    return request.conversationId;
  };

  it('is not kept where no notice says so', async () => {
    await startPlain(relay);
    expect(await lines()).toEqual([]);
  });

  it('keeps time and address alone, sealed, tied to nobody, beyond an erasure and for its own six months', async () => {
    const facts = DEMO_NOTICE.facts;
    if (!facts) throw new Error('no facts');
    const doc = { ...DEMO_NOTICE, version: 2, jurisdiction: 'BR', facts: { ...facts, accessLog: 'P6M' } };
    const row = { hash: noticeHash(doc), siteId: DEMO_SITE_ID, version: 2, locale: 'en', doc, publishedAt: Date.now() };
    await relay.ctx.store.write((tx) => tx.insertNotice(row));
    const began = Date.now();
    const conversationId = await begin();
    const [line, ...others] = await lines();
    expect(others).toEqual([]);
    expect(Object.keys(dumpTables(relay).access_log?.[0] ?? {})).toEqual(['id', 'site_id', 'value_sealed', 'due_at']);
    expect(textsOnDisk(relay, [IP])).toEqual([]);
    // No door of the desk leads to it: what an agent sees of the address goes with the evidence.
    const { visitorId } = (await relay.ctx.store.read.conversation(conversationId)) ?? { visitorId: '' };
    expect(JSON.stringify(line)).not.toContain(visitorId);
    await eraseVisitor(relay.ctx, { conversationId }, { actor: { kind: 'visitor' }, reason: 'request' });
    expect(await lines()).toEqual([line]);
    const { conversations } = dataOf(await askAsAgent(agent.socket, 'inbox:list', { view: 'all', before: null }));
    expect(JSON.stringify(conversations)).not.toContain(IP);
    expect((await get(relay, '/api/agent/privacy/access-log', { cookie: agent.cookie })).status).toBe(404);

    const read = await runCli(['access-log'], { PARLEY_DATA: relay.dataDir });
    const told = JSON.parse(read.stdout.trim()) as { site: string; time: string; ip: string };
    expect(told).toEqual({ site: DEMO_SITE_ID, ip: IP, time: expect.any(String) });
    expect(Math.abs(Date.parse(told.time) - began)).toBeLessThan(60_000);
    expect((await relay.ctx.store.read.audit.newest(1))[0]).toMatchObject({ action: 'access_log.read' });

    ahead = 179 * DAY;
    await runRetention(relay.ctx, true);
    expect(await lines()).toHaveLength(1);
    ahead = 182 * DAY;
    expect((await runRetention(relay.ctx, true)).counts).toMatchObject({ access: 1 });
    expect(await lines()).toEqual([]);
  });
});
