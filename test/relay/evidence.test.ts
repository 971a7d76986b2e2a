import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import { withGenerated } from '../../server/notices/generated.ts';
import { publishNotice } from '../../server/notices/publish.ts';
import type { SiteSettings } from '../../server/store/rows.ts';
import { connectAgent, type TestAgent } from '../support/agent.ts';
import { countRows, textsOnDisk } from '../support/database.ts';
import { askAsAgent, dataOf } from '../support/sockets.ts';
import { startTestRelay, type TestRelay } from '../support/start-relay.ts';
import { postStart, startRequestFor } from '../support/visitor.ts';

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1';

interface Seen {
  card: { ip: { mode: string; masked: string | null }; browser: string | null };
  whole: string | null;
}

/** What the card says, and what a look at the address gives, of a start with these headers. */
async function startedWith(relay: TestRelay, agent: TestAgent, headers: Record<string, string>): Promise<Seen> {
  const request = await startRequestFor(relay);
  const reply = await postStart(relay, request, headers);
  expect(reply.status).toBe(200);
  const { conversationId } = request;
  const card = dataOf(await askAsAgent(agent.socket, 'consent:card', { conversationId }));
  const { ip } = dataOf(await askAsAgent(agent.socket, 'ip:reveal', { conversationId }));
  return { card, whole: ip };
}

describe('[PR-65] an address in X-Forwarded-For', () => {
  it.each([
    ['0', '203.0.113.9, 198.51.100.7', '127.0.0.1'],
    ['1', '203.0.113.9, 198.51.100.7', '198.51.100.7'],
    ['2', '203.0.113.9, 198.51.100.7', '203.0.113.9'],
    ['1', '2001:db8:abcd:12::7', '2001:db8:abcd:12::7'],
  ])('behind %s proxies of ours, "%s" means %s', async (hops, forwarded, ip) => {
    const relay = await startTestRelay({ env: { PARLEY_TRUST_PROXY: hops } });
    const agent = await connectAgent(relay);
    try {
      const headers = { 'x-forwarded-for': forwarded, 'x-real-ip': '192.0.2.1', forwarded: 'for=192.0.2.1' };
      expect((await startedWith(relay, agent, headers)).whole).toBe(ip);
    } finally {
      agent.socket.close();
      await relay.close();
    }
  });
});

describe('[PR-63] the form of the address that the owner chose', () => {
  let relay: TestRelay;
  let agent: TestAgent;
  const from = { 'x-forwarded-for': '203.0.113.77', 'user-agent': IPHONE };

  beforeAll(async () => {
    relay = await startTestRelay({ env: { PARLEY_TRUST_PROXY: '1' } });
    agent = await connectAgent(relay);
  });
  afterAll(async () => {
    agent?.socket.close();
    await relay?.close();
  });
  async function choose(ipMode: SiteSettings['ipMode']): Promise<void> {
    const site = await relay.ctx.store.read.siteByKey('demo');
    if (!site) throw new Error('no demo site');
    const settings = { ...site.settings, ipMode };
    const { version = 0 } = (await relay.ctx.store.read.noticeInForce(site.id, 'en')) ?? {};
    const words = withGenerated({ ...DEMO_NOTICE, version: version + 1 }, settings);
    await relay.ctx.store.write(async (tx) => {
      await tx.upsertSite({ ...site, settings });
      await publishNotice(tx, site.id, words, Date.now());
    });
  }

  it('is all that is stored, shown and given: cut to its network, or nothing', async () => {
    await choose('truncated');
    const cut = await startedWith(relay, agent, from);
    expect(cut.card.ip).toEqual({ mode: 'truncated', masked: '203.0.113.0/24', mayReveal: true });
    expect(cut.whole).toBe('203.0.113.0/24');
    await choose('none');
    const before = countRows(relay).evidence ?? 0;
    const nothing = await startedWith(relay, agent, from);
    expect(nothing.card.ip).toEqual({ mode: 'none', masked: null, mayReveal: true });
    expect(nothing.whole).toBeNull();
    // The browser is evidence too, of its own; the address is not there.
    expect(countRows(relay).evidence).toBe(before + 1);
    await choose('full');
    expect((await startedWith(relay, agent, from)).card.ip).toEqual({ mode: 'full', masked: '203.0.113.•••', mayReveal: true });
    expect(textsOnDisk(relay, ['203.0.113'])).toEqual([]);
  });

  it('goes with the browser’s family, never with the whole of what it calls itself', async () => {
    expect((await startedWith(relay, agent, from)).card.browser).toBe('Safari, iOS');
    expect(textsOnDisk(relay, ['15E148'])).toEqual([]);
  });
});
