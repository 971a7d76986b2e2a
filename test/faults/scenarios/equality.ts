import type { Conversation } from '../../../console/models/conversation.ts';
import type { AgentFacts, VisitorFacts } from '../../../shared/events.ts';
import { post } from '../../support/http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { seeded } from '../support/seed.ts';
import { type Watched, watchBoth } from '../support/watched.ts';
import { inRounds, type Outcome, type Plan, require } from './scenario.ts';

/** Every fact there is: a new one does not compile until it is in here, and then fails until an act brings it. */
const VISITOR_FACTS: Record<keyof VisitorFacts, true> = {
  'message:created': true,
  'conversation:changed': true,
  'consents:changed': true,
  'typing:changed': true,
  'presence:changed': true,
  'session:ended': true,
};
/** Erasure, retention and restriction have drills of their own (test/relay/): after them there is nothing to compare. */
const AGENT_FACTS: Record<
  Exclude<keyof AgentFacts, 'conversation:erased' | 'messages:erased' | 'conversation:restricted'>,
  true
> = {
  'message:created': true,
  'inbox:changed': true,
  'consent:changed': true,
  'typing:changed': true,
  'presence:changed': true,
  'session:ended': true,
};

/** Something happens: after every `told`, what was learnt by facts is compared with what is fetched. */
type Act = (all: Watched, told: (what: string) => Promise<void>) => Promise<unknown>;

function colleagueTalk({ colleague, tab }: Watched): Conversation {
  const talk = colleague.opened.get(tab.conversationId);
  if (!talk) throw new Error('the colleague has not opened the conversation');
  return talk;
}

const ACTS: Act[] = [
  async ({ other, colleague, desk, tab }, told) => {
    other.send('From the other tab');
    await told('the visitor wrote in another tab');
    colleague.send(tab.conversationId, 'From a colleague');
    await told('a colleague answered');
    desk.send(tab.conversationId, 'From the agent');
    await told('the agent answered');
  },
  async ({ other, colleague, tab }, told) => {
    for (let at = 0; at < 5; at++) {
      other.send(`Visitor ${at}`);
      colleague.send(tab.conversationId, `Colleague ${at}`);
    }
    await told('several wrote at once');
  },
  async (all, told) => {
    const { tab, desk, other } = all;
    const typists = (): number => desk.workspace.typing.who.peek().size;
    colleagueTalk(all).write('Half a');
    await waitFor(() => tab.conversation.state.typing !== null && typists() > 0, 'the colleague to be seen typing');
    colleagueTalk(all).write('');
    await told('a colleague typed, and stopped');
    other.conversation.draft('Half a');
    await waitFor(() => typists() > 0, 'the visitor to be seen typing');
    other.conversation.draft('');
    await told('the visitor typed, and stopped');
  },
  async ({ other }, told) => {
    for (const granted of [false, true]) {
      await other.decide('news', granted);
      await told(`a purpose was ${granted ? 'granted' : 'refused'} in another tab`);
    }
  },
  async ({ colleague, desk, openDesk }, told) => {
    colleague.workspace.setPresence('away');
    await told('the colleague went away');
    desk.workspace.setPresence('away');
    await told('the agent went away too');
    colleague.workspace.setPresence('online');
    await told('the colleague came back');
    desk.workspace.setPresence('online');
    await told('the agent came back');
    const second = await openDesk('colleague');
    await told('a second window of the colleague opened');
    second.leave();
    await told('that window closed');
  },
  async (all, told) => {
    await colleagueTalk(all).close();
    await told('the conversation was closed');
    await colleagueTalk(all).reopen();
    await told('the conversation was opened again');
  },
  async ({ newVisitor }, told) => {
    const stranger = await newVisitor();
    await told('somebody else began a conversation');
    stranger.conversation.stop();
    await told('their link broke');
    stranger.conversation.retryLink();
    await told('they came back');
    stranger.leave();
    await told('their page went for good');
  },
  async ({ newVisitorWithTwoTabs }, told) => {
    const [first, second] = await newVisitorWithTwoTabs();
    await told('a visitor accepted the cookie, and has two tabs');
    await first.decide(first.conversation.cookie ?? '', false);
    await waitFor(() => second.conversation.state.over === 'gone', 'the other tab to end with its cookie');
    await told('that visitor gave the cookie up');
    await first.end();
    await told('that visitor ended the chat');
  },
  async ({ newVisitorWithTwoTabs }, told) => {
    const [first, second] = await newVisitorWithTwoTabs();
    await first.end();
    await waitFor(() => second.conversation.state.over === 'ended', 'the other tab to end with the chat');
    await told('a chat was ended in one of two tabs');
  },
  async ({ newVisitor }, told) => {
    await (await newVisitor()).withdraw();
    await told('a visitor withdrew');
  },
];

/** The last acts, after which nobody is there to be told anything. */
async function end(all: Watched): Promise<void> {
  const { other, tab, desk, relay } = all;
  await other.withdraw();
  await waitFor(() => tab.conversation.state.over === 'withdrawn', 'the tab to end with the consent');
  await all.expectEqual('the visitor withdrew in another tab');
  const cookie = [...desk.page.browser.cookies].map((pair) => pair.join('=')).join('; ');
  await post(relay, '/api/agent/logout', {}, { cookie });
  await waitFor(() => all.ended() === 1, 'the end of the session');
  await waitFor(() => desk.workspace.connection.state.peek() === 'lost', 'the line to be closed');
}

/**
 * In Zulip's manner: whatever happens, a client that lived by the facts it was told knows the same as one that comes
 * now and asks. Each round is a relay of its own, and the acts in another order.
 */
export async function stateEquality(plan: Plan): Promise<Outcome> {
  const random = seeded(plan.seed);
  let compared = 0;
  const rounds = await inRounds(plan, async () => {
    const all = await watchBoth();
    try {
      const order = ACTS.map((act) => ({ act, place: random.next() })).sort((a, b) => a.place - b.place);
      for (const { act } of order) {
        await act(all, async (what) => {
          await all.expectEqual(what);
          require(all.tab.conversation.state.over === null, `after "${what}", the tab is over`);
          compared += 1;
        });
      }
      await end(all);
      const missing = [
        ...Object.keys(VISITOR_FACTS).filter((name) => !all.tab.page.heard.has(name)),
        ...Object.keys(AGENT_FACTS).filter((name) => !all.desk.page.heard.has(name)),
      ];
      require(missing.length === 0, `no act brought ${missing.join(', ')}`);
    } finally {
      await all.close();
    }
  });
  return { rounds, figures: { comparisons: compared } };
}
