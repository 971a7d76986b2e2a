import type { FrameBoot, StartRequest } from '../../../shared/api.ts';
import { AGENT_COOKIE, CHAT_COOKIE } from '../../../shared/endpoints.ts';
import { signIn } from '../../support/agent.ts';
import { frameBoot } from '../../support/visitor.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type AgentDesk, openDesk } from './agent-desk.ts';
import { History } from './history.ts';
import { Judge, requireSound, type Verdict, Violation } from './judge.ts';
import type { Browser } from './page.ts';
import { type FaultProxy, openProxy } from './proxy.ts';
import { openStoreOf, readAfresh } from './readers.ts';
import { type RelayProcess, startRelayProcess } from './relay-process.ts';
import { type Random, seeded } from './seed.ts';
import { resumeTab, startTab, type TabParts, type VisitorTab } from './visitor-tab.ts';

/** One relay, the product's clients on it, each behind a proxy of its own, and the history of what they did. */
export interface Arena {
  readonly relay: RelayProcess;
  readonly history: History;
  readonly random: Random;
  readonly boot: FrameBoot;
  readonly tabs: ReadonlySet<VisitorTab>;
  readonly desks: ReadonlySet<AgentDesk>;
  /** A visitor who agrees and begins, in a browser of their own unless one is given. */
  visitor(options?: { browser?: Browser; request?: Partial<StartRequest> }): Promise<VisitorTab>;
  /** The same page loaded anew: the cookie's conversation, where there is one; null without. */
  reload(tab: VisitorTab): Promise<VisitorTab | null>;
  /** Another tab of the same browser; with what its page kept, if it is a copy. */
  anotherTab(tab: VisitorTab, storage?: Map<string, string>): Promise<VisitorTab>;
  agent(): Promise<AgentDesk>;
  proxyOf(client: VisitorTab | AgentDesk): FaultProxy;
  leave(tab: VisitorTab): Promise<void>;
  /** Everything heals, everybody catches up and reads, and the judge speaks. @throws Violation */
  finish(context: string): Promise<Verdict>;
  close(): Promise<void>;
}

export interface ArenaOptions {
  seed: number;
  hurry?: number;
  databaseUrl?: string;
  /** How long everybody has to catch up in the end, in milliseconds. */
  patience?: number;
}

/** Five times as quick: a second until a send counts as unanswered. */
export const HURRY = 5;
/** Everybody has caught up by then, on a machine that does other things too. */
const PATIENCE = 40_000;
/** How often an agent looks at every talk while the others catch up. */
const LOOK = 500;

export async function openArena({ seed, hurry = HURRY, databaseUrl, patience = PATIENCE }: ArenaOptions): Promise<Arena> {
  const relay = await startRelayProcess(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl });
  const history = new History();
  const random = seeded(seed);
  const boot = await frameBoot(relay);
  const tabs = new Set<VisitorTab>();
  const desks = new Set<AgentDesk>();
  const proxies = new Map<VisitorTab | AgentDesk, FaultProxy>();
  let named = 0;

  async function withProxy<Client extends VisitorTab | AgentDesk>(
    open: (proxy: FaultProxy) => Promise<Client | null>,
  ): Promise<Client | null> {
    const proxy = await openProxy(relay.port, random.whole(1, 2 ** 31));
    const client = await open(proxy);
    if (client) proxies.set(client, proxy);
    else await proxy.close();
    return client;
  }
  function partsOf(name: string, browser: Browser, proxy: FaultProxy, storage?: Map<string, string>): TabParts {
    return { name, history, boot, browser, port: proxy.port, origin: relay.origin, hurry, ...(storage && { storage }) };
  }
  async function resume(browser: Browser, conversationId: string, storage?: Map<string, string>): Promise<VisitorTab> {
    named += 1;
    const name = `tab ${named}`;
    const tab = await withProxy((proxy) => resumeTab(partsOf(name, browser, proxy, storage), conversationId));
    if (!tab) throw new Error('no tab');
    tabs.add(tab);
    return tab;
  }

  const arena: Arena = {
    relay,
    history,
    random,
    boot,
    tabs,
    desks,
    async visitor({ browser = { cookies: new Map() }, request = {} } = {}) {
      named += 1;
      const name = `tab ${named}`;
      const tab = await withProxy((proxy) => startTab(partsOf(name, browser, proxy), request));
      if (!tab) throw new Error('the start was not taken');
      tabs.add(tab);
      return tab;
    },
    async reload(tab) {
      const isKept = tab.browser.cookies.has(CHAT_COOKIE);
      await arena.leave(tab);
      return isKept ? resume(tab.browser, tab.conversationId, tab.page.storage) : null;
    },
    anotherTab: (tab, storage) => resume(tab.browser, tab.conversationId, storage),
    async agent() {
      const { me, cookie } = await signIn(relay);
      const browser: Browser = { cookies: new Map([[AGENT_COOKIE, cookie.slice(AGENT_COOKIE.length + 1)]]) };
      const name = `desk ${desks.size + 1}`;
      const desk = await withProxy((proxy) =>
        openDesk({ name, history, me, browser, port: proxy.port, origin: relay.origin, hurry }),
      );
      if (!desk) throw new Error('no desk');
      desks.add(desk);
      return desk;
    },
    proxyOf(client) {
      const proxy = proxies.get(client);
      if (!proxy) throw new Error('a client without a proxy');
      return proxy;
    },
    async leave(tab) {
      tab.leave();
      tabs.delete(tab);
      const proxy = proxies.get(tab);
      proxies.delete(tab);
      await proxy?.close();
    },
    finish: (context) => finish(arena, context, patience),
    async close() {
      for (const tab of tabs) tab.leave();
      for (const desk of desks) desk.leave();
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
      await relay.close();
    },
  };
  return arena;
}

async function finish(arena: Arena, context: string, patience: number): Promise<Verdict> {
  const { relay, history } = arena;
  if (relay.alive) relay.thaw();
  for (const client of [...arena.tabs, ...arena.desks]) arena.proxyOf(client).heal();
  const store = await openStoreOf(relay);
  try {
    const stuck = await caughtUp(arena, patience, async () => {
      if (!relay.alive) await relay.start();
      return new Map((await store.conversations()).map((row) => [row.id, row.lastSeq]));
    });
    const rows = await store.conversations();
    const judge = new Judge(history);
    for (const row of rows) judge.read(await store.read(row));
    for (const desk of arena.desks) {
      for (const conversation of desk.opened.keys()) {
        await desk.open(conversation);
        await desk.readBack(conversation);
        judge.read({ reader: desk.name, conversation, messages: desk.stored(conversation) });
      }
    }
    const afresh = new Set<string>();
    for (const { name, conversationId, conversation, browser, stored } of arena.tabs) {
      // An ended chat shows what it had; what it showed was logged as it came.
      if (conversation.state.over) continue;
      judge.read({ reader: name, conversation: conversationId, messages: stored() });
      if (afresh.has(conversationId)) continue;
      afresh.add(conversationId);
      const session = conversation.session();
      const cookie = [...browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
      judge.read(await readAfresh(relay, conversationId, session === null ? { cookie } : { session }));
    }
    const where = stuck.length > 0 ? `${context}; healed, and yet ${stuck.join('; ')}` : context;
    const verdict = requireSound(judge.verdict(), where);
    if (stuck.length > 0) throw new Violation(where);
    const fault = await store.ledgerFault();
    if (fault !== null) throw new Violation(`${context}: ${fault}`);
    if (relay.crash !== null) throw new Violation(`${context}: the relay died by itself: ${relay.crash}`);
    return verdict;
  } finally {
    await store.close();
  }
}

/** Waits until every client has what is stored, and nothing waits to be sent; says who never gets there. */
async function caughtUp(arena: Arena, patience: number, lastSeqs: () => Promise<Map<string, number>>): Promise<string[]> {
  let behind: string[] = [];
  let shown = 0;
  await waitFor(
    async () => {
      const seqs = await lastSeqs();
      // A talk that is not on the screen catches up when it is shown again: somebody looks at each in turn.
      for (const { opened, workspace } of arena.desks) {
        if (performance.now() - shown < LOOK) break;
        shown = performance.now();
        for (const id of opened.keys()) workspace.show(id);
      }
      behind = [...behindTabs(arena, seqs), ...behindDesks(arena, seqs)];
      return behind.length === 0;
    },
    'everybody to catch up',
    { timeoutMs: patience },
  ).catch(() => undefined);
  return behind;
}

function behindTabs({ tabs }: Arena, seqs: Map<string, number>): string[] {
  return [...tabs].flatMap((tab) => {
    const lastSeq = seqs.get(tab.conversationId) ?? 0;
    const { state } = tab.conversation;
    if (state.over || tab.isSettled(lastSeq)) return [];
    return [`${tab.name} is ${state.link}, has ${tab.stored().length} of ${lastSeq}, and ${tab.waiting().length} wait`];
  });
}

function behindDesks({ desks }: Arena, seqs: Map<string, number>): string[] {
  return [...desks].flatMap((desk) =>
    [...desk.opened.keys()].flatMap((id) => {
      const lastSeq = seqs.get(id) ?? 0;
      if (desk.isSettled(id, lastSeq)) return [];
      const line = desk.workspace.connection.state.peek();
      return [`${desk.name} is ${line}, has ${desk.stored(id).length} of ${lastSeq} in ${id}`];
    }),
  );
}
