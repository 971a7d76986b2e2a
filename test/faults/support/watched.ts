import { addAgent, signIn } from '../../support/agent.ts';
import { OWNER, startTestRelay, type TestRelay } from '../../support/start-relay.ts';
import { frameBoot } from '../../support/visitor.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type AgentDesk, type DeskParts, openDesk } from './agent-desk.ts';
import { History } from './history.ts';
import { Violation } from './judge.ts';
import type { Browser } from './page.ts';
import { difference, seenByAgent, seenByVisitor } from './snapshots.ts';
import { resumeTab, startTab, type TabParts, type VisitorTab } from './visitor-tab.ts';

const COLLEAGUE = { name: 'Tomás', email: 'tomas@northwind.example', password: 'a shelf of old atlases' };
/** Five times as quick, so that the counts of the inbox, which are asked for in a while, come within the silence. */
const HURRY = 5;
/** Longer than one conversation rests between two tellings. */
const SILENCE = 900;
const SETTLES = 20_000;

/** A visitor's tab and an agent's desk that live by facts alone, and everybody else who makes facts. */
export interface Watched {
  relay: TestRelay;
  /** What is compared: these two do nothing by themselves. */
  tab: VisitorTab;
  desk: AgentDesk;
  /** Another tab of the visitor, and a colleague of the agent: these act. */
  other: VisitorTab;
  colleague: AgentDesk;
  /** Opens a desk of the colleague, or of the agent. */
  openDesk(who: 'agent' | 'colleague'): Promise<AgentDesk>;
  /** A visitor of their own; with two tabs under one cookie, the second is given too. */
  newVisitor(): Promise<VisitorTab>;
  newVisitorWithTwoTabs(): Promise<[VisitorTab, VisitorTab]>;
  /** How often the desk was told that its session is over. */
  ended(): number;
  /** Old state plus facts is the state fetched afresh, on both sides. @throws Violation */
  expectEqual(act: string): Promise<void>;
  close(): Promise<void>;
}

/** Who comes afresh to a chat that is over is told that there is none: why it is over is no more to be had. */
const seenOrOver = (tab: VisitorTab): unknown => (tab.conversation.state.over ? 'over' : seenByVisitor(tab));

export async function watchBoth(): Promise<Watched> {
  const relay = await startTestRelay();
  const history = new History();
  const boot = await frameBoot(relay);
  const { origin, port } = relay;
  const clients: { leave(): void }[] = [];
  const add = <Client extends { leave(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  let endings = 0;
  await addAgent(relay, COLLEAGUE);
  const signedIn = {
    agent: await signIn(relay, OWNER),
    colleague: await signIn(relay, COLLEAGUE),
  };
  const deskOf = async (who: 'agent' | 'colleague', options: Partial<DeskParts>): Promise<AgentDesk> => {
    const { me, cookie } = signedIn[who];
    const [name = '', value = ''] = cookie.split('=');
    const browser: Browser = { cookies: new Map([[name, value]]) };
    return openDesk({ name: who, history, me, browser, port, origin, hurry: HURRY, ...options });
  };
  const partsOf = (browser: Browser): TabParts => ({ name: 'tab', history, boot, browser, port, origin, hurry: HURRY });
  const newVisitor = async (): Promise<VisitorTab> => {
    const tab = await startTab(partsOf({ cookies: new Map() }));
    if (!tab) throw new Error('the start was not taken');
    return add(tab);
  };

  const newVisitorWithTwoTabs = async (): Promise<[VisitorTab, VisitorTab]> => {
    const first = await newVisitor();
    if (!(await first.accept())) throw new Error('the cookie was not accepted');
    const second = add(await resumeTab(partsOf(first.browser), first.conversationId));
    await waitFor(() => second.conversation.state.synced, 'the second tab');
    return [first, second];
  };

  const [other, tab] = await newVisitorWithTwoTabs();
  const { conversationId } = other;
  const desk = add(await deskOf('agent', { onEnded: () => endings++ }));
  const colleague = add(await deskOf('colleague', {}));
  await desk.open(conversationId);
  await colleague.open(conversationId);
  await waitFor(() => desk.workspace.inbox.state.peek() === 'ready' && tab.conversation.state.synced, 'both to be there');
  const asked = {
    tab: tab.page.said.get('conversation:sync'),
    desk: [desk.page.said.get('conversation:open'), desk.page.said.get('conversation:sync')].join(),
  };

  const packets = (): number => tab.page.packets + desk.page.packets;
  /** Nothing more comes by itself: whoever comes to look makes facts, so there is one look only. */
  const quiet = async (): Promise<void> => {
    let last = packets();
    let since = performance.now();
    await waitFor(
      () => {
        if (packets() !== last) since = performance.now();
        last = packets();
        return performance.now() - since > SILENCE;
      },
      'silence',
      { timeoutMs: SETTLES },
    );
  };
  const expectEqual = async (act: string): Promise<void> => {
    await quiet();
    const known = { agent: seenByAgent(desk, conversationId), visitor: seenOrOver(tab) };
    const now = [desk.page.said.get('conversation:open'), desk.page.said.get('conversation:sync')].join();
    if (tab.page.said.get('conversation:sync') !== asked.tab || now !== asked.desk) {
      throw new Violation(`after "${act}", a client that should live by facts asked`);
    }
    const fresh = { agent: await fetchAgent(), visitor: await fetchVisitor() };
    const found = difference(known, fresh);
    if (found !== null) throw new Violation(`after "${act}", what facts made is not what is fetched: ${found}`);
  };
  /** Both states anew, by models that have never heard a fact. */
  const fetchAgent = async (): Promise<unknown> => {
    // It only looks: it says nothing of the agent that is not so, and reads nothing on the agent's behalf.
    const fresh = await deskOf('agent', { looking: false, presence: desk.workspace.presence.peek() });
    try {
      await fresh.open(conversationId);
      await waitFor(() => fresh.workspace.inbox.state.peek() === 'ready', 'a fresh inbox');
      await waitFor(() => fresh.opened.get(conversationId)?.consent.card.peek(), 'a fresh card');
      return seenByAgent(fresh, conversationId);
    } finally {
      fresh.leave();
    }
  };
  const fetchVisitor = async (): Promise<unknown> => {
    const tab = await resumeTab(partsOf(other.browser), conversationId);
    try {
      await waitFor(() => tab.conversation.state.synced || tab.conversation.state.over, 'a fresh tab');
      return seenOrOver(tab);
    } finally {
      tab.leave();
    }
  };

  return {
    relay,
    tab,
    desk,
    other,
    colleague,
    openDesk: async (who) => add(await deskOf(who, {})),
    newVisitor,
    newVisitorWithTwoTabs,
    ended: () => endings,
    expectEqual,
    async close() {
      for (const client of clients) client.leave();
      await relay.close();
    },
  };
}
