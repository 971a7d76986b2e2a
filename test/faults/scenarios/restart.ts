import { frameBoot } from '../../support/visitor.ts';
import { waitFor } from '../../support/wait-for.ts';
import { History } from '../support/history.ts';
import { Judge, requireSound } from '../support/judge.ts';
import { openStoreOf, readAfresh } from '../support/readers.ts';
import { type RelayProcess, startRelayProcess } from '../support/relay-process.ts';
import { seeded } from '../support/seed.ts';
import { startTab, type VisitorTab } from '../support/visitor-tab.ts';
import { inRounds, moment, type Outcome, type Plan, require } from './scenario.ts';

/** Everybody is back by then, counted from the moment the relay answers again. */
const BACK_WITHIN = 15_000;
/** Starts that are under way at once while the crowd gathers. */
const GATHERING = 25;
/** Of the first tries after a loss, no more than this share may fall into a tenth of a second. */
const CROWDED = 0.5;

/**
 * A crowd of visitors whose relay goes away and comes back: once killed and started at once, once told to stop and away
 * for a while. Each has written something meanwhile. They come back spread by chance, all in time, and nothing is lost.
 */
export async function crowdComesBack(plan: Plan & { clients: number }): Promise<Outcome> {
  const history = new History();
  const random = seeded(plan.seed);
  const relay = await startRelayProcess();
  const tabs: VisitorTab[] = [];
  try {
    await gather(relay, history, tabs, plan.clients);
    const lasts: number[] = [];
    const spreads: number[] = [];
    const rounds = await inRounds(plan, async (round) => {
      const lost = performance.now();
      if (round % 2 === 1) await relay.kill();
      else await relay.terminate();
      for (const tab of tabs) tab.send(`round ${round}, written while the relay was away`);
      // A short outage meets the first tries, a longer one finds everybody in longer pauses.
      await moment(round % 2 === 1 ? 0 : random.whole(3000, 6000));
      await relay.start();
      const started = performance.now();
      await waitFor(() => tabs.every(isBack), 'the crowd to come back', { timeoutMs: 3 * BACK_WITHIN }).catch(() => undefined);
      const last = performance.now() - started;
      const missing = tabs.filter((tab) => !isBack(tab)).length;
      require(missing === 0 && last <= BACK_WITHIN, `after ${Math.round(last)} ms, ${missing} of ${tabs.length} are not back`);
      lasts.push(last);
      spreads.push(spreadOf(tabs.map(({ page }) => (page.dialled.find((at) => at > lost) ?? started) - lost)));
    });
    const stored = await judgeCrowd(relay, history, tabs, plan.seed);
    return {
      rounds,
      figures: {
        clients: tabs.length,
        messages: stored,
        'last one back in ms': lasts.map(Math.round).join(' '),
        'first tries spread over ms (5 % to 95 %)': spreads.map(Math.round).join(' '),
      },
    };
  } finally {
    for (const tab of tabs) tab.leave();
    await relay.close();
  }
}

function isBack(tab: VisitorTab): boolean {
  return tab.conversation.state.link === 'up' && tab.waiting().length === 0;
}

async function gather(relay: RelayProcess, history: History, tabs: VisitorTab[], clients: number): Promise<void> {
  const boot = await frameBoot(relay);
  const { origin, port } = relay;
  const begin = async (): Promise<void> => {
    while (tabs.length < clients) {
      const name = `tab ${tabs.length + 1}`;
      const place = tabs.length;
      // The place is taken before the answer comes: others begin meanwhile.
      tabs.length += 1;
      const tab = await startTab({ name, history, boot, browser: { cookies: new Map() }, port, origin });
      if (!tab) throw new Error('a start was not taken');
      tabs[place] = tab;
    }
  };
  await Promise.all(Array.from({ length: GATHERING }, begin));
  await waitFor(() => tabs.every(isBack), 'the crowd to gather', { timeoutMs: 60_000 });
}

/** From the first twentieth of the tries to the last. @throws Violation when half of them fall together. */
function spreadOf(tries: number[]): number {
  const sorted = [...tries].sort((a, b) => a - b);
  const most = Math.max(...sorted.map((from, at) => sorted.filter((to, other) => other >= at && to < from + 100).length));
  require(most <= CROWDED * sorted.length, `${most} of ${sorted.length} first tries fall into a tenth of a second`);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return at(0.95) - at(0.05);
}

async function judgeCrowd(relay: RelayProcess, history: History, tabs: VisitorTab[], seed: number): Promise<number> {
  const store = await openStoreOf(relay);
  try {
    const judge = new Judge(history);
    for (const row of await store.conversations()) judge.read(await store.read(row));
    for (const { name, conversationId, stored } of tabs)
      judge.read({ reader: name, conversation: conversationId, messages: stored() });
    for (const tab of tabs.slice(0, 20)) {
      judge.read(await readAfresh(relay, tab.conversationId, { session: tab.conversation.session() ?? '' }));
    }
    return requireSound(judge.verdict(), `a crowd, seed ${seed}`).stored;
  } finally {
    await store.close();
  }
}
